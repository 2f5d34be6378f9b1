"""Pages for tests that ask for many of them."""

from tests.support.clock import HandClock
from worker.web.pace import Pace


def at_any_pace() -> Pace:
    """Return the pace of those who go on at once."""
    return Pace(HandClock(), a_second=1.0, at_once=1_000_000)
