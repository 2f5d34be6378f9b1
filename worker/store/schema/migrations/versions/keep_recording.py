"""Whether a recording goes on after the end is a broadcast's own option.

The triggers that stamp a changed row name the columns that others type, so they are made anew with this one.
"""

import sqlalchemy as sa
from alembic import op

from worker.store.engine.columns import Flag
from worker.store.schema.migrations.first_columns import TYPED
from worker.store.schema.migrations.first_triggers import statements

revision = "0006"
down_revision = "0005"
ONLY_EXPANDS = True
"""The program of the version before neither reads nor writes the column, which has a default."""

_UPDATING = ("CREATE TRIGGER broadcasts_updating", "CREATE TRIGGER broadcasts_updated")


def upgrade() -> None:
    """Add the column, and have a change of it stamped."""
    column = sa.Column("keep_recording", Flag, nullable=False, server_default=sa.false())
    op.add_column("broadcasts", column)
    connection = op.get_bind()
    on = "" if connection.dialect.name == "sqlite" else " ON broadcasts"
    for statement in statements(connection):
        if (made := statement.strip()).startswith(_UPDATING):
            name = made.split()[2]
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
            connection.exec_driver_sql(made.replace(f"OF {TYPED}", f"OF {TYPED}, keep_recording"))
