"""Off means off: what is recorded, or pushed by RTMP, goes on while somebody stays, and costs the same.

It is looked for once the stream is off, so that it holds up no stop, and only where the meeting's options
say that it may be there. Emptying the room ends it too, so there nobody is asked.
"""

from datetime import datetime

from jobs.model import Broadcast, Kind
from jobs.run.decision import StopRecording
from jobs.run.observations import Fact, Recording
from jobs.run.situation import Situation

NOT_KNOWN = "could not tell whether a recording still runs"


def is_looked_for(wanted: Broadcast) -> bool:
    """Whether what may be recorded is to end with the stream, and does not by itself."""
    return wanted.may_record and not wanted.keep_recording and not wanted.empties_room


def is_settled(s: Situation) -> bool:
    """Whether nothing is recorded any more, or that could not be told for too long."""
    if not is_looked_for(s.broadcast):
        return True
    found = read_since(s, s.run.closed_at)
    return _is_given_up(s) if found is None else found.value.is_off


def goes_on(s: Situation) -> StopRecording | None:
    """Return what ends the recording that goes on, as last read; None: none is known to."""
    found = read_since(s, s.run.closed_at)
    return StopRecording(found.value.id) if found and found.value.is_on else None


def told(s: Situation) -> str:
    """Return what an operator has to know of it when all is over; empty if nothing."""
    if s.broadcast.may_record and s.broadcast.keep_recording and not s.broadcast.empties_room:
        return "the recording goes on (keep_recording)"
    return NOT_KNOWN if is_looked_for(s.broadcast) and read_since(s, s.run.closed_at) is None else ""


def read_since(s: Situation, since: datetime | None) -> Fact[Recording] | None:
    """Return what was read since then, and since the last call that should have ended it."""
    fact = s.seen.recording.fact if s.seen.recording else None
    last = s.run.last(Kind.STOP_RECORDING, since=s.run.off_wanted_at)
    ended_at = (last.answered_at or last.began_at) if last else None
    is_new = fact is not None and all(fact.began_at >= each for each in (since, ended_at) if each)
    return fact if is_new else None


def _is_given_up(s: Situation) -> bool:
    vain_since = s.seen.recording.vain_since if s.seen.recording else None
    return vain_since is not None and s.now >= vain_since + s.policy.recording_for
