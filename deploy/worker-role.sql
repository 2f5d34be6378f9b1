-- Run by PostgreSQL's image, once, when it makes a new cluster: a role for the workers that owns its own database and
-- nothing else. The superuser is for whoever administers the server. No password is on a command line.
\set password `cat /run/secrets/database-password`
CREATE ROLE cuelight LOGIN PASSWORD :'password';
CREATE DATABASE cuelight OWNER cuelight TEMPLATE template0 ENCODING 'UTF8';
