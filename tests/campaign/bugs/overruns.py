"""How far a show runs over its end by rule, and whether it may."""

from datetime import timedelta

from jobs.model import Broadcast
from jobs.run import overrun
from tests.campaign.bugs.bug import Bug, nothing
from tests.campaign.directed import empty_at_its_end, full_at_its_end, next_one_waits


def _no_cap(self: Broadcast) -> object:
    return self.window.ends_at + timedelta(hours=1)


OVERRUNS = (
    Bug.of(
        "the cap is ignored",
        "overrun_capped",
        (Broadcast, "latest_end", property(_no_cap)),
        (Broadcast, "__post_init__", nothing),
        life=full_at_its_end(),
    ),
    Bug.of(
        "who is in unknown is taken for people",
        "overrun_allowed",
        (overrun, "_people", lambda _: 1),
        life=empty_at_its_end(),
    ),
    Bug.of(
        "nobody asks who needs the room",
        "overrun_allowed",
        (overrun, "_is_room_needed", lambda _: False),
        life=next_one_waits(),
    ),
)
