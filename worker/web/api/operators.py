"""Who orders something over HTTP, and the broadcast that he is shown after it."""

from config.access import Scope
from worker.kit.clock import Clock
from worker.operations.operator import Operator
from worker.store.records import Overview
from worker.store.store import Store
from worker.view.alerts import listed
from worker.web.api import replies
from worker.web.api.answering import tags
from worker.web.api.endpoint import Call, Reply


def operator(store: Store, clock: Clock, call: Call) -> Operator:
    """Return who orders it, and of which version."""
    seen = frozenset[str]() if call.if_match == "*" else tags(call.if_match)
    return Operator(call.caller.name, store, clock, seen)


async def told(store: Store, call: Call, row: Overview) -> Reply:
    """Return a broadcast as it is read, with the version that it is in."""
    present = await store.existing_broadcasts(None, [row.id])
    found = replies.broadcast(
        row,
        present[0].broadcast if present else None,
        listed(await store.open_alerts(row.id)),
        picked_up=row.state is not None and await store.heeded(row.id, row.version.row),
        playback=call.caller.may(Scope.PLAYBACK),
    )
    return Reply(found, str(row.version))
