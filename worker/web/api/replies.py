"""What is answered. Programs are told the same by `--json`, and by these."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from jobs.model import Broadcast as WantedBroadcast
from jobs.run.lifecycle import State
from jobs.schedule import durations
from worker.gateway.reservation import Figures
from worker.store.records import Event, Note, Overview, Request
from worker.view.alerts import ListedAlert
from worker.view.details import Summary, summary
from worker.view.sentences import Sentence
from worker.view.workers import ListedWorker


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody who is added to the meeting."""

    id: str
    name: str
    preset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What its row says. Durations are written as in a schedule."""

    title: str
    starts_at: datetime
    ends_at: datetime
    account: str
    go_live: str
    doors: str
    prepare: str
    live_within: str
    late_start: str
    overrun: str
    end_session: bool
    keep_recording: bool
    room: str
    hosts: tuple[Host, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast(Summary):
    """Everything known of a broadcast; the window is the one in force."""

    why: str
    """Why it is in its state."""
    entered_at: datetime | None
    """Since when it is in it."""
    source: str
    cancelled: bool
    picked_up: bool
    """Whether a worker has seen what was changed last."""
    wanted: Wanted | None
    """None: its row cannot be read; `why` says why."""
    alerts: tuple[ListedAlert, ...]
    """Those that are open."""


@dataclass(frozen=True, slots=True)
class BroadcastPage:
    """Some broadcasts, the earliest start first."""

    items: tuple[Summary, ...]
    next: str | None
    """The cursor of the page after; None: there is none."""


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Some alerts, the newest first."""

    items: tuple[ListedAlert, ...]
    is_cut: bool
    """Whether there are more."""


@dataclass(frozen=True, slots=True)
class EventPage:
    """What happened, oldest first."""

    items: tuple[Event, ...]
    after: int
    """What to ask for next: the `seq` of the last one."""


@dataclass(frozen=True, slots=True)
class Journal:
    """What happened to a broadcast, oldest first."""

    items: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a broadcast is as it is, or why there is none."""

    id: str
    title: str
    exists: bool
    state: State | None
    until: datetime | None
    explanation: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """The way in for one host. Secret."""

    host: str
    link: str


@dataclass(frozen=True, slots=True)
class Links:
    """The hosts' links."""

    items: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    """How it stands with the calls of a quota group, as its worker last wrote it."""

    quota_group: str
    used: int
    """Calls in the last five minutes."""
    spoken_for: int
    """Calls that fall due in the next five."""
    left: int
    at: datetime
    """When that was written."""


@dataclass(frozen=True, slots=True)
class Workers:
    """The workers that run, or ran, the latest to begin first."""

    items: tuple[ListedWorker, ...]


@dataclass(frozen=True, slots=True)
class Quotas:
    """How it stands with each quota group that a worker holds or held."""

    items: tuple[Quota, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestState:
    """What was asked of a worker, and what became of it."""

    id: int
    kind: str
    broadcast_id: str
    argument: str
    by: str
    asked_at: datetime
    answer: str | None
    """None: no worker has picked it up yet. `reopen` is answered with the id of the new occurrence."""
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """An alert that was resolved."""

    id: int
    key: str


def broadcast(
    row: Overview,
    wanted: WantedBroadcast | None,
    alerts: Sequence[ListedAlert],
    *,
    picked_up: bool,
    playback: bool,
) -> Broadcast:
    """Return everything known of a broadcast."""
    short = _short(row, playback=playback)
    return Broadcast(
        **{each.name: getattr(short, each.name) for each in fields(short)},
        why=row.why,
        entered_at=row.entered_at,
        source=row.source,
        cancelled=row.cancelled,
        picked_up=picked_up,
        wanted=_wanted(wanted) if wanted else None,
        alerts=tuple(alerts),
    )


def quota(group: str, figures: Figures, at: datetime) -> Quota:
    """Return how it stands with a quota group."""
    return Quota(group, figures.used, figures.spoken_for, figures.left, at)


def summaries(rows: Iterable[Overview], *, playback: bool) -> tuple[Summary, ...]:
    """Return broadcasts in short."""
    return tuple(_short(row, playback=playback) for row in rows)


def _short(row: Overview, *, playback: bool) -> Summary:
    found = summary(row)
    return found if playback else replace(found, playback_url=None)


def request(found: Request) -> RequestState:
    """Return what was asked."""
    names = ("id", "kind", "broadcast_id", "argument", "by", "asked_at", "answer", "answered_at")
    values: dict[str, Any] = {name: getattr(found, name) for name in names}
    return RequestState(**values)


def _wanted(found: WantedBroadcast) -> Wanted:
    return Wanted(
        title=found.title,
        starts_at=found.window.starts_at,
        ends_at=found.window.ends_at,
        account=found.account,
        go_live=str(found.go_live),
        doors=durations.format(found.doors),
        prepare=durations.format(found.prepare),
        live_within=durations.format(found.live_within),
        late_start=durations.format(found.late_start),
        overrun=durations.format(found.overrun),
        end_session=found.end_session,
        keep_recording=found.keep_recording,
        room=str(found.room),
        hosts=tuple(Host(each.id, each.name, each.preset) for each in found.hosts),
    )
