"""Instants as PostgreSQL writes them, `2026-11-28 09:30:00+00`, per dialect. Part of migration 0007."""

from sqlalchemy import Connection

from worker.store.schema.migrations.first_columns import TYPED

_FORM = (
    "^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?"
    "([Zz]|[+-](0[0-9]|1[0-4])(:[0-5][0-9])?)$"
)
"""What is an instant with an offset, of hours alone or with minutes."""

_INSTANT = f"""
CREATE OR REPLACE FUNCTION {{schema}}.broadcasts_instant(typed text) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF typed COLLATE "C" !~ '{_FORM}' THEN
        RETURN NULL;
    END IF;
    RETURN regexp_replace(upper(typed), '([.][0-9]{{6}})[0-9]+', '\\1')::timestamptz;
EXCEPTION WHEN data_exception THEN  -- the 30th of February
    RETURN NULL;
END $$
"""

_AGAIN = """
UPDATE {schema}.broadcasts SET starts_at = starts_at
WHERE starts_at ~ ':.*[+-][0-9][0-9]$' OR ends_at ~ ':.*[+-][0-9][0-9]$'
"""
"""Those that were refused for it are looked at anew."""

_SQLITE_STAMP = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"
_SQLITE_AGAIN = """
UPDATE broadcasts SET starts_at = starts_at
WHERE starts_at GLOB '*:*[+-][0-9][0-9]' OR ends_at GLOB '*:*[+-][0-9][0-9]'
"""


def _normalised(column: str) -> str:
    """Return what makes an instant of text with an offset, and NULL of anything else.

    SQLite itself would take text without an offset for UTC, and the 30th of February for a day; it knows no
    offset of hours alone, whose minutes are given to it.
    """
    text = f"NEW.{column}"
    hours = f"{text} GLOB '*:*[+-][0-9][0-9]'"
    has_offset = f"({text} GLOB '*[Zz]' OR {text} GLOB '*[+-][0-9][0-9]:[0-9][0-9]' OR {hours})"
    is_a_day = f"date(substr({text}, 1, 10), '+0 days') = substr({text}, 1, 10)"
    in_range = f"{text} GLOB '2[01][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-2][0-9]:*'"
    is_a_time = f"substr({text}, 12, 2) < '24' AND substr({text}, 12) NOT GLOB '* *'"
    when = f"{has_offset} AND {is_a_day} AND {in_range} AND {is_a_time}"
    whole = f"{text} || CASE WHEN {hours} THEN ':00' ELSE '' END"
    return f"CASE WHEN {when} THEN strftime('%Y-%m-%dT%H:%M:%f', {whole}) || '000Z' END"


_COPIES = f"starts_utc = {_normalised('starts_at')}, ends_utc = {_normalised('ends_at')}"
_LEAVE_IN_INBOX = """INSERT INTO unheeded (broadcast_id, version)
        SELECT id, version FROM broadcasts WHERE id = NEW.id
        ON CONFLICT (broadcast_id) DO UPDATE SET version = excluded.version;"""

SQLITE = (
    "DROP TRIGGER broadcasts_inserted",
    "DROP TRIGGER broadcasts_updated",
    f"""
    CREATE TRIGGER broadcasts_inserted AFTER INSERT ON broadcasts BEGIN
        UPDATE broadcasts SET
            version = 1 + COALESCE((SELECT version FROM unheeded WHERE broadcast_id = NEW.id), 0),
            created_at = {_SQLITE_STAMP}, changed_at = {_SQLITE_STAMP}, {_COPIES}
        WHERE id = NEW.id;
        {_LEAVE_IN_INBOX}
    END
    """,  # noqa: S608 - made of this file's own constants
    f"""
    CREATE TRIGGER broadcasts_updated AFTER UPDATE OF {TYPED}, keep_recording ON broadcasts BEGIN
        DELETE FROM unheeded WHERE broadcast_id = OLD.id AND OLD.id <> NEW.id;
        UPDATE broadcasts SET
            version = 1 + OLD.version, changed_at = {_SQLITE_STAMP}, {_COPIES}
        WHERE id = NEW.id;
        {_LEAVE_IN_INBOX}
    END
    """,  # noqa: S608 - as above
    _SQLITE_AGAIN,
)


def statements(connection: Connection) -> tuple[str, ...]:
    """Return what has them understood, in order."""
    if connection.dialect.name == "sqlite":
        return SQLITE
    schema = str(connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar())
    return tuple(each.replace("{schema}", schema) for each in (_INSTANT, _AGAIN))
