"""On air: watch, and bring back what drops."""

from jobs.run import go_live, overrun, prepare, stop
from jobs.run.decision import Decision, Move, WaitUntil
from jobs.run.lifecycle import State
from jobs.run.situation import Situation


def live(s: Situation) -> Decision:
    """LIVE was read: notice at once when it no longer is, and the end when it comes."""
    if s.off_wanted:
        return stop.begin(s)
    stream = s.stream_read_since(s.run.entered_at)
    if stream and not stream.value.is_live and (stream.value.is_off or stream.value.is_on):
        return Move(State.INTERRUPTED, f"{stream.value.word or 'no stream'} was read")
    return overrun.extension(s) or prepare.chore(s) or WaitUntil(s.ends_at)


def interrupted(s: Situation) -> Decision:
    """It dropped with the window still open: the flag or a start brings it back."""
    if s.off_wanted:
        return stop.begin(s)
    stream = s.stream_read_since(s.run.entered_at)
    if stream and stream.value.is_live:
        return Move(State.LIVE, "LIVE was read again")
    return go_live.revive(s) or WaitUntil(s.ends_at)
