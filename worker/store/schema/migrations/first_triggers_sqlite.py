"""The first triggers in SQLite: it keeps the old row for `INSERT OR REPLACE` nowhere but in `unheeded`."""

from worker.store.schema.migrations.first_columns import TYPED

_STAMP = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"


def _normalised(column: str) -> str:
    """Return what makes an instant of text with an offset, and NULL of anything else.

    SQLite itself would take text without an offset for UTC, and the 30th of February for a day.
    """
    text = f"NEW.{column}"
    has_offset = f"({text} GLOB '*[Zz]' OR {text} GLOB '*[+-][0-9][0-9]:[0-9][0-9]')"
    is_a_day = f"date(substr({text}, 1, 10), '+0 days') = substr({text}, 1, 10)"
    in_range = f"{text} GLOB '2[01][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-2][0-9]:*'"
    is_a_time = f"substr({text}, 12, 2) < '24' AND substr({text}, 12) NOT GLOB '* *'"
    when = f"{has_offset} AND {is_a_day} AND {in_range} AND {is_a_time}"
    return f"CASE WHEN {when} THEN strftime('%Y-%m-%dT%H:%M:%f', {text}) || '000Z' END"


_COPIES = f"starts_utc = {_normalised('starts_at')}, ends_utc = {_normalised('ends_at')}"

_LEAVE_IN_INBOX = """INSERT INTO unheeded (broadcast_id, version)
        SELECT id, version FROM broadcasts WHERE id = NEW.id
        ON CONFLICT (broadcast_id) DO UPDATE SET version = excluded.version;"""

STATEMENTS = (
    f"""
    CREATE TRIGGER broadcasts_before_insert BEFORE INSERT ON broadcasts BEGIN
        {_LEAVE_IN_INBOX}
    END
    """,
    f"""
    CREATE TRIGGER broadcasts_inserted AFTER INSERT ON broadcasts BEGIN
        UPDATE broadcasts SET
            version = 1 + COALESCE((SELECT version FROM unheeded WHERE broadcast_id = NEW.id), 0),
            created_at = {_STAMP}, changed_at = {_STAMP}, {_COPIES}
        WHERE id = NEW.id;
        {_LEAVE_IN_INBOX}
    END
    """,  # noqa: S608 - made of this file's own constants
    f"""
    CREATE TRIGGER broadcasts_updated AFTER UPDATE OF {TYPED} ON broadcasts BEGIN
        DELETE FROM unheeded WHERE broadcast_id = OLD.id AND OLD.id <> NEW.id;
        UPDATE broadcasts SET
            version = 1 + OLD.version, changed_at = {_STAMP}, {_COPIES}
        WHERE id = NEW.id;
        {_LEAVE_IN_INBOX}
    END
    """,  # noqa: S608 - as above
    """
    CREATE TRIGGER broadcasts_kept BEFORE DELETE ON broadcasts WHEN OLD.source <> 'forgotten' BEGIN
        SELECT RAISE(ABORT, 'a broadcast is not deleted: UPDATE broadcasts SET cancelled = 1 calls it off');
    END
    """,
)
"""In the order in which they are made."""
