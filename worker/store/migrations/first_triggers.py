"""The first triggers on `broadcasts`, per dialect. Part of migration 0001: released, so never changed.

They stamp every row that anybody writes, keep its normalised copies, and leave its id in `unheeded`.
The version only ever grows, even when SQLite's INSERT OR REPLACE puts a new row in the old one's place: what
is there already is noted first, and the new row counts on from it.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

_STAMP = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"

_TYPED = (
    "id, title, starts_at, ends_at, account, entry, source, go_live, doors, prepare, live_within, "
    "late_start, end_session, meeting, room, hosts, cancelled, operator_fields"
)
"""Every column but those that the triggers write, so that they do not set themselves off."""


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

_SQLITE = (
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
    CREATE TRIGGER broadcasts_updated AFTER UPDATE OF {_TYPED} ON broadcasts BEGIN
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

TRIGGERS: Mapping[str, Sequence[str]] = MappingProxyType({"sqlite": _SQLITE})
"""Per dialect, in the order in which they are made."""
