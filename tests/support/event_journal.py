"""A journal, positions and receivers in memory, with what posts from one to the others."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.support.clock import NOON, HandClock, settle
from tests.support.leases import HeldLeases
from worker.alerting.alerts import Alerts
from worker.alerting.posting import Posted
from worker.engine.event_delivery import EventDelivery
from worker.engine.event_endpoint import EventEndpoint
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.records import Event, Fence

LIFE = ("planned", "ready", "starting", "live", "stopping", "ended")
TYPES = [f"broadcast.{state}" for state in LIFE]


@dataclass
class Rows:
    """The store, as far as events are concerned; it counts what it is asked."""

    written: list[Event] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    terms: set[int] = field(default_factory=lambda: {1})
    """The terms in whose name a position is written."""
    is_away: bool = False
    asked: list[str] = field(default_factory=list)

    def happens(self, kind: str, after: str = "", at: datetime = NOON, broadcast: str = "show") -> Event:
        """Write one more row."""
        seq = self.written[-1].seq + 1 if self.written else 1
        event = Event(
            seq=seq, broadcast_id=broadcast, at=at, kind=kind, who="w", before="", after=after, why=""
        )
        self.written.append(event)
        return event

    def _answer(self, what: str) -> None:
        self.asked.append(what)
        if self.is_away:
            raise StoreUnavailableError("away")

    async def last_event(self) -> int:
        self._answer("last")
        return self.written[-1].seq if self.written else 0

    async def events(self, after: int, most: int, settled: datetime) -> list[Event]:
        assert settled < NOON.replace(year=NOON.year + 1)
        self._answer("events")
        return [each for each in self.written if each.seq > after][:most]

    async def webhook_positions(self) -> Mapping[str, int]:
        self._answer("positions")
        return dict(self.positions)

    async def keep_webhook_position(self, endpoint: str, seq: int, at: datetime, fence: Fence) -> bool:
        assert at.tzinfo
        self._answer("keep")
        if fence.term not in self.terms:
            return False
        self.positions[endpoint] = seq
        return True


@dataclass
class Receiver:
    """An address in memory: it says what it is told to, and keeps what it took."""

    says: list[Posted] = field(default_factory=list)
    """What it answers next; then that it takes everything."""
    always: Posted = field(default_factory=Posted)
    tried: list[str] = field(default_factory=list)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    before_answer: Callable[[], Awaitable[object]] | None = None
    """Awaited before each answer, if set."""

    async def post(self, message_id: str, body: bytes, at: datetime) -> Posted:
        assert at.tzinfo
        self.tried.append(message_id)
        if self.before_answer:
            await self.before_answer()
        posted = self.says.pop(0) if self.says else self.always
        if not posted.trouble:
            self.taken.append((message_id, json.loads(body)))
        return posted

    def types(self) -> list[str]:
        return [body["type"] for _, body in self.taken]

    def ids(self) -> list[str]:
        return [message_id for message_id, _ in self.taken]


class PostOffice:
    """A worker that posts to receivers, on a clock that is moved by hand."""

    def __init__(
        self, *receivers: Receiver, rows: Rows | None = None, clock: HandClock | None = None
    ) -> None:
        self.rows, self.clock = rows or Rows(), clock or HandClock()
        self.receivers = receivers or (Receiver(),)
        self.leases = HeldLeases()
        self.alerts = Alerts(inline(), self.clock)
        self.delivery = self.another()

    def another(self, receivers: Sequence[Receiver] | None = None) -> EventDelivery:
        """Return what a worker posts by that begins now."""
        chosen = self.receivers if receivers is None else receivers
        endpoints = [
            EventEndpoint(str(number), f"key-{number}", each, self.clock)
            for number, each in enumerate(chosen, start=1)
        ]
        return EventDelivery(
            rows=self.rows,
            endpoints=endpoints,
            installation="unit",
            leases=self.leases,
            alerts=self.alerts,
            clock=self.clock,
        )

    def lives(self) -> None:
        """Have a broadcast go through its whole life, each state with an attempt."""
        for state in LIFE:
            self.rows.happens("move", state, self.clock.now())
            self.rows.happens("attempt", at=self.clock.now())

    def take_over(self, term: int) -> None:
        """Have the lease in another term; no other is heeded by the rows."""
        self.leases.begin(term)
        self.rows.terms = {term}

    async def looks(self, times: int = 1, seconds: float = 1.0) -> None:
        for _ in range(times):
            self.clock.move(seconds)
            await self.delivery.look()
            await settle()
