"""Hosts come and go, and their picture with them."""

from collections.abc import Iterator
from contextlib import suppress

from tests.campaign.scenario import Event, Show
from tests.campaign.world.parts import Parts
from worker.rehearsal.chance import chosen, fraction
from worker.simulator.physics import Refused

TRIES_DOOR_EVERY = 5.0


def drawn(seed: int, show: Show) -> Iterator[Event]:
    """Hosts come early, in time, late or never; they leave late, early, or come back."""
    if fraction(seed, show.id, "never") < 0.08:
        return
    comes = show.starts + chosen((-120, -20, 2, 8, 30, 100), seed, show.id, "comes")
    yield Event(max(1, comes), "arrive", show.id)
    if fraction(seed, show.id, "stays") < 0.6:
        yield from _stays(seed, show, comes)
    else:
        yield from _leaves_and_is_back(seed, show, comes)
    if fraction(seed, show.id, "drops") < 0.25:
        yield from _drops(seed, show)


def _stays(seed: int, show: Show, comes: int) -> Iterator[Event]:
    yield Event(max(comes + 20, show.ends + 60), "leave", show.id)
    if fraction(seed, show.id, "again") < 0.3:
        yield Event(show.ends + chosen((3, 70, 100), seed, show.id, "again when"), "arrive", show.id)
        yield Event(show.ends + 200, "leave", show.id)


def _leaves_and_is_back(seed: int, show: Show, comes: int) -> Iterator[Event]:
    leaves = show.starts + int(fraction(seed, show.id, "leaves") * (show.ends - show.starts))
    yield Event(max(comes + 20, leaves), "leave", show.id)
    yield Event(leaves + chosen((5, 70, 100), seed, show.id, "back"), "arrive", show.id)
    yield Event(max(show.ends, leaves + 100) + 90, "leave", show.id)


def _drops(seed: int, show: Show) -> Iterator[Event]:
    when = fraction(seed, show.id, "drop when")
    first = show.starts + 40 + int(when * max(1, show.ends - show.starts - 60))
    for again in range(chosen((1, 1, 3), seed, show.id, "drops")):
        yield Event(first + 12 * again, chosen(("drop", "drop", "fail"), seed, show.id, again), show.id)


def _arrive(world: Parts, event: Event) -> None:
    world.inside[event.show] = turn = world.inside.get(event.show, 0) + 1
    world.begin(_come_in(world, event.show, turn))


async def _come_in(world: Parts, show: str, turn: int) -> None:
    while world.inside.get(show) == turn:
        meeting = world.linked(show)
        with suppress(LookupError, Refused):
            if meeting:
                world.simulator.join(meeting, f"host of {show}")
                return
        await world.clock.sleep(TRIES_DOOR_EVERY)


def _leave(world: Parts, event: Event) -> None:
    world.inside[event.show] = world.inside.get(event.show, 0) + 1
    if meeting := world.linked(event.show):
        world.simulator.leave(meeting, f"host of {event.show}")


def _drop(world: Parts, event: Event) -> None:
    if meeting := world.linked(event.show):
        world.simulator.drop(meeting)


def _fail(world: Parts, event: Event) -> None:
    if meeting := world.linked(event.show):
        world.simulator.fail(meeting)


HAPPENINGS = {"arrive": _arrive, "leave": _leave, "drop": _drop, "fail": _fail}
