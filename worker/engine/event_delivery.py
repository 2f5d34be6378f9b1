"""Events are posted to other systems: each at least once, and in their order at each address.

The worker that looks after what belongs to no account does it, and writes down how far it is, so that the
next one goes on from there; whoever gets an event twice can tell by its id. A new address begins with what
happens from then on. One that takes nothing is tried again ever later, and each goes its own way, so that one
which hangs holds up no other (law 9).

What it costs: a look each second is one statement, the number of the newest event. When there is a newer one,
each address costs one more to read it, and after what was posted a transaction of two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from jobs.ids import INSTALLATION
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.engine.event_endpoint import EventEndpoint
from worker.engine.event_message import message_of
from worker.kit.clock import Clock
from worker.kit.tasks import Nursery
from worker.leases.contract import Leases
from worker.store.errors import StoreError
from worker.store.records import SETTLED_AFTER, Event, Fence

AT_ONCE = 100
"""Events that are read at once."""
WRITTEN_EVERY = 1.0
"""Seconds after which a position is written down though more is being posted."""
GIVEN_UP_AFTER = timedelta(hours=24)
"""An event that waited for longer is not posted any more, and neither is what happened since."""

log = structlog.get_logger(__name__)


class EventRows(Protocol):
    """What is needed of the store."""

    async def last_event(self) -> int:
        """Return the number of the newest event; 0: there is none."""
        ...

    async def events(self, after: int, most: int, settled: datetime) -> list[Event]:
        """Return what happened after the event of this number, oldest first: so many at most."""
        ...

    async def webhook_positions(self) -> Mapping[str, int]:
        """Return, by endpoint, the number of the last event that is done there."""
        ...

    async def keep_webhook_position(self, endpoint: str, seq: int, at: datetime, fence: Fence) -> bool:
        """Have this be the last event that is done at an endpoint; False: the term is over."""
        ...


@dataclass(slots=True, kw_only=True)
class EventDelivery:
    """Looks whether something happened, and has it posted."""

    rows: EventRows
    endpoints: Sequence[EventEndpoint]
    installation: str
    leases: Leases
    alerts: Alerts
    clock: Clock
    _fence: Fence | None = None
    """In whose name this worker posts; None: another one does."""
    _work: Nursery = field(default_factory=Nursery)

    async def look(self) -> None:
        """Begin to post what is new, and tell what is wrong. A database that is away is told elsewhere."""
        self._enter(self.leases.fence(INSTALLATION))
        if self._fence is None:
            return
        try:
            if self.endpoints:
                await self._look(self._fence)
        except StoreError as error:
            log.debug("events_unread", reason=str(error))
        self._tell()

    async def close(self) -> None:
        """Leave what is under way: the next worker posts it again, under the same id."""
        await self._work.cancel()

    def _enter(self, fence: Fence | None) -> None:
        """Trust no position of another term: another worker may have moved it meanwhile."""
        if fence != self._fence:
            self._fence = fence
            for each in self.endpoints:
                each.leave()

    async def _look(self, fence: Fence) -> None:
        reached = [(each, each.seq) for each in self.endpoints if each.seq is not None]
        newest = await self.rows.last_event()
        for each, seq in reached:
            if seq > newest:
                each.begin_anew()
        if len(reached) < len(self.endpoints):
            await self._begin(fence, newest)
        for each in self.endpoints:
            if each.is_due(newest):
                each.busy = True
                self._work.start(self._attend(each, fence), f"events to webhook {each.name}")

    async def _begin(self, fence: Fence, newest: int) -> None:
        """Take up each address where it was left; a new one is told what happens from now on."""
        known = await self.rows.webhook_positions()
        for each in [each for each in self.endpoints if each.seq is None]:
            seq = known.get(each.key, newest)
            if each.key in known or await self._is_written(each, seq, fence):
                each.begin(seq)

    async def _attend(self, endpoint: EventEndpoint, fence: Fence) -> None:
        try:
            await self._deliver(endpoint, fence)
        except StoreError as error:
            log.debug("events_unread", reason=str(error))
        finally:
            endpoint.busy = False

    async def _deliver(self, endpoint: EventEndpoint, fence: Fence) -> None:
        """Post what is new, in order, as far as it is taken, and write down how far that is."""
        written_at, settled = self.clock.monotonic(), self.clock.now() - SETTLED_AFTER
        for event in await self.rows.events(endpoint.seq or 0, AT_ONCE, settled):
            if not await self._is_done(endpoint, event, fence):
                break
            endpoint.seq = event.seq
            if self.clock.monotonic() - written_at >= WRITTEN_EVERY:
                await self._write(endpoint, fence)
                written_at = self.clock.monotonic()
        await self._write(endpoint, fence)

    async def _is_done(self, endpoint: EventEndpoint, event: Event, fence: Fence) -> bool:
        """Post an event, if it is one that is posted; return whether the next one may be."""
        message = message_of(event, self.installation)
        if message is None or not self._is_ours(fence):
            return self._is_ours(fence)
        if self.clock.now() - event.at > GIVEN_UP_AFTER:
            await self._give_up(endpoint, event, fence)
            return False
        return await endpoint.takes(message.id, message.body) and self._is_ours(fence)

    async def _give_up(self, endpoint: EventEndpoint, oldest: Event, fence: Fence) -> None:
        newest = await self.rows.last_event()
        if self._is_ours(fence):
            endpoint.skip(oldest.seq, newest)

    async def _write(self, endpoint: EventEndpoint, fence: Fence) -> None:
        """Write down how far it is. Whatever is not written is posted again by the next worker."""
        seq = endpoint.seq
        if seq is not None and endpoint.is_to_be_written and await self._is_written(endpoint, seq, fence):
            endpoint.written(seq)

    async def _is_written(self, endpoint: EventEndpoint, seq: int, fence: Fence) -> bool:
        return await self.rows.keep_webhook_position(endpoint.key, seq, self.clock.now(), fence)

    def _is_ours(self, fence: Fence) -> bool:
        """Whether it is still for this worker to post, in the name of the same term."""
        return self._fence == fence == self.leases.fence(INSTALLATION)

    def _tell(self) -> None:
        for each in self.endpoints:
            conditions = each.conditions()
            if conditions is not None:
                self.alerts.tell(Subject(SubjectKind.WEBHOOK, each.name), conditions)
        names = {each.name for each in self.endpoints}
        for about in self.alerts.about():
            if about.kind == SubjectKind.WEBHOOK and about.id not in names:
                self.alerts.tell(about, [])
