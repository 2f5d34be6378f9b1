"""How far a broadcast may run over its end by rule is its own option; a run says which end was planned.

The triggers that stamp a change of the option, and bound its length, are its own, beside those of the others.
"""

import sqlalchemy as sa
from alembic import op

from worker.store.engine.columns import UTCDateTime
from worker.store.schema.migrations import overrun_text

revision = "0012"
down_revision = "0011"
ONLY_EXPANDS = True
"""The program of the version before neither reads nor writes the columns: it ends all as planned."""


def upgrade() -> None:
    """Add the columns, and have a change of what is wanted stamped."""
    op.add_column("broadcasts", sa.Column("overrun", sa.Text(), nullable=False, server_default="0s"))
    op.add_column("runs", sa.Column("planned_end", UTCDateTime))
    connection = op.get_bind()
    for statement in overrun_text.statements(connection):
        connection.exec_driver_sql(statement)
