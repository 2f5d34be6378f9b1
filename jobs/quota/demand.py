"""The calls that a broadcast is known to need, each with the instant it falls due (law 6)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.model import Broadcast, Doors, GoLive
from jobs.policy import Policy
from jobs.run.decision import Urgency
from jobs.run.go_live import doors_at
from jobs.run.lifecycle import State
from jobs.run.prepare import create_at
from jobs.run.recording import is_looked_for
from jobs.run.situation import Situation

LIVE_AFTER = timedelta(seconds=20)
"""After its start, about then LIVE is confirmed (API reference, section 5: 12 to 30 s)."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Calls of one urgency that fall due at one instant."""

    at: datetime
    urgency: Urgency
    calls: int = 1


def demand(s: Situation) -> tuple[Demand, ...]:
    """Return what this run is known to need from now on; what was due and is not done is due still."""
    return tuple(_demand(s))


def of_life(wanted: Broadcast, policy: Policy) -> tuple[Demand, ...]:
    """Return what a broadcast needs in all its life, if nothing goes wrong."""
    return (*_preparing(wanted, policy), *_reminding(wanted), *_going_live(wanted), *_ending(wanted, policy))


def _demand(s: Situation) -> Iterator[Demand]:
    """What has no meeting yet speaks for no more than that: else it would keep itself from getting one."""
    wanted = s.broadcast
    match s.run.state:
        case State.STOPPING:
            yield from _closing(s)
        case _ if s.called_off:
            return
        case State.PLANNED if s.run.room.meeting_id and s.run.room.doors is None:
            yield Demand(s.run.entered_at, Urgency.SHUT)
        case State.PLANNED:
            yield from _preparing(wanted, s.policy)
        case State.READY:
            yield from _going_live(wanted, backstage=s.run.room.doors is not Doors.BACKSTAGE)
            yield from _ending(wanted, s.policy)
        case State.STARTING:
            yield from _opening(s)
            yield from _ending(wanted, s.policy)
        case State.LIVE | State.INTERRUPTED:
            yield from _ending(wanted, s.policy)
        case _:
            return


def _preparing(wanted: Broadcast, policy: Policy) -> Iterator[Demand]:
    yield Demand(create_at(wanted, policy), Urgency.PREPARE, 2 + len(wanted.hosts))


def _reminding(wanted: Broadcast) -> Iterator[Demand]:
    """The list of who was added, and a token for each host who is told then."""
    leads = Counter(lead for host in wanted.hosts if host.contact for lead in host.contact.leads)
    for lead, hosts in leads.items():
        yield Demand(wanted.window.starts_at - min(lead, wanted.prepare), Urgency.PREPARE, 1 + hosts)


def _going_live(wanted: Broadcast, *, backstage: bool = True) -> Iterator[Demand]:
    starts_at = wanted.window.starts_at
    at_start = wanted.go_live is GoLive.AT_START
    if at_start and backstage:
        yield Demand(doors_at(wanted), Urgency.GO_LIVE)
    yield Demand(starts_at, Urgency.GO_LIVE, 2 if at_start else 1)
    yield Demand(starts_at + LIVE_AFTER, Urgency.WATCH_STARTING)


def _opening(s: Situation) -> Iterator[Demand]:
    starts_at = s.broadcast.window.starts_at
    if s.run.room.doors is not Doors.OPEN:
        yield Demand(starts_at, Urgency.GO_LIVE)
    yield Demand(starts_at + LIVE_AFTER, Urgency.WATCH_STARTING)


def _ending(wanted: Broadcast, policy: Policy) -> Iterator[Demand]:
    if wanted.latest_end > wanted.window.ends_at:
        yield Demand(wanted.window.ends_at - policy.overrun_asked, Urgency.WATCH_LIVE)
    yield Demand(wanted.window.ends_at, Urgency.STOP)
    yield Demand(wanted.window.ends_at, Urgency.CLOSE_AND_PROVE, 2 + _of_recording(wanted))
    if wanted.empties_room:
        yield Demand(wanted.window.ends_at, Urgency.KICK_ALL)


def _of_recording(wanted: Broadcast) -> int:
    """A read that finds it, the call that ends it, and a read that finds it gone."""
    return 3 if is_looked_for(wanted) else 0


def _closing(s: Situation) -> Iterator[Demand]:
    at = s.run.off_wanted_at or s.run.entered_at
    if s.run.holds_room:
        yield Demand(at, Urgency.CLOSE_AND_PROVE, (1 if s.run.closed_at else 2) + _of_recording(s.broadcast))
    if s.run.holds_room and s.broadcast.empties_room:
        yield Demand(at, Urgency.KICK_ALL)
