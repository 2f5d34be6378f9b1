"""What became of each broadcast, by what the provider knows and by what was told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from jobs.conditions import Severity
from jobs.marker import marker, marker_in
from jobs.model import Broadcast
from jobs.run.lifecycle import State
from worker.rehearsal.accounts import TAG
from worker.rehearsal.alarm_book import Told
from worker.rehearsal.cast import Visit
from worker.rehearsal.record import Record
from worker.simulator.history import Change, Kind
from worker.store.records import Overview


@dataclass(frozen=True, slots=True)
class Airing:
    """One stream, from its start to its being off."""

    started_at: datetime
    live_at: datetime | None = None
    """When viewers could see it; None: never."""
    off_at: datetime | None = None
    """None: it is on air still."""
    reason: str = ""
    """Why it went off, as the provider says."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Off the air in the middle of a window."""

    at: datetime
    back_at: datetime | None
    """None: it never came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything known of one broadcast."""

    broadcast: Broadcast
    visits: tuple[Visit, ...]
    state: State | None
    why: str = ""
    """Why it is in its state."""
    airings: tuple[Airing, ...] = ()
    told: tuple[Told, ...] = ()

    @property
    def live_at(self) -> datetime | None:
        """When it was on air first."""
        return next((each.live_at for each in self.airings if each.live_at), None)

    @property
    def off_at(self) -> datetime | None:
        """When it was off the air for good; None: it never was on, or is still."""
        return self.airings[-1].off_at if self.airings else None

    @property
    def is_on_air(self) -> bool:
        """Whether something of it runs still."""
        return any(each.off_at is None for each in self.airings)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """When it was off the air between its first being on and its end."""
        return tuple(_gaps(self.airings, self.broadcast.window.ends_at))

    @property
    def minutes(self) -> float:
        """The minutes streamed, as the provider counts them: from start to off."""
        lengths = ((each.off_at or each.started_at) - each.started_at for each in self.airings)
        return sum(lengths, timedelta(0)).total_seconds() / 60

    def was_alarmed(self, since: datetime, until: datetime) -> bool:
        """Whether a critical alert of it was out at some time between these."""
        return any(
            each.severity is Severity.CRITICAL and each.at <= until and (each.over_at or until) >= since
            for each in self.told
        )


def evidence(record: Record) -> tuple[Evidence, ...]:
    """Return what is known of each broadcast, by their start."""
    airings = _by_broadcast(record)
    return tuple(
        Evidence(
            broadcast=_in_force(each, record.rows[each.id], airings.get(each.id, ())),
            visits=record.script.cast[each.id],
            state=record.rows[each.id].state,
            why=record.rows[each.id].why,
            airings=tuple(airings.get(each.id, ())),
            told=tuple(told for told in record.told if told.about == each.id),
        )
        for each in record.script.broadcasts
    )


def _in_force(wanted: Broadcast, row: Overview, airings: Sequence[Airing]) -> Broadcast:
    """Return it with the end that it had: what goes off while it runs over by rule is over at that."""
    if row.planned_end is None or row.ends_at is None:
        return wanted
    off_at = airings[-1].off_at if airings else None
    return wanted.running_until(min(row.ends_at, off_at or row.ends_at))


def streams(changes: Iterable[Change]) -> Iterator[Airing]:
    """Yield the streams of one meeting, from its changes in the order of time."""
    running: Airing | None = None
    for change in changes:
        match change.kind:
            case Kind.STREAM_STARTED:
                running = Airing(change.at)
            case Kind.STREAM_LIVE if running:
                running = replace(running, live_at=change.at)
            case Kind.STREAM_ERRORED | Kind.STREAM_OFF if running:
                yield replace(running, off_at=change.at, reason=change.reason)
                running = None
    if running:
        yield running


def _by_broadcast(record: Record) -> dict[str, list[Airing]]:
    """Return the streams of each broadcast: in a shared room each belongs to the broadcast nearest to it."""
    found: dict[str, list[Airing]] = {}
    rooms = _rooms(record)
    for room, airings in _by_marker(record.history).items():
        for airing in airings if room in rooms else ():
            found.setdefault(_nearest(rooms[room], airing.started_at).id, []).append(airing)
    return {id_: sorted(airings, key=lambda each: each.started_at) for id_, airings in found.items()}


def _rooms(record: Record) -> dict[str, list[Broadcast]]:
    """Return the broadcasts of each room, by the marker at the end of its meetings' titles."""
    found: dict[str, list[Broadcast]] = {}
    for each in record.script.broadcasts:
        found.setdefault(marker(TAG, each.account, each.room_key), []).append(each)
    return found


def _by_marker(history: Sequence[Change]) -> dict[str, list[Airing]]:
    """Return every stream of every meeting with a marker, late twins among them."""
    meetings: dict[str, list[Change]] = {}
    for change in history:
        meetings.setdefault(change.meeting_id, []).append(change)
    found: dict[str, list[Airing]] = {}
    for changes in meetings.values():
        if own := marker_in(changes[0].title or ""):
            found.setdefault(own, []).extend(streams(changes))
    return found


def _nearest(broadcasts: Iterable[Broadcast], at: datetime) -> Broadcast:
    return min(broadcasts, key=lambda each: _distance(each, at))


def _distance(broadcast: Broadcast, at: datetime) -> timedelta:
    """Return how far an instant is from a window; nothing within it."""
    window = broadcast.window
    if at < window.starts_at:
        return window.starts_at - at
    return max(timedelta(0), at - window.ends_at)


def _gaps(airings: Sequence[Airing], ends_at: datetime) -> Iterator[Gap]:
    shown = [each for each in airings if each.live_at]
    for before, after in pairwise(shown):
        if before.off_at and before.off_at < ends_at:
            yield Gap(before.off_at, after.live_at)
    if shown and shown[-1].off_at and shown[-1].off_at < ends_at:
        yield Gap(shown[-1].off_at, None)
