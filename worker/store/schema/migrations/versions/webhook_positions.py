"""How far the events are posted to each address. A table is made, and nothing else."""

import sqlalchemy as sa
from alembic import op

from worker.store.engine.columns import Number, UTCDateTime

revision = "0011"
down_revision = "0010"
ONLY_EXPANDS = True
"""The program of the version before does not know the table."""


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "webhook_positions",
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("seq", Number, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("endpoint", name="pk_webhook_positions"),
    )
