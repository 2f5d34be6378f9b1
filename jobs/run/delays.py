"""How late what was done was: the delays that say whether the worker keeps its times.

Each is None for what is not measured by it: another call, a call in vain, a repetition.
"""

from datetime import datetime, timedelta

from jobs.model import Attempt, Kind, Run
from jobs.run.lifecycle import OVER, State
from jobs.run.situation import Situation
from jobs.run.stop import off_wanted_at


def of_opening(s: Situation, made: Attempt) -> timedelta | None:
    """Return how long after the start the doors were open to the public."""
    if made.kind is not Kind.OPEN or not _is_first(s, made, s.round_at):
        return None
    return _answered_at(made) - _could_begin_at(s)


def of_stop(s: Situation, made: Attempt) -> timedelta | None:
    """Return how long after off was wanted the provider took the first stop."""
    if made.kind is not Kind.STOP or not s.off_wanted or not _is_first(s, made, off_wanted_at(s)):
        return None
    return _answered_at(made) - (s.now if _just_called_off(s) else off_wanted_at(s))


def of_picture(s: Situation, after: Run) -> timedelta | None:
    """Return how long after the start LIVE was first read. It waits for people too."""
    if after.state is not State.LIVE or s.run.live_at is not None:
        return None
    return s.now - _could_begin_at(s)


def of_proof(s: Situation, after: Run) -> timedelta | None:
    """Return how long after off was wanted it was proven."""
    if after.state not in OVER or after.off_at is None or s.run.off_wanted_at is None:
        return None
    return after.off_at - s.run.off_wanted_at


def _is_first(s: Situation, made: Attempt, since: datetime) -> bool:
    earlier = (each for each in s.run.of_kind(made.kind, since=since) if each.began_at != made.began_at)
    return made.succeeded and not any(each.succeeded for each in earlier)


def _could_begin_at(s: Situation) -> datetime:
    """Return the start, or when it was taken up if that was later."""
    return max(s.broadcast.window.starts_at, s.round_at)


def _just_called_off(s: Situation) -> bool:
    """Whether nothing says since when it is not wanted: it is heeded in the pass that hears of it."""
    return not s.over and s.run.stop_asked_at is None and s.run.state is not State.STOPPING


def _answered_at(made: Attempt) -> datetime:
    return made.answered_at or made.began_at
