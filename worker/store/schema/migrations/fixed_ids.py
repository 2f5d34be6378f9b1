"""What refuses a changed id, per dialect. Part of migration 0002.

What is recorded of a broadcast would follow by foreign key, but not who holds its room: on air, it would be
proven by nobody. There is no exception: a schedule's own renames insert a row anew and move the run to it.
"""

from sqlalchemy import Connection

_CURE = "insert another, and UPDATE broadcasts SET cancelled = {true} calls this one off"
_REFUSAL = f"the id of a broadcast is not changed: {_CURE}"

_SQLITE = f"""
    CREATE TRIGGER broadcasts_fixed BEFORE UPDATE OF id ON broadcasts WHEN OLD.id IS NOT NEW.id BEGIN
        SELECT RAISE(ABORT, '{_REFUSAL.format(true=1)}');
    END
    """

_FIX = f"""
CREATE FUNCTION {{schema}}.broadcasts_fix() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '{_REFUSAL.format(true="true")}' USING ERRCODE = 'restrict_violation';
END $$
"""

_FIXED = """
CREATE TRIGGER broadcasts_fixed BEFORE UPDATE ON {schema}.broadcasts
FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION {schema}.broadcasts_fix()
"""


def statements(connection: Connection) -> tuple[str, ...]:
    """Return what makes it, in order."""
    if connection.dialect.name == "sqlite":
        return (_SQLITE,)
    schema = str(connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar())
    return tuple(each.replace("{schema}", schema) for each in (_FIX, _FIXED))
