"""The column that says how hosts are told: a change of it is stamped, and its length is bounded.

Part of migration 0009. The triggers are its own, beside those of the other columns: whichever of them stamp
one change, they stamp it alike.
"""

from sqlalchemy import Connection

MOST = 131_072
"""Characters: what the other columns of JSON may have."""

_REFUSAL = f"the notify of a broadcast has {MOST} characters at most"

_BOUND = f"""
CREATE FUNCTION {{schema}}.broadcasts_bound_notify() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF length(NEW.notify) > {MOST} THEN
        RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

_POSTGRESQL = (
    _BOUND,
    "REVOKE ALL ON FUNCTION {schema}.broadcasts_bound_notify() FROM PUBLIC",
    """
    CREATE TRIGGER broadcasts_bounded_notify BEFORE INSERT OR UPDATE OF notify ON {schema}.broadcasts
    FOR EACH ROW EXECUTE FUNCTION {schema}.broadcasts_bound_notify()
    """,
    """
    CREATE TRIGGER broadcasts_updating_notify BEFORE UPDATE OF notify ON {schema}.broadcasts
    FOR EACH ROW EXECUTE FUNCTION {schema}.broadcasts_stamp()
    """,
    """
    CREATE TRIGGER broadcasts_updated_notify AFTER UPDATE OF notify ON {schema}.broadcasts
    FOR EACH ROW EXECUTE FUNCTION {schema}.broadcasts_leave()
    """,
)

_CHECK = f"""SELECT CASE WHEN length(NEW.notify) > {MOST} OR length(CAST(NEW.notify AS BLOB)) > 4 * {MOST}
        THEN RAISE(ABORT, '{_REFUSAL}') END;"""
"""By bytes too: SQLite counts the characters before a NUL."""

_SQLITE = (
    f"CREATE TRIGGER broadcasts_bounded_notify BEFORE INSERT ON broadcasts BEGIN {_CHECK} END",
    f"CREATE TRIGGER broadcasts_bounds_notify BEFORE UPDATE OF notify ON broadcasts BEGIN {_CHECK} END",
    """
    CREATE TRIGGER broadcasts_updated_notify AFTER UPDATE OF notify ON broadcasts BEGIN
        UPDATE broadcasts SET
            version = 1 + OLD.version, changed_at = strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'
        WHERE id = NEW.id;
        INSERT INTO unheeded (broadcast_id, version) SELECT id, version FROM broadcasts WHERE id = NEW.id
        ON CONFLICT (broadcast_id) DO UPDATE SET version = excluded.version;
    END
    """,
)


def statements(connection: Connection) -> tuple[str, ...]:
    """Return what stamps and bounds it, in order."""
    if connection.dialect.name == "sqlite":
        return _SQLITE
    schema = str(connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar())
    return tuple(each.replace("{schema}", schema) for each in _POSTGRESQL)
