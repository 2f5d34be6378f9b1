"""Many rows in one statement.

PostgreSQL takes them as one JSON text: thousands of parameters cost its driver more than all the rest. 10,000
runs took 4.5 s as parameters, and take 1.2 s as text.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    delete,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[Mapping[str, Any]]
"""All with the same columns; at least one."""


def among(connection: Connection, column: Column[str], wanted: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that the column is one of these."""
    if connection.dialect.name == "sqlite":
        return column.in_(wanted)
    return column == any_(literal(list(wanted), postgresql.ARRAY(Text)))


def there(connection: Connection, key: Column[str], wanted: Sequence[str]) -> set[str]:
    """Return those of the keys that the table has."""
    return set(connection.execute(select(key).where(among(connection, key, wanted))).scalars())


def lockable(connection: Connection, key: Column[str], wanted: Sequence[str]) -> set[str]:
    """Return those of the keys whose rows nobody else holds locked, and keep them from being."""
    rows = (
        select(key)
        .where(among(connection, key, wanted))
        .with_for_update(read=True, key_share=True, skip_locked=True)
    )
    return set(connection.execute(rows).scalars())


def insert_many_or_leave(connection: Connection, table: Table, rows: Rows) -> int:
    """Insert those rows of which no unique column is taken; return how many."""
    if connection.dialect.name == "sqlite":
        statement = sqlite.insert(table).on_conflict_do_nothing().returning(*table.primary_key)
        return len(connection.execute(statement, [dict(each) for each in rows]).all())
    said = _that_are_said(table, rows)
    columns = ", ".join(f'"{name}"' for name in said)
    chosen = f"SELECT {columns} FROM {_set_of(table)}"  # noqa: S608 - names of our own
    into = text(f"INSERT INTO {table.name} ({columns}) {chosen} ON CONFLICT DO NOTHING")
    return connection.execute(into, {"rows": _text(rows, said)}).rowcount


def _that_are_said(table: Table, rows: Rows) -> list[str]:
    """Return the columns to write: those that are NULL in every row are that without a word."""
    return [
        name
        for name in rows[0]
        if table.c[name].server_default is not None or any(each[name] is not None for each in rows)
    ]


def update_many(connection: Connection, table: Table, rows: Rows, names: Sequence[str]) -> None:
    """Set these columns of the rows whose primary key each names."""
    (key,) = table.primary_key
    if connection.dialect.name == "sqlite":
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        changed = update(table).where(key == bindparam(f"of_{key.name}")).values(values)
        said = [
            {f"of_{key.name}": each[key.name], **{f"new_{name}": each[name] for name in names}}
            for each in rows
        ]
        connection.execute(changed, said)
        return
    same = f'{table.name}."{key.name}" = said."{key.name}"'
    sets = ", ".join(f'"{name}" = said."{name}"' for name in names)
    into = f"UPDATE {table.name} SET {sets} FROM {_set_of(table)} AS said WHERE {same}"  # noqa: S608 - names of our own
    connection.execute(text(into), {"rows": _text(rows, [key.name, *names])})


def delete_many(connection: Connection, table: Table, rows: Rows) -> None:
    """Delete the rows that are as these say, in every column named, and that nobody else holds locked."""
    names = list(rows[0])
    if connection.dialect.name == "sqlite":
        same = and_(*(table.c[name] == bindparam(f"of_{name}") for name in names))
        of = [{f"of_{name}": value for name, value in each.items()} for each in rows]
        connection.execute(delete(table).where(same), of)
        return
    same_text = " AND ".join(f'found."{name}" = said."{name}"' for name in names)
    chosen = f"SELECT found.ctid FROM {table.name} AS found JOIN {_set_of(table)} AS said ON {same_text}"  # noqa: S608 - names of our own
    free = f"{chosen} FOR UPDATE OF found SKIP LOCKED"
    gone = f"DELETE FROM {table.name} WHERE ctid = ANY(ARRAY({free}))"  # noqa: S608 - as above
    connection.execute(text(gone), {"rows": _text(rows, names)})


def _set_of(table: Table) -> str:
    return f"json_populate_recordset(NULL::{table.name}, :rows)"


def _text(rows: Rows, names: Sequence[str]) -> str:
    return to_json([{name: _told(each[name]) for name in names} for each in rows]).decode()


def _told(value: Any) -> Any:
    """Return the value, if PostgreSQL reads it within JSON as what it is.

    Raises:
        ValueError: it is a time that has no offset.
    """
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"{value!r} is a time without a UTC offset")
    return value
