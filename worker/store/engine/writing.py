"""Inserts that give way to what is there already, alike in every dialect."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite


def insert_one(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Insert the row; return the id that the database gave it."""
    made = connection.execute(insert(table), dict(values)).inserted_primary_key
    if made is None:
        raise LookupError(f"a row of {table.name} got no id")
    return int(made[0])


class Undo(Exception):  # noqa: N818 - it is a verdict, not a fault
    """Takes back what a write did so far, and makes `verdict` its result."""

    def __init__(self, verdict: Any) -> None:
        super().__init__(verdict)
        self.verdict = verdict


def insert_or_leave(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert the row unless a unique column of it is taken; return whether it was inserted."""
    statement = _insert_or_leave(connection.dialect.name, table)
    return connection.execute(statement, dict(values)).rowcount > 0


def insert_or_replace(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert the row, or give the one with the same primary key these values."""
    statement = inserting(connection, table).values(dict(values))
    key = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in values if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=rest))


def wait_for_locks(connection: Connection, seconds: float) -> None:
    """Have no statement of this transaction wait longer for another's lock; SQLite's only one is ours."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, round(seconds * 1000))}")


def in_turn(connection: Connection, table: Table) -> None:
    """Wait until nobody else works on the whole table, and keep others from it until this is committed."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")


def inserting(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that knows `ON CONFLICT`, in the words of the dialect."""
    return _inserting(connection.dialect.name, table)


@cache
def _inserting(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _insert_or_leave(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    statement = _inserting(dialect, table).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)
