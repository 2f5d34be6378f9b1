"""Other sessions lock rows."""

from collections.abc import Iterator

from tests.campaign.scenario import Event, Show
from tests.campaign.world.parts import Parts
from worker.rehearsal.chance import chosen, fraction

LOCKING = 0.12
"""The share of the worlds in which another session keeps rows locked."""


def drawn(seed: int, shows: tuple[Show, ...]) -> Iterator[Event]:
    """Another session locks a row: rather as something is to be written of it."""
    if fraction(seed, "locks") >= LOCKING:
        return
    for number in range(1 + int(fraction(seed, "how many locks") * 3)):
        show = chosen(shows, seed, "lock show", number)
        around = chosen((show.starts, show.ends, show.known_at + 1), seed, "lock around", number)
        at = max(0.5, around + round(fraction(seed, "lock at", number) * 20 - 10, 2))
        yield Event(at, "lock", show.id, 5 + int(fraction(seed, "lock for", number) * 85))


def _lock(world: Parts, event: Event) -> None:
    """Another session holds the row, and what became of it, for a while."""
    row, until = world.row(event.show), event.at + event.value
    world.locked.setdefault(event.show, []).append((event.at, until))
    world.database.lock(row)
    world.after(until, world.database.unlock, row)


HAPPENINGS = {"lock": _lock}
