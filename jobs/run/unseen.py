"""What aired while nobody looked: the provider keeps a list of a meeting's livestreams, and is asked for it.

It is asked of a run alone that would be called missed though its doors may have been open: once, and again
for a while if no answer comes.
"""

from datetime import datetime, timedelta

from jobs.model import RoomUse
from jobs.run.observations import Airing
from jobs.run.situation import Situation

NOT_KNOWN = "nobody could be asked whether it aired all the same"


def is_open(s: Situation) -> bool:
    """Whether the question is to be asked, or asked again."""
    asked = s.seen.airings
    if asked is None:
        return True
    return _answer(s) is None and (asked.vain_since is None or s.now < asked.vain_since + _patience(s))


def aired_at(s: Situation) -> datetime | None:
    """Return since when it was LIVE in its window; None: it was not, or nobody could be asked."""
    found = (at for each in _answer(s) or () if (at := _within(s, each)) is not None)
    return min(found, default=None)


def told(s: Situation) -> str:
    """Return what came of the question, in an operator's words."""
    if _answer(s) is None:
        return NOT_KNOWN
    if (at := aired_at(s)) is None:
        return "the provider lists no livestream in its window"
    return f"seen by no worker, but in the provider's list it is LIVE from {at:%H:%M:%S}Z"


def _answer(s: Situation) -> tuple[Airing, ...] | None:
    """Return the list if it was read since the meeting was closed: an older one may lack the end."""
    fact = s.seen.airings.fact if s.seen.airings else None
    if fact is None or s.run.closed_at is None or fact.began_at < s.run.closed_at:
        return None
    return fact.value


def _patience(s: Situation) -> timedelta:
    """Whoever comes next into a room that is shared waits for it, so there one try is all."""
    return timedelta(0) if s.broadcast.room is RoomUse.SHARED else s.policy.airings_for


def _within(s: Situation, airing: Airing) -> datetime | None:
    """Return since when it was LIVE in the window; what began before that, in a shared room, is another's."""
    window = s.broadcast.window
    if window.is_open(airing.began_at):
        return airing.began_at
    goes_on = airing.ended_at is not None and airing.began_at < window.starts_at < airing.ended_at
    return window.starts_at if goes_on and s.broadcast.room is RoomUse.OWN else None
