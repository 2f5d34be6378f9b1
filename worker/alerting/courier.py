"""The courier: sees to it that every alert reaches every channel, from memory, whatever the database does.

At least once: what is open when a worker begins is told again if it is critical or new, under the same id.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import structlog

from jobs.conditions import Condition, Severity
from worker.alerting.message import Message
from worker.kit.clock import Clock
from worker.kit.tasks import Nursery

LOOK_EVERY = 0.2
"""Seconds between two looks at what is owed."""
AGAIN_EVERY = 600.0
"""Seconds between two deliveries of a critical alert that is not resolved."""
BACKOFF_MOST = 60.0
"""Seconds between two tries on a channel that fails, at most."""
TOLD_AFTER = 180.0
"""Seconds for which a channel fails before that is an alert itself, for the other channels."""
NEW_FOR = timedelta(minutes=10)
"""A warning no older than this is told again when a worker begins."""
OWED_AT_MOST = 500
"""Alerts that wait for one channel; beyond that the oldest warnings go first."""

log = structlog.get_logger(__name__)


class DeliveryError(Exception):
    """A message did not arrive, as far as is known. Its text names no address."""


class Channel(Protocol):
    """A way to people."""

    name: str
    """Its place among the settings: an address is secret."""

    async def send(self, message: Message) -> None:
        """Deliver it.

        Raises:
            DeliveryError: it did not arrive, or nobody said that it did.
        """
        ...


@dataclass(slots=True)
class _Owed:
    message: Message
    due: float | None
    """None: delivered, and nothing more to do until it is resolved."""
    failures: int = 0
    delivered: bool = False
    """Whether this, or what it was before it changed, has arrived."""
    repeats: bool = True
    """Whether a critical one is sent again until it is resolved."""


@dataclass(slots=True)
class _Round:
    """One channel and what is owed to it, by key of the alert."""

    channel: Channel
    owed: dict[str, _Owed] = field(default_factory=dict)
    failing_since: float | None = None
    busy: bool = False


Tell = Callable[[str, Sequence[Condition]], None]


class Courier:
    """Delivers to each channel by itself: one that hangs or fails holds up no other."""

    def __init__(self, channels: Sequence[Channel], clock: Clock) -> None:
        self._rounds = [_Round(channel) for channel in channels]
        self._clock = clock
        self._something_is_owed = asyncio.Event()
        self._work = Nursery()
        self.tell: Tell = lambda _about, _conditions: None
        """Told of a channel that fails."""

    def take(self, message: Message) -> None:
        """Take a message; it leaves within a second."""
        for each in self._rounds:
            self._owe(each, message)

    def take_again(self, message: Message) -> None:
        """Take an alert that was open when this worker began: somebody may not have heard of it.

        Of the others somebody has, so that their end is told.
        """
        is_new = self._clock.now() - message.raised_at < NEW_FOR
        if message.severity is Severity.CRITICAL or is_new:
            self.take(message)
            return
        for each in self._rounds:
            each.owed.setdefault(message.key, _Owed(message, None, delivered=True))
            self._make_room(each)

    def forget(self, key: str) -> None:
        """Repeat it no more; what was never delivered still is, once."""
        for each in self._rounds:
            if (owed := each.owed.get(key)) is None:
                continue
            if owed.delivered:
                del each.owed[key]
            else:
                owed.repeats = False

    def waiting(self) -> int:
        """Return how many deliveries are due or failing."""
        return sum(
            owed.due is not None and not owed.delivered for r in self._rounds for owed in r.owed.values()
        )

    async def run(self) -> None:
        """Deliver what is due, again and again."""
        while True:
            await self._something_is_owed.wait()
            self.look()
            await self._clock.sleep(LOOK_EVERY)
            if not any(each.owed for each in self._rounds):
                self._something_is_owed.clear()

    def look(self) -> None:
        """Begin a delivery on every channel that is free and owes something."""
        now = self._clock.monotonic()
        for each in self._rounds:
            due = [owed for owed in each.owed.values() if owed.due is not None and owed.due <= now]
            if due and not each.busy:
                each.busy = True
                first = min(due, key=lambda owed: owed.due or 0.0)
                self._work.start(self._deliver(each, first), f"deliver to {each.channel.name}")

    async def close(self) -> None:
        """End what is under way."""
        await self._work.cancel()

    def _owe(self, each: _Round, message: Message) -> None:
        now, before = self._clock.monotonic(), each.owed.get(message.key)
        if message.resolved_at is None:
            known = before is not None and before.delivered and message.changed_at is not None
            each.owed[message.key] = _Owed(message, now, delivered=known)
        elif before and (before.delivered or message.severity is Severity.CRITICAL):
            each.owed[message.key] = _Owed(message, now, delivered=before.delivered)
        else:
            each.owed.pop(message.key, None)
        self._make_room(each)
        self._something_is_owed.set()

    def _make_room(self, each: _Round) -> None:
        warnings = (key for key, owed in each.owed.items() if owed.message.severity is Severity.WARNING)
        while len(each.owed) > OWED_AT_MOST and (oldest := next(warnings, None)):
            del each.owed[oldest]
            warnings = (key for key, owed in each.owed.items() if owed.message.severity is Severity.WARNING)

    async def _deliver(self, each: _Round, owed: _Owed) -> None:
        try:
            await each.channel.send(owed.message)
        except DeliveryError as error:
            self._failed(each, owed, str(error))
        else:
            self._arrived(each, owed)
        finally:
            each.busy = False

    def _arrived(self, each: _Round, owed: _Owed) -> None:
        if each.failing_since is not None:
            log.info("channel_works_again", channel=each.channel.name)
            each.failing_since = None
            self.tell(each.channel.name, [])
        owed.delivered, owed.failures = True, 0
        again = owed.message.severity is Severity.CRITICAL and owed.repeats
        owed.due = self._clock.monotonic() + AGAIN_EVERY if again else None
        if (owed.message.resolved_at or not owed.repeats) and each.owed.get(owed.message.key) is owed:
            del each.owed[owed.message.key]

    def _failed(self, each: _Round, owed: _Owed, reason: str) -> None:
        now = self._clock.monotonic()
        owed.due = now + min(BACKOFF_MOST, 2.0 ** min(owed.failures, 10))
        owed.failures += 1
        if each.failing_since is None:
            each.failing_since = now
            log.warning("channel_fails", channel=each.channel.name, reason=reason)
        if now - each.failing_since >= TOLD_AFTER:
            self.tell(each.channel.name, [_undelivered(each.channel.name, reason)])


def _undelivered(name: str, reason: str) -> Condition:
    text = f"alerts do not get through on channel {name}: {reason}"
    cure = "Check that entry of CUELIGHT_ALERTS__URLS (they are counted from 1)."
    return Condition("undelivered", Severity.WARNING, text, cure)
