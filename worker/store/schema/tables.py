"""The tables, as they are after the last migration. A test compares the two.

`broadcasts` is written by anyone, so its instants and durations are kept as typed and read by `rows`. All
other tables are written by cuelight alone. Triggers belong to the migrations.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, Table, Text, false

from config.bounds import LONGEST_JSON, LONGEST_TEXT
from worker.store.engine.columns import Bounded, Flag, Number, UTCDateTime
from worker.store.schema.conditions import OF_REOPENED, PREPARED, UNANSWERED, UNFINISHED, UNRESOLVED

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _typed(name: str, default: str | None = None, *, most: int = LONGEST_TEXT) -> Column[str]:
    return Column(name, Bounded(most), nullable=False, server_default=default)


broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    _typed("title"),
    _typed("starts_at"),
    _typed("ends_at"),
    _typed("account", "default"),
    Column("entry", Bounded(LONGEST_TEXT)),
    _typed("source", "sql"),
    _typed("go_live", "on_join"),
    _typed("doors", "15m"),
    _typed("prepare", "24h"),
    _typed("live_within", "2m"),
    _typed("late_start", "5m"),
    Column("end_session", Flag, nullable=False, server_default=false()),
    _typed("meeting", "{}", most=LONGEST_JSON),
    _typed("room", "own"),
    _typed("hosts", "[]", most=LONGEST_JSON),
    Column("cancelled", Flag, nullable=False, server_default=false()),
    _typed("operator_fields", "[]", most=LONGEST_JSON),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", UTCDateTime),
    Column("changed_at", UTCDateTime),
    Column("starts_utc", UTCDateTime),
    Column("ends_utc", UTCDateTime, index=True),
    Column("keep_recording", Flag, nullable=False, server_default=false()),
    _typed("notify", "{}", most=LONGEST_JSON),
    _typed("overrun", "0s"),
    CheckConstraint("length(id) BETWEEN 1 AND 200", name="id_length"),
    Index("ix_broadcasts_reopened", "entry", sqlite_where=OF_REOPENED, postgresql_where=OF_REOPENED),
)
"""What is wanted."""

unheeded = Table(
    "unheeded",
    metadata,
    Column("broadcast_id", Text, primary_key=True, nullable=False),
    Column("version", Integer, nullable=False),
)
"""Filled by triggers with every change of `broadcasts`: the inbox, small enough to be read every second."""

rooms = Table(
    "rooms",
    metadata,
    Column("key", Text, primary_key=True, nullable=False),
    _text("account"),
    Column("marker", Text, nullable=False, index=True),
    _text("tenant", ""),
    Column("meeting_id", Text, index=True),
    Column("doors", Text),
    _text("title", ""),
    _text("options", "{}"),
    Column("held_by", Text),
    Column("free_since", UTCDateTime),
    Column("version", Integer, nullable=False),
)
"""Our record of each meeting at the provider."""

hosts = Table(
    "hosts",
    metadata,
    Column("room_key", ForeignKey("rooms.key", onupdate="CASCADE", ondelete="CASCADE"), primary_key=True),
    Column("host_id", Text, primary_key=True),
    _text("name"),
    _text("preset"),
    Column("participant_id", Text),
)
"""The hosts added to each room. `participant_id` is unused, and goes with the release after next."""

runs = Table(
    "runs",
    metadata,
    Column("id", ForeignKey("broadcasts.id", onupdate="CASCADE"), primary_key=True),
    _text("state"),
    Column("entered_at", UTCDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    _text("why", ""),
    Column("room_key", ForeignKey("rooms.key", onupdate="CASCADE"), nullable=False),
    Column("accepted", Text),
    Column("starts_at", UTCDateTime),
    Column("ends_at", UTCDateTime),
    Column("round_at", UTCDateTime),
    Column("stop_asked_at", UTCDateTime),
    Column("live_at", UTCDateTime),
    Column("playback_url", Text),
    Column("off_wanted_at", UTCDateTime),
    Column("closed_at", UTCDateTime),
    Column("off_at", UTCDateTime),
    Column("looked_back_at", UTCDateTime, index=True),
    Column("planned_end", UTCDateTime),
    Index("ix_runs_unfinished", "starts_at", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    Index("ix_runs_unfinished_id", "id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    Index("ix_runs_turn", "room_key", "starts_at", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
    Index(None, "room_key", "starts_at"),
    Index("ix_runs_prepared", "id", sqlite_where=PREPARED, postgresql_where=PREPARED),
)
"""What became of each broadcast."""

attempts = Table(
    "attempts",
    metadata,
    Column("id", Number, primary_key=True),
    Column("run_id", ForeignKey("runs.id", onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
    Column("room_key", ForeignKey("rooms.key", onupdate="CASCADE"), nullable=False),
    _text("kind"),
    Column("began_at", UTCDateTime, nullable=False),
    Column("answered_at", UTCDateTime),
    _text("outcome"),
    _text("detail", ""),
    Index(None, "run_id", "began_at"),
    Index(None, "room_key", "kind"),
)
"""Every mutating call, written down before it is made."""

reminders = Table(
    "reminders",
    metadata,
    Column("id", Number, primary_key=True),
    Column("run_id", ForeignKey("runs.id", onupdate="CASCADE", ondelete="CASCADE"), nullable=False),
    _text("host_id"),
    _text("name"),
    Column("round", Integer, nullable=False),
    _text("what"),
    Column("starts_at", UTCDateTime, nullable=False, index=True),
    Column("tried_at", UTCDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    _text("outcome"),
    _text("detail", ""),
    Index("ix_reminders_once", "run_id", "host_id", "round", "what", unique=True),
)
"""Every message to a host, written down before it is sent. No link is in it, and no address."""

participant_minutes = Table(
    "participant_minutes",
    metadata,
    Column("run_id", ForeignKey("runs.id", onupdate="CASCADE", ondelete="CASCADE"), primary_key=True),
    Column("seconds", Number, nullable=False),
    Column("read_at", UTCDateTime, nullable=False),
)
"""How long people were in the meeting of each broadcast, all together, as the provider counts it."""

requests = Table(
    "requests",
    metadata,
    Column("id", Number, primary_key=True),
    _text("kind"),
    Column("broadcast_id", Text, nullable=False, index=True),
    _text("argument", ""),
    _text("by", ""),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("answer", Text),
    Column("answered_at", UTCDateTime, index=True),
    Index("ix_requests_pending", "id", sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
)
"""What operators ask of workers."""

schedules = Table(
    "schedules",
    metadata,
    Column("id", Number, primary_key=True),
    _text("content_hash"),
    _text("text"),
    Column("applied_at", UTCDateTime, nullable=False),
    _text("by"),
)
"""Every revision of a schedule that was applied."""

entries = Table(
    "entries",
    metadata,
    Column("key", Text, primary_key=True, nullable=False),
    _text("document"),
    Column("revision", ForeignKey("schedules.id")),
)
"""Not used any more: the release before writes it still. It goes with the release after next."""

calendars = Table(
    "calendars",
    metadata,
    Column("entry", Text, primary_key=True, nullable=False),
    _text("source"),
    _text("content"),
    _text("feed"),
    Column("fetched_at", UTCDateTime, nullable=False),
    Column("checked_at", UTCDateTime, nullable=False),
    Column("reaches", UTCDateTime, nullable=False),
    _text("etag", ""),
    _text("last_modified", ""),
)
"""What was read last of the calendar that an entry follows. Addresses are not among it: they are secret."""

journal = Table(
    "journal",
    metadata,
    Column("id", Number, primary_key=True),
    _text("run_id"),
    Column("at", UTCDateTime, nullable=False, index=True),
    _text("kind"),
    _text("who"),
    _text("before", ""),
    _text("after", ""),
    _text("why", ""),
    Index(None, "run_id", "id"),
)
"""When, who, from, to, why."""

webhook_positions = Table(
    "webhook_positions",
    metadata,
    Column("endpoint", Text, primary_key=True, nullable=False),
    Column("seq", Number, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
"""Up to which row of the journal each address was posted to. It is known by a hash: addresses are secret."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Number, primary_key=True),
    _text("key"),
    Column("run_id", Text, index=True),
    _text("severity"),
    _text("title"),
    _text("text"),
    _text("cure"),
    Column("raised_at", UTCDateTime, nullable=False),
    Column("resolved_at", UTCDateTime, index=True),
    Column("subject_kind", Text),
    Column("subject_id", Text),
    Index("ix_alerts_open", "key", unique=True, sqlite_where=UNRESOLVED, postgresql_where=UNRESOLVED),
)
"""What operators have to hear of; one open row for each key."""

leases = Table(
    "leases",
    metadata,
    Column("quota_group", Text, primary_key=True, nullable=False),
    _text("holder", ""),
    Column("term", Integer, nullable=False, server_default="0"),
    Column("expires_at", UTCDateTime),
    _text("reserved", "{}"),
)
"""Who runs each quota group, and how much of the quota is spoken for."""

workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    _text("host"),
    Column("pid", Integer, nullable=False),
    _text("version"),
    Column("started_at", UTCDateTime, nullable=False),
    Column("seen_at", UTCDateTime, nullable=False),
    Column("left_at", UTCDateTime),
)
"""The processes that work, or did."""

installation = Table(
    "installation",
    metadata,
    Column("name", Text, primary_key=True, nullable=False),
    _text("value"),
)
"""Facts about this installation, by name."""
