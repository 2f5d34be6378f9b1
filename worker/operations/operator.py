"""Whoever gives an order, and what his orders go to."""

from dataclasses import dataclass

from worker.kit.clock import Clock
from worker.operations.refusals import ChangedError, UnknownBroadcastError
from worker.store.errors import ChangedMeanwhileError
from worker.store.orders import Order
from worker.store.records import Overview
from worker.store.store import Store


@dataclass(frozen=True, slots=True)
class Operator:
    """A person or a program that orders something. `name` is what the journal calls him by."""

    name: str
    store: Store
    clock: Clock
    seen: frozenset[str] = frozenset()
    """What he orders is done only while the broadcast is in one of these versions; none: whatever it is."""

    async def known(self, broadcast_id: str) -> Overview:
        """Return the row of a broadcast beside what became of it.

        Raises:
            UnknownBroadcastError: there is no such row.
        """
        found = await self.store.find(broadcast_id)
        if found is None:
            raise UnknownBroadcastError(broadcast_id)
        return found

    def order(self) -> Order:
        """Return in whose name something is changed now."""
        return Order(self.name, self.clock.now(), self.seen)

    async def request(self, kind: str, broadcast_id: str, argument: str = "") -> int:
        """Write a request to the workers down; return its number.

        Raises:
            ChangedError: the broadcast is not in a version that he saw.
        """
        try:
            return await self.store.leave_request(
                kind, broadcast_id, argument, by=self.name, at=self.clock.now(), seen=self.seen
            )
        except ChangedMeanwhileError as error:
            raise ChangedError(str(error)) from None
