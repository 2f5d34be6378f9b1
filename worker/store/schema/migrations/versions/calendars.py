"""What was read last of the calendars that entries follow. A table is made, and nothing else."""

import sqlalchemy as sa
from alembic import op

from worker.store.engine.columns import UTCDateTime

revision = "0009"
down_revision = "0008"
ONLY_EXPANDS = True
"""The program of the version before does not know the table."""


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "calendars",
        sa.Column("entry", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "content", "feed")),
        sa.Column("fetched_at", UTCDateTime, nullable=False),
        sa.Column("checked_at", UTCDateTime, nullable=False),
        sa.Column("reaches", UTCDateTime, nullable=False),
        sa.Column("etag", sa.Text, nullable=False, server_default=""),
        sa.Column("last_modified", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("entry", name="pk_calendars"),
    )
