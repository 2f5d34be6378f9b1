"""How the worker comes to a database on a server: as whom, and whether others on the way can read along."""

from ipaddress import ip_address
from typing import Any

from sqlalchemy import Connection

from worker.doctor.finding import Finding, ok, warning

ROLE, TLS = "role", "tls"


def role(connection: Connection) -> Finding:
    """Tell whether the worker has more rights than its tables need."""
    if connection.exec_driver_sql("SHOW is_superuser").scalar() == "on":
        cure = "Make a role for it that owns its database, and name that in CUELIGHT_DATABASE_URL."
        return warning(ROLE, "the worker's role is a superuser and may do anything on the whole server", cure)
    return ok(ROLE, "the worker's role is not a superuser")


def way(connection: Connection) -> Finding:
    """Tell whether the connection is encrypted, if it leaves this machine."""
    driver: Any = connection.connection.driver_connection
    return secrecy(driver.info.hostaddr, encrypted=bool(driver.pgconn.ssl_in_use))


def secrecy(address: str, *, encrypted: bool) -> Finding:
    """Tell what the way to this address means; without one it is a socket of this machine."""
    if encrypted:
        return ok(TLS, "the connection is encrypted")
    if not address or ip_address(address.partition("%")[0]).is_loopback:
        return ok(TLS, "the connection does not leave this machine")
    cure = "Add ?sslmode=verify-full to CUELIGHT_DATABASE_URL; on a private network, ignore this."
    return warning(TLS, "the connection goes to another machine without TLS: others can read it", cure)
