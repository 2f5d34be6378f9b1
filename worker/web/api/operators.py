"""Who orders something over HTTP, and the broadcast that he is shown after it."""

from dataclasses import dataclass

from config.access import Scope
from worker.kit.clock import Clock
from worker.operations.operator import Operator
from worker.store.store import Store
from worker.view.alerts import listed
from worker.web.api import replies
from worker.web.api.endpoint import ApiRequest, Reply


@dataclass(frozen=True, slots=True)
class Operators:
    """Whoever orders, on this database."""

    store: Store
    clock: Clock

    def of(self, request: ApiRequest) -> Operator:
        """Return who orders it, and of which versions."""
        return Operator(request.caller.name, self.store, self.clock, request.seen)

    async def shown(
        self, request: ApiRequest, broadcast_id: str, status: int = 200, location: str = ""
    ) -> Reply:
        """Return a broadcast as it is now, with the version that it is in.

        Raises:
            UnknownBroadcastError: there is none with this id.
        """
        row = await self.of(request).known(broadcast_id)
        present = await self.store.existing_broadcasts(None, [row.id])
        found = replies.broadcast(
            row,
            present[0].broadcast if present else None,
            listed(await self.store.open_alerts(row.id)),
            picked_up=row.state is not None and await self.store.heeded(row.id, row.version.row),
            playback=request.caller.may(Scope.PLAYBACK),
        )
        return Reply(found, str(row.version), status, location)
