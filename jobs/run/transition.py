"""What a move, or the outcome of a step, changes in the record. Pure: the store writes what comes of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from jobs.model import Attempt, Doors, Host, Kind, Outcome, Room, Run
from jobs.run.decision import AddHost, Adopt, Call, Create, Edit, Move, RemoveHost, SetDoors
from jobs.run.lifecycle import HOLDING, OVER, State, moved_to
from jobs.run.situation import Situation
from jobs.run.stop import off_wanted_at
from jobs.run.unseen import aired_at


def moved(s: Situation, move: Move) -> Run:
    """Return the run after its move.

    Raises:
        IllegalMoveError: the table of moves does not know it.
    """
    run = placed(s.run, move, s.now)
    match move.to:
        case State.STARTING:
            return replace(run, room=replace(run.room, held_by=run.id))
        case State.LIVE:
            return _went_live(s, run)
        case State.STOPPING:
            return _off_wanted(s, run)
        case State.ENDED | State.MISSED | State.CANCELLED:
            return _went_off(s, _aired_unseen(s, run))
        case State.READY | State.PLANNED if s.run.state in OVER:
            return _begun_anew(s, run)
        case State.PLANNED | State.READY | State.INTERRUPTED | State.REJECTED:
            return run


def placed(run: Run, move: Move, now: datetime) -> Run:
    """Return the run in its new state, and nothing else changed.

    Raises:
        IllegalMoveError: the table of moves does not know it.
    """
    return replace(run, state=moved_to(run.state, move.to), entered_at=now, why=move.why)


def attempted(run: Run, attempt: Attempt) -> Run:
    """Return the run with this attempt as its latest."""
    return replace(run, attempts=(*run.attempts, attempt))


def answered(attempt: Attempt, at: datetime, outcome: Outcome, detail: str) -> Attempt:
    """Return it with its answer. It began no later, whatever a clock said that was set back meanwhile."""
    began_at = min(attempt.began_at, at)
    return replace(attempt, began_at=began_at, answered_at=at, outcome=outcome, detail=detail)


def set_back(attempt: Attempt, now: datetime) -> Attempt:
    """Return it begun and answered no later than now: a clock that was ahead said otherwise."""
    answered_at = attempt.answered_at and min(attempt.answered_at, now)
    return replace(attempt, began_at=min(attempt.began_at, now), answered_at=answered_at)


def settled(run: Run, attempt: Attempt, call: Call, meeting_id: str | None = None) -> Run:
    """Return the run after its latest attempt was answered, with what that acknowledged."""
    run = replace(run, attempts=(*run.attempts[:-1], attempt))
    if attempt.outcome is not Outcome.DONE:
        return run
    room = acknowledged(run.room, call, meeting_id)
    closed_at = attempt.answered_at if call.kind is Kind.CLOSE else run.closed_at
    if call.kind is Kind.BACKSTAGE:
        room = replace(room, held_by=run.id)
    if call.kind is Kind.SHUT and run.holds_room:
        room = replace(room, held_by=None)
    return replace(run, room=room, closed_at=closed_at)


def adopted(run: Run, adopt: Adopt) -> Run:
    """Return the run with the meeting that a search found; its doors are as nobody knows."""
    title = adopt.title.removesuffix(run.room.marker)
    return replace(run, room=replace(run.room, meeting_id=adopt.meeting_id, title=title, doors=None))


def acknowledged(room: Room, call: Call, meeting_id: str | None) -> Room:
    """Return the room after the provider acknowledged the call."""
    match call:
        case Create(title, options, _):
            return replace(room, meeting_id=meeting_id, title=title, options=options)
        case Edit(title, options):
            return replace(room, title=title, options=options)
        case SetDoors(doors=doors):
            return replace(room, doors=doors)
        case AddHost(host):
            return replace(room, hosts=_frozen({**room.hosts, host.id: host}))
        case RemoveHost(host):
            return replace(room, hosts=_frozen({k: v for k, v in room.hosts.items() if k != host.id}))
        case _:
            return room


def _frozen(hosts: dict[str, Host]) -> Mapping[str, Host]:
    return MappingProxyType(hosts)


def _went_live(s: Situation, run: Run) -> Run:
    """LIVE within its window, whatever a clock says that was set back since the doors opened."""
    stream = s.stream
    url = stream.value.playback_url if stream else None
    live_at = run.live_at or max(s.now, s.broadcast.window.starts_at)
    return replace(run, live_at=live_at, playback_url=url or run.playback_url)


def _off_wanted(s: Situation, run: Run) -> Run:
    """A room whose doors are not known to be shut is taken, so that they are closed."""
    room = run.room
    loose = room.meeting_id is not None and room.doors not in (Doors.SHUT, Doors.CLOSED)
    if room.held_by is None and loose:
        room = replace(room, held_by=run.id)
    live_at = run.live_at or _seen_live_at(s)
    return replace(run, room=room, live_at=live_at, off_wanted_at=_first_wanted(s), closed_at=None)


def _seen_live_at(s: Situation) -> datetime | None:
    """Return when it was read LIVE within its window; None: it was not, or the doors were never opened."""
    live_at = s.seen.live_at
    is_its_own = s.run.holds_room and live_at is not None and s.broadcast.window.is_open(live_at)
    return live_at if is_its_own else None


def _first_wanted(s: Situation) -> datetime:
    stop = s.run.last(Kind.STOP, since=off_wanted_at(s)) if s.run.state in HOLDING else None
    wanted = off_wanted_at(s) if s.over or s.run.stop_asked_at else s.now
    return min(wanted, stop.began_at) if stop else wanted


def _aired_unseen(s: Situation, run: Run) -> Run:
    """What ended without having been read LIVE here has aired as the provider's own list tells."""
    if run.state is not State.ENDED or run.live_at:
        return run
    return replace(run, live_at=aired_at(s))


def _went_off(s: Situation, run: Run) -> Run:
    """Only a run that held its room has something to look back at."""
    if not s.run.holds_room:
        return replace(run, looked_back_at=s.now)
    room = replace(run.room, held_by=None, free_since=s.now)
    return replace(run, off_at=s.now, room=room)


def _begun_anew(s: Situation, run: Run) -> Run:
    return replace(
        run,
        round_at=s.now,
        stop_asked_at=None,
        live_at=None,
        playback_url=None,
        off_wanted_at=None,
        closed_at=None,
        off_at=None,
        looked_back_at=None,
    )
