"""Over its end by rule: the end moves a little at a time while people are in, up to a cap, and never unasked.

Nothing is on air by omission. An end is moved before it comes, by a decision on fresh evidence, which counts
once it is written down under the lease; until then the old one holds, for the failsafe too, which knows no
other (law 3). So without a database, without the lease, or without an answer, it ends as planned.
"""

from datetime import datetime

from jobs.run.decision import Perform, RunOver
from jobs.run.intake import instant
from jobs.run.lifecycle import State
from jobs.run.situation import Situation


def extension(s: Situation) -> Perform | None:
    """Return what moves the end, if it is time for that and people are known to be in."""
    if not may_follow(s) or s.now < asked_from(s):
        return None
    people = _people(s)
    return Perform(RunOver(_next_end(s)), _why(s, people)) if people else None


def may_follow(s: Situation) -> bool:
    """Whether its end may be moved once more, if people are in: the cap, orders and the room allow it."""
    if s.run.state is not State.LIVE or s.off_wanted:
        return False
    is_in_time = s.now < s.ends_at - s.policy.overrun_margin
    return is_in_time and _next_end(s) > s.ends_at and not _is_room_needed(s)


def asked_from(s: Situation) -> datetime:
    """Return from when on it is asked who is in."""
    return s.ends_at - s.policy.overrun_asked


def _why(s: Situation, people: int) -> str:
    ends = f"{instant(s.broadcast.window.ends_at)} -> {instant(_next_end(s))}"
    return f"moved its end, {ends}, at the latest {instant(s.broadcast.latest_end)}: {people} in the meeting"


def _next_end(s: Situation) -> datetime:
    return min(s.broadcast.window.ends_at + s.policy.overrun_by, s.broadcast.latest_end)


def _is_room_needed(s: Situation) -> bool:
    """Whether another one could not begin in time: what was on air before has to be proven off by then."""
    needed_at = s.run.room.needed_at
    return needed_at is not None and needed_at < _next_end(s) + s.policy.escalate_after


def _people(s: Situation) -> int:
    """Return how many are in by the latest answer, if that is new; an older one proves nothing (law 7)."""
    facts = [each.fact for each in (s.seen.session, s.seen.present) if each and each.fact]
    last = max(facts, key=lambda each: each.began_at, default=None)
    since = asked_from(s) - s.policy.poll_live
    return last.value.attendance if last and last.began_at >= since else 0
