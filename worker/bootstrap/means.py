"""What a worker is given of the world: its clock, its database, its way out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from worker.clock import Clock
from worker.housekeeping import Duty, Housekeeping
from worker.lease import Lease
from worker.provider.transport import Transport
from worker.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Everything through which a worker touches what is not its own. A simulation hands in others."""

    name: str
    """The worker's id: written into the journal."""
    clock: Clock
    store: Store
    lease: Lease
    transport: Transport
    housekeeping: Callable[[Sequence[Duty], Clock], Housekeeping] = Housekeeping
