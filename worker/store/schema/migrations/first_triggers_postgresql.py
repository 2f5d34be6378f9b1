"""The first triggers in PostgreSQL.

They work with the rights of their owner and name the schema that they were made in: another system needs no
right but that on `broadcasts`, and no search path of ours. A row's own lock orders whoever writes it, so no
version is lost; `unheeded` is written under that lock.
"""

from worker.store.schema.migrations.first_columns import TYPED

_SAFE = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

_FORM = (
    "^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?"
    "([Zz]|[+-](0[0-9]|1[0-4]):[0-5][0-9])$"
)
"""What is an instant with an offset. PostgreSQL itself would take 24:00, tomorrow and infinity."""

_INSTANT = f"""
CREATE FUNCTION {{schema}}.broadcasts_instant(typed text) RETURNS timestamptz
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

_STAMP = f"""
CREATE FUNCTION {{schema}}.broadcasts_stamp() RETURNS trigger LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    NEW.starts_utc := {{schema}}.broadcasts_instant(NEW.starts_at);
    NEW.ends_utc := {{schema}}.broadcasts_instant(NEW.ends_at);
    NEW.changed_at := clock_timestamp();
    IF TG_OP = 'UPDATE' THEN
        NEW.version := 1 + OLD.version;
        NEW.created_at := OLD.created_at;
    ELSE
        NEW.version := 1 + COALESCE(
            (SELECT version FROM {{schema}}.unheeded WHERE broadcast_id = NEW.id), 0);
        NEW.created_at := NEW.changed_at;
    END IF;
    RETURN NEW;
END $$
"""  # noqa: S608 - made of this file's own constants

_LEAVE = f"""
CREATE FUNCTION {{schema}}.broadcasts_leave() RETURNS trigger LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.id <> NEW.id THEN
        DELETE FROM {{schema}}.unheeded WHERE broadcast_id = OLD.id;
    END IF;
    INSERT INTO {{schema}}.unheeded AS waiting (broadcast_id, version) VALUES (NEW.id, NEW.version)
    ON CONFLICT (broadcast_id) DO UPDATE SET version = greatest(waiting.version, excluded.version);
    RETURN NULL;
END $$
"""  # noqa: S608 - as above

_KEEP = f"""
CREATE FUNCTION {{schema}}.broadcasts_keep() RETURNS trigger LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    RAISE EXCEPTION 'a broadcast is not deleted: UPDATE broadcasts SET cancelled = true calls it off'
        USING ERRCODE = 'restrict_violation';
END $$
"""  # noqa: S608 - as above

_TRIGGERS = (
    ("inserting", "BEFORE INSERT", "FOR EACH ROW", "stamp"),
    ("inserted", "AFTER INSERT", "FOR EACH ROW", "leave"),
    ("updating", f"BEFORE UPDATE OF {TYPED}", "FOR EACH ROW", "stamp"),
    ("updated", f"AFTER UPDATE OF {TYPED}", "FOR EACH ROW", "leave"),
    ("kept", "BEFORE DELETE", "FOR EACH ROW WHEN (OLD.source <> 'forgotten')", "keep"),
    ("kept_whole", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "keep"),
)
"""Name, event, for what, function."""


def statements(schema: str) -> tuple[str, ...]:
    """Return what makes them in this schema, whose name is quoted already, in order."""
    triggers = [
        f"CREATE TRIGGER broadcasts_{name} {event} ON {{schema}}.broadcasts {each}"
        f" EXECUTE FUNCTION {{schema}}.broadcasts_{function}()"
        for name, event, each, function in _TRIGGERS
    ]
    return tuple(each.replace("{schema}", schema) for each in (_INSTANT, _STAMP, _LEAVE, _KEEP, *triggers))
