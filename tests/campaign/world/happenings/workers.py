"""Workers die, are told to end, freeze, and lose their lease."""

from collections.abc import Iterator
from dataclasses import replace

from tests.campaign.scenario import Event, Show
from tests.campaign.world.happenings.happening import Trouble
from tests.campaign.world.parts import Parts
from worker.rehearsal.chance import chosen, fraction
from worker.rehearsal.life import Life

TROUBLE = (
    Trouble("kill", 1, 40),
    Trouble("kill", 1, 5),
    Trouble("sigterm", 0, 10),
    Trouble("freeze", 3, 60),
    Trouble("lose_lease", 20, 40),
    Trouble("intruder", 0, 0),
)


def drawn(seed: int, shows: tuple[Show, ...]) -> Iterator[Event]:
    """Whoever holds the lease is paused beyond it, and goes on."""
    for number in range(1 + int(fraction(seed, "pauses") * 3)):
        show = chosen(shows, seed, "pause show", number)
        around = chosen((show.starts, show.ends), seed, "pause around", number)
        at = max(5.0, around - round(fraction(seed, "pause at", number) * 30, 2))
        yield Event(at, "freeze", show.id, 25 + int(fraction(seed, "pause for", number) * 35))


def _kill(world: Parts, event: Event) -> None:
    life = world.holder()
    life.restart_after = event.value
    life.die()


def _sigterm(world: Parts, event: Event) -> None:
    life = world.holder()
    life.restart_after = event.value
    life.stop.set()


def _freeze(world: Parts, event: Event) -> None:
    life, until = world.holder(), event.at + event.value
    life.freeze()
    world.frozen.append((event.at, until))
    life.frozen.append((event.at, until))
    world.after(until, _thaw, world, life)


def _thaw(world: Parts, life: Life) -> None:
    """Let it go on, unless it was frozen again meanwhile for longer."""
    if all(until <= world.loop.time() + 0.001 for _, until in life.frozen):
        life.thaw()


def _lose_lease(world: Parts, event: Event) -> None:
    """Another worker takes over; the old one goes on for a while and knows that it may not."""
    if world.scenario.workers > 1:
        _freeze(world, replace(event, value=event.value + 20))
        return
    life = world.holder()
    life.restart_after = event.value
    life.lost_lease_at = life.lost_lease_at or world.clock.now()
    world.after(event.at + event.value + 60, life.die)


def _intruder(world: Parts, _event: Event) -> None:
    """A second worker is refused by the lease before it does anything."""
    world.refused_intruders += any(not life.is_dead for life in world.lives)


HAPPENINGS = {
    "kill": _kill,
    "sigterm": _sigterm,
    "freeze": _freeze,
    "lose_lease": _lose_lease,
    "intruder": _intruder,
}
