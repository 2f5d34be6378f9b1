"""The first tables."""

import sqlalchemy as sa
from alembic import op

from worker.store.engine.columns import Flag, Number, UTCDateTime
from worker.store.schema.migrations.first_triggers import statements

revision = "0001"
down_revision = None
ONLY_EXPANDS = False
"""Whether the program of the version before still works with the tables as they are then."""


def upgrade() -> None:
    """Make every table, then the triggers."""
    _make_wanted()
    _make_rooms()
    _make_runs()
    _make_attempts()
    _make_schedules()
    _make_requests()
    _make_journal()
    _make_alerts()
    _make_installation()
    for statement in statements(op.get_bind()):
        op.get_bind().exec_driver_sql(statement)


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=True, nullable=False)


def _make_wanted() -> None:
    op.create_table(
        "broadcasts",
        _key("id"),
        *(_text(name) for name in ("title", "starts_at", "ends_at")),
        _text("account", "default"),
        sa.Column("entry", sa.Text()),
        _text("source", "sql"),
        _text("go_live", "on_join"),
        _text("doors", "15m"),
        _text("prepare", "24h"),
        _text("live_within", "2m"),
        _text("late_start", "5m"),
        sa.Column("end_session", Flag, nullable=False, server_default=sa.false()),
        _text("meeting", "{}"),
        _text("room", "own"),
        _text("hosts", "[]"),
        sa.Column("cancelled", Flag, nullable=False, server_default=sa.false()),
        _text("operator_fields", "[]"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        *(sa.Column(name, UTCDateTime) for name in ("created_at", "changed_at", "starts_utc", "ends_utc")),
        *_well_formed_id(),
    )
    op.create_index("ix_broadcasts_ends_utc", "broadcasts", ["ends_utc"])
    op.create_table("unheeded", _key("broadcast_id"), sa.Column("version", sa.Integer(), nullable=False))


def _well_formed_id() -> list[sa.CheckConstraint]:
    """An id that could not be named again would come up for ever; every other fault is told by a worker."""
    printable = {
        "sqlite": "typeof(id) = 'text' AND id NOT GLOB '*[^ -~]*'",
        "postgresql": """id COLLATE "C" !~ '[^ -~]'""",
    }
    return [
        sa.CheckConstraint("length(id) BETWEEN 1 AND 200", name="ck_broadcasts_id_length"),
        sa.CheckConstraint(
            printable[op.get_context().dialect.name], name="ck_broadcasts_id_is_printable_ascii"
        ),
    ]


def _make_rooms() -> None:
    op.create_table(
        "rooms",
        _key("key"),
        _text("account"),
        _text("marker"),
        _text("tenant", ""),
        sa.Column("meeting_id", sa.Text()),
        sa.Column("doors", sa.Text()),
        _text("title", ""),
        _text("options", "{}"),
        sa.Column("held_by", sa.Text()),
        sa.Column("free_since", UTCDateTime),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    room = sa.ForeignKey("rooms.key", onupdate="CASCADE", ondelete="CASCADE")
    op.create_table(
        "hosts",
        sa.Column("room_key", sa.Text(), room, primary_key=True),
        _key("host_id"),
        _text("name"),
        _text("preset"),
        sa.Column("participant_id", sa.Text()),
    )


def _make_runs() -> None:
    times = ("starts_at", "ends_at", "round_at", "stop_asked_at", "live_at")
    times_off = ("off_wanted_at", "closed_at", "off_at", "looked_back_at")
    room = sa.ForeignKey("rooms.key", onupdate="CASCADE")
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), sa.ForeignKey("broadcasts.id", onupdate="CASCADE"), primary_key=True),
        _text("state"),
        sa.Column("entered_at", UTCDateTime, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("why", ""),
        sa.Column("room_key", sa.Text(), room, nullable=False),
        sa.Column("accepted", sa.Text()),
        *(sa.Column(name, UTCDateTime) for name in times),
        sa.Column("playback_url", sa.Text()),
        *(sa.Column(name, UTCDateTime) for name in times_off),
    )
    op.create_index("ix_runs_room_key", "runs", ["room_key"])
    unfinished = "looked_back_at IS NULL OR state NOT IN ('ended', 'missed', 'cancelled')"
    _make_partial_index("ix_runs_unfinished", "runs", "starts_at", unfinished)


def _make_attempts() -> None:
    run = sa.ForeignKey("runs.id", onupdate="CASCADE", ondelete="CASCADE")
    room = sa.ForeignKey("rooms.key", onupdate="CASCADE")
    op.create_table(
        "attempts",
        sa.Column("id", Number, primary_key=True),
        sa.Column("run_id", sa.Text(), run, nullable=False),
        sa.Column("room_key", sa.Text(), room, nullable=False),
        _text("kind"),
        sa.Column("began_at", UTCDateTime, nullable=False),
        sa.Column("answered_at", UTCDateTime),
        _text("outcome"),
        _text("detail", ""),
    )
    op.create_index("ix_attempts_run_id_began_at", "attempts", ["run_id", "began_at"])
    op.create_index("ix_attempts_room_key_kind", "attempts", ["room_key", "kind"])


def _make_schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", Number, primary_key=True),
        _text("content_hash"),
        _text("text"),
        sa.Column("applied_at", UTCDateTime, nullable=False),
        _text("by"),
    )
    revision_of = sa.Column("revision", Number, sa.ForeignKey("schedules.id"))
    op.create_table("entries", _key("key"), _text("document"), revision_of)


def _make_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", Number, primary_key=True),
        _text("kind"),
        _text("broadcast_id"),
        _text("argument", ""),
        _text("by", ""),
        sa.Column("asked_at", UTCDateTime, nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_at", UTCDateTime),
    )
    _make_partial_index("ix_requests_pending", "requests", "id", "answered_at IS NULL")


def _make_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", Number, primary_key=True),
        _text("run_id"),
        sa.Column("at", UTCDateTime, nullable=False),
        _text("kind"),
        _text("who"),
        *(_text(name, "") for name in ("before", "after", "why")),
    )
    op.create_index("ix_journal_at", "journal", ["at"])
    op.create_index("ix_journal_run_id_id", "journal", ["run_id", "id"])


def _make_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", Number, primary_key=True),
        _text("key"),
        sa.Column("run_id", sa.Text()),
        *(_text(name) for name in ("severity", "title", "text", "cure")),
        sa.Column("raised_at", UTCDateTime, nullable=False),
        sa.Column("resolved_at", UTCDateTime),
    )
    _make_partial_index("ix_alerts_open", "alerts", "key", "resolved_at IS NULL", unique=True)


def _make_installation() -> None:
    op.create_table(
        "leases",
        _key("quota_group"),
        _text("holder", ""),
        sa.Column("term", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("expires_at", UTCDateTime),
        _text("reserved", "{}"),
    )
    op.create_table(
        "workers",
        _key("id"),
        _text("host"),
        sa.Column("pid", sa.Integer(), nullable=False),
        _text("version"),
        *(sa.Column(name, UTCDateTime, nullable=False) for name in ("started_at", "seen_at")),
        sa.Column("left_at", UTCDateTime),
    )
    op.create_table("installation", _key("name"), _text("value"))


def _make_partial_index(name: str, table: str, column: str, where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [column], unique=unique, sqlite_where=condition, postgresql_where=condition)
