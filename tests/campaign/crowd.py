"""Crowded worlds: a hundred broadcasts and more on a quota that just carries them, and no other trouble."""

from collections.abc import Iterator

from tests.campaign.scenario import Event, Scenario, Show
from worker.rehearsal.chance import chosen, fraction

CALLS_EACH = 4
"""Calls in five minutes for each broadcast: three hundred on the provider's 1,200."""
PREPARED = 420
"""Seconds from the beginning to the first start."""
SPREADS = (0, 0, 30, 120, 300)
"""Seconds over which the starts of a crowd may be spread."""


def crowd(seed: int, count: int) -> Scenario:
    """Return a world in which so many begin and end together, or nearly."""
    spread = chosen(SPREADS, seed, "spread")
    lasts = 420 + int(fraction(seed, "lasts") * 300)
    shows = tuple(_show(seed, number, PREPARED + spread * number // count, lasts) for number in range(count))
    events = sorted((event for show in shows for event in _people(seed, show)), key=lambda event: event.at)
    return Scenario(
        seed=seed,
        shows=shows,
        events=tuple(events),
        rates={},
        quota=CALLS_EACH * count,
        quiet_after=600,
    )


def _show(seed: int, number: int, starts: int, lasts: int) -> Show:
    at_start = fraction(seed, "mode", number) < 0.1
    return Show(f"b{number}", starts, starts + lasts, at_start=at_start)


def _people(seed: int, show: Show) -> Iterator[Event]:
    """Each host comes soon after the start and leaves soon after the end."""
    yield Event(show.starts + 1 + fraction(seed, "comes", show.id) * 20, "arrive", show.id)
    yield Event(show.ends + 20 + fraction(seed, "leaves", show.id) * 20, "leave", show.id)
