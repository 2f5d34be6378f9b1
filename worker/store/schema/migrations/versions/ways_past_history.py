"""What is done now is found without reading what is over: with years of it, a whole table was read each time.

Indexes alone are made; no row is written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
ONLY_EXPANDS = True
"""The program of the version before uses the same tables."""

_UNFINISHED = sa.text("looked_back_at IS NULL OR state NOT IN ('ended', 'missed', 'cancelled')")
_OF_REOPENED = sa.text("source = 'reopen'")

_WHOLE = (
    ("rooms", "meeting_id"),
    ("rooms", "marker"),
    ("runs", "looked_back_at"),
    ("runs", "room_key", "starts_at"),
    ("alerts", "run_id"),
    ("alerts", "resolved_at"),
    ("requests", "broadcast_id"),
    ("requests", "answered_at"),
)
_PARTIAL = (
    ("ix_runs_unfinished_id", "runs", ["id"], _UNFINISHED),
    ("ix_runs_turn", "runs", ["room_key", "starts_at"], _UNFINISHED),
    ("ix_broadcasts_reopened", "broadcasts", ["entry"], _OF_REOPENED),
)


def upgrade() -> None:
    """Make them. What a room's runs are found by says now in which order they start, too."""
    for table, *columns in _WHOLE:
        op.create_index("_".join(("ix", table, *columns)), table, columns)
    for name, table, columns, which in _PARTIAL:
        op.create_index(name, table, columns, sqlite_where=which, postgresql_where=which)
    op.drop_index("ix_runs_room_key", "runs")
