"""The first triggers on `broadcasts`, per dialect. Part of migration 0001: released, so never changed.

They stamp every row that anybody writes, keep its normalised copies, and leave its id in `unheeded`.
The version only ever grows, even when a new row is put in the old one's place: what is there already is
noted, and the new row counts on from it.
"""

from sqlalchemy import Connection

from worker.store.schema.migrations import first_triggers_postgresql, first_triggers_sqlite


def statements(connection: Connection) -> tuple[str, ...]:
    """Return what makes the triggers, in order."""
    if connection.dialect.name == "sqlite":
        return first_triggers_sqlite.STATEMENTS
    schema = str(connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar())
    return first_triggers_postgresql.statements(schema)
