"""Whoever writes a broadcast needs no right on the functions that its triggers call, so nobody is given one.

They work with the rights of their owner: a login that could name one in a trigger on a table of its own would
write and delete rows of `unheeded` with it. PostgreSQL asks for the right when a trigger is made, not when it
fires.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
ONLY_EXPANDS = True
"""The program of the version before uses the triggers as they are."""

_FUNCTIONS = ("instant(text)", "stamp()", "leave()", "keep()", "fix()")


def upgrade() -> None:
    """Take from everybody what PostgreSQL gives to everybody; SQLite knows no rights."""
    if op.get_context().dialect.name == "sqlite":
        return
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar()
    for each in _FUNCTIONS:
        op.get_bind().exec_driver_sql(f"REVOKE ALL ON FUNCTION {schema}.broadcasts_{each} FROM PUBLIC")
