"""Hosts are told of their broadcasts: how, in a column of `broadcasts`; what was sent, in a table of its own.

How is no part of the column `hosts`: the program of the version before takes no host with further keys.
"""

import sqlalchemy as sa
from alembic import op

from worker.store.engine.columns import Number, UTCDateTime
from worker.store.schema.migrations import told_hosts

revision = "0010"
down_revision = "0009"
ONLY_EXPANDS = True
"""The program of the version before neither reads nor writes what is added; the column has a default."""

_PREPARED = sa.text("state IN ('ready', 'starting', 'live', 'interrupted')")


def upgrade() -> None:
    """Add the column, have a change of it stamped, and make the table."""
    op.add_column("broadcasts", sa.Column("notify", sa.Text(), nullable=False, server_default="{}"))
    connection = op.get_bind()
    for statement in told_hosts.statements(connection):
        connection.exec_driver_sql(statement)
    _make_reminders()
    op.create_index("ix_runs_prepared", "runs", ["id"], sqlite_where=_PREPARED, postgresql_where=_PREPARED)


def _make_reminders() -> None:
    run = sa.ForeignKey("runs.id", onupdate="CASCADE", ondelete="CASCADE")
    op.create_table(
        "reminders",
        sa.Column("id", Number, primary_key=True),
        sa.Column("run_id", sa.Text(), run, nullable=False),
        _text("host_id"),
        _text("name"),
        sa.Column("round", sa.Integer(), nullable=False),
        _text("what"),
        sa.Column("starts_at", UTCDateTime, nullable=False),
        sa.Column("tried_at", UTCDateTime, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _text("outcome"),
        _text("detail", ""),
    )
    op.create_index("ix_reminders_starts_at", "reminders", ["starts_at"])
    op.create_index("ix_reminders_once", "reminders", ["run_id", "host_id", "round", "what"], unique=True)


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)
