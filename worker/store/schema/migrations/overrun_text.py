"""The column that says how far it may run over: a change of it is stamped, and its length is bounded.

Part of migration 0012. The triggers are its own, beside those of the other columns: whichever of them stamp
one change, they stamp it alike.
"""

from sqlalchemy import Connection

MOST = 1000
"""Characters: what the other columns that are no JSON may have."""

_REFUSAL = f"the overrun of a broadcast has {MOST} characters at most"

_BOUND = f"""
CREATE FUNCTION {{schema}}.broadcasts_bound_overrun() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF length(NEW.overrun) > {MOST} THEN
        RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

_POSTGRESQL = (
    _BOUND,
    "REVOKE ALL ON FUNCTION {schema}.broadcasts_bound_overrun() FROM PUBLIC",
    """
    CREATE TRIGGER broadcasts_bounded_overrun BEFORE INSERT OR UPDATE OF overrun ON {schema}.broadcasts
    FOR EACH ROW EXECUTE FUNCTION {schema}.broadcasts_bound_overrun()
    """,
    """
    CREATE TRIGGER broadcasts_updating_overrun BEFORE UPDATE OF overrun ON {schema}.broadcasts
    FOR EACH ROW EXECUTE FUNCTION {schema}.broadcasts_stamp()
    """,
    """
    CREATE TRIGGER broadcasts_updated_overrun AFTER UPDATE OF overrun ON {schema}.broadcasts
    FOR EACH ROW EXECUTE FUNCTION {schema}.broadcasts_leave()
    """,
)

_CHECK = f"""SELECT CASE WHEN length(NEW.overrun) > {MOST} OR length(CAST(NEW.overrun AS BLOB)) > 4 * {MOST}
        THEN RAISE(ABORT, '{_REFUSAL}') END;"""
"""By bytes too: SQLite counts the characters before a NUL."""

_SQLITE = (
    f"CREATE TRIGGER broadcasts_bounded_overrun BEFORE INSERT ON broadcasts BEGIN {_CHECK} END",
    f"CREATE TRIGGER broadcasts_bounds_overrun BEFORE UPDATE OF overrun ON broadcasts BEGIN {_CHECK} END",
    """
    CREATE TRIGGER broadcasts_updated_overrun AFTER UPDATE OF overrun ON broadcasts BEGIN
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
