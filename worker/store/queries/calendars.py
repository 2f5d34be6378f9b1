"""The last good copies of calendars: one for each entry that follows one."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from worker.store.calendars import CalendarCopy
from worker.store.engine.reading import Row, legible
from worker.store.engine.writing import insert_or_replace
from worker.store.schema.tables import calendars

_COPIES = select(calendars).where(calendars.c.entry.in_(bindparam("entries", expanding=True)))
_MARKS = select(calendars.c.entry, calendars.c.source, calendars.c.content, calendars.c.reaches)
_CHECKED = update(calendars).where(
    calendars.c.entry == bindparam("of_entry"), calendars.c.content == bindparam("of_content")
)


def copies(connection: Connection, entries: Collection[str]) -> list[CalendarCopy]:
    """Return the copies that there are for these entries."""
    rows = connection.execute(_COPIES, {"entries": sorted(entries)}).mappings()
    return legible(calendars, rows, _copy)


def marks(connection: Connection) -> Mapping[str, str]:
    """Return, by entry, what changes whenever its copy is another."""
    return {row.entry: f"{row.source} {row.content} {row.reaches}" for row in connection.execute(_MARKS)}


def keep(connection: Connection, copy: CalendarCopy) -> None:
    """Have this be the copy of its entry."""
    values = {
        "entry": copy.entry,
        "source": copy.source,
        "content": copy.content,
        "feed": copy.feed,
        "fetched_at": copy.fetched_at,
        "checked_at": copy.checked_at,
        "reaches": copy.reaches,
        "etag": copy.etag,
        "last_modified": copy.last_modified,
    }
    insert_or_replace(connection, calendars, values)


def checked(connection: Connection, copy: CalendarCopy, at: datetime) -> None:
    """Write that the calendar is what it was then, too; nothing, if the copy is another by now."""
    connection.execute(
        _CHECKED,
        {"of_entry": copy.entry, "of_content": copy.content, "checked_at": at, "etag": copy.etag}
        | {"last_modified": copy.last_modified},
    )


def _copy(row: Row) -> CalendarCopy:
    return CalendarCopy(
        entry=row["entry"],
        source=row["source"],
        content=row["content"],
        feed=row["feed"],
        fetched_at=row["fetched_at"],
        checked_at=row["checked_at"],
        reaches=row["reaches"],
        etag=row["etag"],
        last_modified=row["last_modified"],
    )
