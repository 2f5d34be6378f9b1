"""What the quota carries: it airs in time, and no call of it is spent on what is done already."""

import itertools
from collections.abc import Iterator

from tests.campaign.laws.breach import Breach
from tests.campaign.network import Sent
from tests.campaign.scenario import Show
from tests.campaign.truth import Room, Truth

OPENED_WITHIN = 5.0
"""Seconds after its start within which what the quota carries is opened."""
SHOWS_WITHIN = 3.0
"""Seconds after which reads tell that a stream is off."""
DECIDED_WITHIN = 1.0
"""Seconds from a read to what is done upon it."""
PROVEN_WITHIN = 300.0
"""Seconds after its end within which what the quota carries is proven off."""
WINDOW = 300
CARRIED = 0.8
"""Of what is not kept for stops, what the calls that are known to come may be to say that they fit."""


def starts_fit(truth: Truth) -> Iterator[Breach]:
    """What the quota allows is opened within 5 s of its start, and proven off within 5 min of its end."""
    if not _is_calm(truth):
        return
    for room in truth.rooms:
        for show in room.shows:
            if show.entry is None and show.known_at < show.starts - WINDOW and _is_carried(truth, show):
                yield from _late(truth, room, show)


def _late(truth: Truth, room: Room, show: Show) -> Iterator[Breach]:
    opened = [call.at for call in truth.about(room.adopted or "", "PATCH") if b'"ACTIVE"' in call.body]
    if not any(show.starts <= at <= show.starts + OPENED_WITHIN for at in opened):
        yield Breach("starts_fit", show.id, show.starts, f"opened at {opened[-1:]}")
    over = [at for state in ("ended", "missed") for at in truth.moves(show.id, state)]
    if not any(at <= show.ends + PROVEN_WITHIN for at in over):
        yield Breach("starts_fit", show.id, show.ends, f"proven off at {over}")


def _is_calm(truth: Truth) -> bool:
    """Whether nothing but the quota could be in the way, and nobody changed their mind."""
    scenario = truth.world.scenario
    people = {"arrive", "leave", "drop"}
    return not scenario.rates and scenario.workers == 1 and {each.kind for each in scenario.events} <= people


def _is_carried(truth: Truth, show: Show) -> bool:
    """Whether the calls that are known to come around its start and its end are few enough."""
    quota = truth.world.scenario.quota
    room = CARRIED * (quota - quota // 4)
    return _needed(truth, show.starts) <= room and _needed(truth, show.ends + WINDOW) <= room


def _needed(truth: Truth, at: float) -> int:
    """Count the calls that fall due in the five minutes before: creates, openings, closings, proofs."""
    calls = 0
    for show in truth.shows.values():
        due = ((show.known_at, 2), (show.starts, 4 if show.at_start else 2), (show.ends, 2))
        calls += sum(count for when, count in due if at - WINDOW < when <= at)
    return calls


def stopped_once(truth: Truth) -> Iterator[Breach]:
    """If calls are answered, a stop is sent again only if the stream was on, or nothing was read since."""
    for room in truth.rooms if _is_calm(truth) else ():
        for meeting in truth.meetings(room):
            stops = truth.about(meeting, "POST", "/active-livestream/stop")
            for before, after in itertools.pairwise(stops):
                is_repeated = before.life == after.life and not _is_wanted_anew(truth, room, before, after)
                if is_repeated and _is_needless(truth, meeting, before, after):
                    how = f"again after {after.at - before.at:.1f} s"
                    yield Breach("stopped_once", room.key, after.at, how)


def _is_wanted_anew(truth: Truth, room: Room, before: Sent, after: Sent) -> bool:
    """Whether an end came between them, or somebody's order: the first was for a restart, then."""
    ends = [span.end for show in room.shows for span in truth.windows(show)]
    orders = [at for show in room.shows for at, _, _ in truth.wanted(show)[1:]]
    return any(before.at < at <= after.at for at in (*ends, *orders))


def _is_needless(truth: Truth, meeting: str, before: Sent, after: Sent) -> bool:
    """Whether the first was answered, the stream off long before the second, and read since then."""
    if before not in truth.world.network.answered or after.at - before.at > WINDOW:
        return False
    off_at = max((span.end for span in truth.on_air(meeting) if span.start <= after.at), default=before.at)
    since = max(off_at, before.at) + SHOWS_WITHIN
    return any(since < at < after.at - DECIDED_WITHIN for at in _reads(truth, meeting))


def _reads(truth: Truth, meeting: str) -> Iterator[float]:
    """Yield when the meeting, or the lists, were asked and said what is on."""
    yield from truth.lists_read
    own = truth.about(meeting, "GET", "/active-livestream")
    yield from (call.at for call in own if call in truth.world.network.answered)


QUOTA = {"starts_fit": starts_fit, "stopped_once": stopped_once}
