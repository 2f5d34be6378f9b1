"""What happens in a world: one module for each subject, with when it is drawn and what it does then.

A module has `HAPPENINGS`, what each kind of event does, and either `drawn`, which yields events from the
seed, or `TROUBLE`, the kinds that fall by chance around the moments that matter. What befalls single calls
belongs in `tests.campaign.network`, what befalls single statements in `tests.campaign.database`. One adds a
kind to its module, and a module to the lists below; a subject with `drawn` also to `tests.campaign.drawn`.
"""

from collections.abc import Mapping
from contextlib import suppress

from tests.campaign.scenario import Event
from tests.campaign.world.happenings import (
    clock,
    database,
    edits,
    foreign,
    keys,
    locks,
    orders,
    people,
    poison,
    provider,
    workers,
)
from tests.campaign.world.happenings.happening import Happening, Trouble
from tests.campaign.world.parts import Parts
from worker.simulator.physics import Refused

HAPPENINGS: Mapping[str, Happening] = {
    **people.HAPPENINGS,
    **edits.HAPPENINGS,
    **keys.HAPPENINGS,
    **locks.HAPPENINGS,
    **orders.HAPPENINGS,
    **workers.HAPPENINGS,
    **clock.HAPPENINGS,
    **provider.HAPPENINGS,
    **database.HAPPENINGS,
    **foreign.HAPPENINGS,
    **poison.HAPPENINGS,
}
"""What an event of each kind does."""
TROUBLE: tuple[Trouble, ...] = (
    *workers.TROUBLE,
    *clock.TROUBLE,
    *provider.TROUBLE,
    *database.TROUBLE,
    *foreign.TROUBLE,
    *poison.TROUBLE,
)
"""What is drawn from by its place: a row more makes other worlds of the same seeds."""


def happen(world: Parts, event: Event) -> None:
    """Let it happen; what cannot happen to anybody does not."""
    world.faults.counts[event.kind] += 1
    does = HAPPENINGS[event.kind]
    with suppress(LookupError, Refused):
        does(world, event)
