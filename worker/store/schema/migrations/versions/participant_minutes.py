"""How long people were in the meeting of each broadcast. A table is made, and nothing else."""

import sqlalchemy as sa
from alembic import op

from worker.store.engine.columns import Number, UTCDateTime

revision = "0013"
down_revision = "0012"
ONLY_EXPANDS = True
"""The program of the version before does not know the table."""


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "participant_minutes",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("seconds", Number, nullable=False),
        sa.Column("read_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_participant_minutes"),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
            name="fk_participant_minutes_run_id",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
    )
