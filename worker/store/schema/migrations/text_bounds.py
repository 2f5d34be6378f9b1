"""How long the texts of a broadcast may be, per dialect. Part of migration 0007.

Triggers and no constraints: what is there already stays, can be called off, and can be forgotten.
"""

from sqlalchemy import Connection

SHORT, JSON = 1000, 131_072
"""Characters: more than a worker accepts, so that what is a little too long is rejected with its reason."""

_TYPED = dict.fromkeys(
    ("title", "starts_at", "ends_at", "account", "entry", "go_live", "doors", "prepare", "live_within"), SHORT
) | {"late_start": SHORT, "room": SHORT, "meeting": JSON, "hosts": JSON}
_ALL = _TYPED | {"source": SHORT, "operator_fields": JSON}
"""The last two are changed as a row is called off or forgotten, which is refused to none."""


def _refusal(column: str, most: int) -> str:
    return f"the {column} of a broadcast has {most} characters at most"


_CHECKS = "".join(
    f"""
    IF length(NEW.{column}) > {most} THEN
        RAISE EXCEPTION '{_refusal(column, most)}' USING ERRCODE = 'check_violation';
    END IF;"""
    for column, most in _ALL.items()
)

_BOUND = f"""
CREATE FUNCTION {{schema}}.broadcasts_bound() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN{_CHECKS}
    RETURN NEW;
END $$
"""

_POSTGRESQL = (
    _BOUND,
    "REVOKE ALL ON FUNCTION {schema}.broadcasts_bound() FROM PUBLIC",
    f"""
    CREATE TRIGGER broadcasts_bounded BEFORE INSERT OR UPDATE OF {", ".join(_TYPED)} ON {{schema}}.broadcasts
    FOR EACH ROW EXECUTE FUNCTION {{schema}}.broadcasts_bound()
    """,
)

_CASES = " ".join(
    f"WHEN length(NEW.{column}) > {most} OR length(CAST(NEW.{column} AS BLOB)) > 4 * {most}"
    f" THEN RAISE(ABORT, '{_refusal(column, most)}')"
    for column, most in _ALL.items()
)
"""By bytes too: SQLite counts the characters before a NUL."""

_SQLITE = tuple(
    f"CREATE TRIGGER broadcasts_{name} {event} ON broadcasts BEGIN SELECT CASE {_CASES} END; END"
    for name, event in (
        ("bounded", "BEFORE INSERT"),
        ("bounded_still", f"BEFORE UPDATE OF {', '.join(_TYPED)}"),
    )
)


def statements(connection: Connection) -> tuple[str, ...]:
    """Return what refuses longer ones, in order."""
    if connection.dialect.name == "sqlite":
        return _SQLITE
    schema = str(connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar())
    return tuple(each.replace("{schema}", schema) for each in _POSTGRESQL)
