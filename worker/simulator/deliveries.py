"""Delivers what webhooks are told: signed, late, at least once, and by chance not at all."""

import asyncio
import base64
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from worker.kit.clock import Clock
from worker.simulator.history import Change
from worker.simulator.meeting import Tenant
from worker.simulator.payloads import payload
from worker.simulator.physics import Physics
from worker.simulator.signing import Signing
from worker.simulator.webhook import Webhook

_RETRY_AFTER_S = (1, 2, 4, 8, 16)
_HELD_BACK_S = 10.0
_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is posted, once."""

    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of it; `status` is None when nobody answered."""

    at: datetime
    event: str
    meeting_id: str
    uuid: str
    attempt: int
    status: int | None


Sender = Callable[[Delivery], Awaitable[int | None]]
"""Posts it, and returns the status of the answer; None: there was none."""


@dataclass(frozen=True, slots=True)
class _Coming:
    """An event on its way to a webhook."""

    webhook: Webhook
    told: Mapping[str, Any] = field(repr=False)
    meeting_id: str
    uuid: str
    delay_s: float


class Deliveries:
    """Listens to what happens; whoever runs it says how it is sent."""

    def __init__(
        self, physics: Physics, tenants: Mapping[str, Tenant], clock: Clock, signing: Signing
    ) -> None:
        self.signing = signing
        """May be changed for another: then the provider signs, and publishes, with that."""
        self.made: deque[Delivered] = deque(maxlen=_KEPT)
        """Every attempt, oldest first."""
        self._physics = physics
        self._tenants = tenants
        self._clock = clock
        self._coming: asyncio.Queue[_Coming] = asyncio.Queue()
        self._chance = Random(physics.knobs.seed)  # noqa: S311 - a simulation must repeat itself
        physics.history.listen(self._hear)

    async def run(self, send: Sender) -> None:
        """Deliver until cancelled, each by itself: a slow receiver holds up no other."""
        async with asyncio.TaskGroup() as under_way:
            while True:
                under_way.create_task(self._deliver(await self._coming.get(), send))

    def _hear(self, change: Change) -> None:
        webhooks = list(self._tenants[change.tenant].webhooks.values())
        told = payload(change, self._tenants, self._physics.knobs) if webhooks else None
        if told is None:
            return
        for each in webhooks:
            if each.enabled and told["event"] in each.events:
                self._plan(each, told, change.meeting_id)

    def _plan(self, webhook: Webhook, told: Mapping[str, Any], meeting_id: str) -> None:
        knobs, chance = self._physics.knobs, self._chance
        is_dropped, is_doubled, is_held_back = (
            chance.random() < probability
            for probability in (knobs.webhook_drop, knobs.webhook_duplicate, knobs.webhook_reorder)
        )
        uuid = str(UUID(int=chance.getrandbits(128), version=4))
        delay_s = knobs.webhook_delay_s + (_HELD_BACK_S if is_held_back else 0)
        for _ in range(0 if is_dropped else 2 if is_doubled else 1):
            self._coming.put_nowait(_Coming(webhook, told, meeting_id, uuid, delay_s))

    async def _deliver(self, coming: _Coming, send: Sender) -> None:
        """Post it, and again while the receiver is away or in trouble; a refusal is final."""
        await self._clock.sleep(coming.delay_s)
        for attempt, pause in enumerate((*_RETRY_AFTER_S, None), start=1):
            status = await send(self._signed(coming))
            self._note(coming, attempt, status)
            if pause is None or (status is not None and status < 500):
                return
            await self._clock.sleep(pause)

    def _signed(self, coming: _Coming) -> Delivery:
        knobs = self._physics.knobs
        compact = json.dumps(coming.told, separators=(",", ":"), ensure_ascii=False).encode()
        body = compact if knobs.webhook_signs == "body" else json.dumps(coming.told, indent=1).encode()
        name = "dyte" if knobs.flavour == "dyte" else "rtk"
        headers = {
            "content-type": "application/json",
            f"{name}-signature": base64.b64encode(self.signing.sign(compact)).decode(),
            f"{name}-uuid": coming.uuid,
            f"{name}-webhook-id": coming.webhook.id,
        }
        return Delivery(coming.webhook.url, body, headers)

    def _note(self, coming: _Coming, attempt: int, status: int | None) -> None:
        event = str(coming.told["event"])
        self.made.append(Delivered(self._clock.now(), event, coming.meeting_id, coming.uuid, attempt, status))
