"""Which reads are due: each question has a cadence that follows from the run's state."""

from datetime import datetime, timedelta
from enum import StrEnum

from jobs.model import Doors, Kind, Outcome
from jobs.run import overrun
from jobs.run.decision import Decision, Move, Perform, SetDoors, Stop, Urgency
from jobs.run.lifecycle import HOLDING, OVER, State
from jobs.run.observations import Asked
from jobs.run.recording import is_looked_for
from jobs.run.situation import Situation
from jobs.run.stop import asks_what_aired, asks_what_is_recorded, look_back_at


class Read(StrEnum):
    """A question to the provider about one run's meeting. Each names its field in `Seen`."""

    STREAM = "stream"
    SESSION = "session"
    MEETING = "meeting"
    SEARCH = "search"
    AIRINGS = "airings"
    RECORDING = "recording"


def due(s: Situation) -> frozenset[Read]:
    """Return the questions to ask now."""
    return frozenset(read for read in Read if (at := _due_at(s, read)) is not None and at <= s.now)


def next_look_at(s: Situation) -> datetime | None:
    """Return when the next question is due; None if none is."""
    return min((at for read in Read if (at := _due_at(s, read)) is not None), default=None)


def cadence(s: Situation) -> timedelta:
    """Return how often this run's stream is read in its state."""
    return _stream_cadence(s) or s.policy.poll_live


def urgency(state: State, read: Read = Read.STREAM) -> Urgency:
    """Return how urgent a read is in this state (law 6). What has aired may be known late."""
    if read is Read.AIRINGS:
        return Urgency.SWEEP
    match state:
        case State.STARTING | State.INTERRUPTED:
            return Urgency.WATCH_STARTING
        case State.STOPPING:
            return Urgency.CLOSE_AND_PROVE
        case State.LIVE | State.ENDED | State.MISSED | State.CANCELLED:
            return Urgency.WATCH_LIVE
        case State.PLANNED | State.READY | State.REJECTED:
            return Urgency.PREPARE


def _due_at(s: Situation, read: Read) -> datetime | None:
    every = _every(s, read)
    if every is None:
        return None
    asked: Asked[object] | None = getattr(s.seen, read)
    first_at = _first_at(s, read)
    if asked is None:
        return first_at or s.now
    if first_at and asked.tried_at < first_at:
        return first_at
    return min(asked.tried_at + every, _hinted_at(s, read, asked.tried_at) or asked.tried_at + every)


def _hinted_at(s: Situation, read: Read, tried_at: datetime) -> datetime | None:
    """Return from when on to ask because the provider said that something happened; None: it said nothing."""
    hinted_at = s.seen.hinted_at
    is_meant = read in (Read.STREAM, Read.SESSION) and hinted_at is not None and hinted_at > tried_at
    return hinted_at if is_meant else None


def _first_at(s: Situation, read: Read) -> datetime | None:
    """Return from when on this is asked in this state; None: at once."""
    if s.run.state in OVER:
        return look_back_at(s)
    if s.run.state is State.READY and read is Read.MEETING:
        return s.broadcast.window.starts_at - s.policy.preflight_before
    if s.run.state is State.LIVE and read is Read.SESSION and overrun.may_follow(s):
        return overrun.asked_from(s)
    return None


def _every(s: Situation, read: Read) -> timedelta | None:
    """Return how often to ask; None: not at all."""
    if read is Read.SEARCH:
        return s.policy.search_every if _create_is_open(s) else None
    if s.run.room.meeting_id is None or _another_holds(s):
        return None
    match read:
        case Read.STREAM:
            return _stream_cadence(s)
        case Read.SESSION:
            return _session_cadence(s)
        case Read.MEETING:
            return _meeting_cadence(s)
        case Read.AIRINGS:
            return s.policy.airings_every if asks_what_aired(s) else None
        case Read.RECORDING:
            return _recording_cadence(s) if _recording_matters(s) else None


def _stream_cadence(s: Situation) -> timedelta | None:
    match s.run.state:
        case State.PLANNED | State.REJECTED:
            return None
        case State.READY:
            return s.policy.poll_live if _is_watched(s) else None
        case State.STARTING | State.INTERRUPTED:
            eager = s.now < s.run.entered_at + s.policy.poll_starting_eager_for
            every = s.policy.poll_starting if eager or s.session_for() else s.policy.poll_starting_later
            return every * s.policy.poll_told if s.seen.is_told else every
        case State.LIVE:
            return s.policy.poll_live * s.policy.poll_told if s.seen.is_told else s.policy.poll_live
        case State.STOPPING:
            return _stopping_cadence(s) if s.run.holds_room else None
        case State.ENDED | State.MISSED | State.CANCELLED:
            return s.policy.poll_stopping if _looks_back(s) else None


def _stopping_cadence(s: Situation) -> timedelta:
    """Until it is proven off; what is asked then says more than more reads of that."""
    asks_the_rest = asks_what_aired(s) or asks_what_is_recorded(s)
    return s.policy.poll_live if asks_the_rest else s.policy.poll_stopping


def _recording_cadence(s: Situation) -> timedelta:
    asked = s.seen.recording
    return s.policy.airings_every if asked and asked.vain_since else s.policy.poll_stopping


def _recording_matters(s: Situation) -> bool:
    """Whether its stream is off and its recording may go on; and once more when it is looked back at."""
    return asks_what_is_recorded(s) or (_looks_back(s) and is_looked_for(s.broadcast))


def _is_watched(s: Situation) -> bool:
    """Whether somebody could put it on air before its start; else the sweep's lists tell if somebody did."""
    stream = s.stream
    return s.run.room.doors in (Doors.BACKSTAGE, Doors.OPEN) or bool(stream and stream.value.is_on)


def _session_cadence(s: Situation) -> timedelta | None:
    """A session says something only while nothing is LIVE, and before the end of what may run over."""
    if s.run.state is State.LIVE and overrun.may_follow(s):
        return s.policy.overrun_every
    stream = s.stream
    is_waited_for = s.run.state in HOLDING and not (stream and stream.value.is_live)
    return _stream_cadence(s) if is_waited_for else None


def _meeting_cadence(s: Situation) -> timedelta | None:
    """Preflight: shortly before the start the meeting itself is asked for, while somebody can still act."""
    if s.run.state is State.READY:
        return None if _is_found(s) else s.policy.poll_live
    return s.policy.poll_stopping if _meeting_matters(s) else None


def _is_found(s: Situation) -> bool:
    """Whether the meeting was seen there shortly before the start: once is enough, and so is any answer."""
    asked, first_at = s.seen.meeting, s.broadcast.window.starts_at - s.policy.preflight_before
    if any(
        each.answered_at is not None
        and each.answered_at >= first_at - s.policy.preflight_before
        and each.outcome is Outcome.DONE
        for each in s.run.attempts
    ):
        return True
    if asked is None or asked.fact is None or asked.fact.value is None or asked.trouble:
        return False
    return asked.tried_at >= first_at


def _meeting_matters(s: Situation) -> bool:
    """Whether the meeting itself may be gone, or has to be seen closed once more."""
    if s.run.state is not State.STOPPING:
        return _looks_back(s)
    close = s.run.last(Kind.CLOSE, since=s.run.off_wanted_at)
    return s.run.holds_room and close is not None and close.outcome is Outcome.REFUSED


def _looks_back(s: Situation) -> bool:
    return s.run.state in OVER and s.run.off_at is not None and s.run.looked_back_at is None


def _create_is_open(s: Situation) -> bool:
    create = s.run.last(Kind.CREATE)
    waits = s.run.state is State.PLANNED and s.run.room.meeting_id is None
    return waits and create is not None and not create.settled


def _another_holds(s: Situation) -> bool:
    return s.room_is_taken


def needs_no_look(s: Situation, decision: Decision) -> bool:
    """Whether this is due by the clock or the record alone, so that no read may delay it."""
    match decision:
        case Move(to=State.STARTING | State.STOPPING):
            return True
        case Perform(step=Stop(urgency=Urgency.STOP)):
            return s.off_wanted
        case Perform(step=SetDoors()):
            return s.run.state not in OVER
        case _:
            return False


def patience(s: Situation, most: float) -> float:
    """Return for how many seconds a call of this run may wait for its turn: not beyond its start or its end.

    What falls due then would wait for it.
    """
    instants = (s.broadcast.window.starts_at, s.ends_at)
    to_come = ((at - s.now).total_seconds() for at in instants if at > s.now)
    return min(most, *to_come, most)
