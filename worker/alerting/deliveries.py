"""What every channel has still to deliver. It is in memory alone: it waits for no database."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from jobs.conditions import Severity
from worker.alerting.channel import Channel
from worker.alerting.message import Message
from worker.alerting.notice import Notice
from worker.kit.clock import Clock

NEW_FOR = timedelta(minutes=10)
"""A warning no older than this is told again when a worker begins."""
OWED_AT_MOST = 500
"""Alerts that wait for one channel; beyond that the oldest warnings go first."""


@dataclass(slots=True)
class Owed:
    """What one channel has to deliver, or has delivered and will again."""

    notice: Notice
    due: float | None
    """None: delivered, and nothing more to do until it is resolved."""
    failures: int = 0
    delivered: bool = False
    """Whether this, or what it was before it changed, has arrived."""
    repeats: bool = True
    """Whether it is sent again if it is of those that are."""


@dataclass(slots=True)
class Round:
    """One channel and what is owed to it, by key."""

    channel: Channel
    owed: dict[str, Owed] = field(default_factory=dict)
    failing_since: float | None = None
    busy: bool = False


class Deliveries:
    """What is owed to each channel. Alerts are put in, and the courier takes them from here."""

    def __init__(self, channels: Sequence[Channel], clock: Clock) -> None:
        self.rounds = [Round(channel) for channel in channels]
        self.something_is_owed = asyncio.Event()
        self._clock = clock

    def take(self, message: Message) -> None:
        """Take a message; it leaves within a second."""
        for each in self.rounds:
            self._owe(each, message)

    def take_once(self, notice: Notice) -> None:
        """Take what is delivered once, and followed by nothing; what waits under its key gives way to it."""
        for each in self.rounds:
            each.owed[notice.key] = Owed(notice, self._clock.monotonic())
            self._make_room(each)
        self.something_is_owed.set()

    def reached_nobody(self, key: str) -> bool:
        """Whether what was taken under this key waits for every channel there is."""
        return all(key in each.owed for each in self.rounds)

    def take_again(self, message: Message) -> None:
        """Take an alert that was open when this worker began: somebody may not have heard of it.

        Of the others somebody has, so that their end is told.
        """
        is_new = self._clock.now() - message.raised_at < NEW_FOR
        if message.severity is Severity.CRITICAL or is_new:
            self.take(message)
            return
        for each in self.rounds:
            each.owed.setdefault(message.key, Owed(message, None, delivered=True))
            self._make_room(each)

    def forget(self, key: str) -> None:
        """Repeat it no more; what was never delivered still is, once."""
        for each in self.rounds:
            if (owed := each.owed.get(key)) is None:
                continue
            if owed.delivered:
                del each.owed[key]
            else:
                owed.repeats = False

    def waiting(self) -> int:
        """Return how many deliveries are due or failing."""
        return sum(
            owed.due is not None and not owed.delivered for r in self.rounds for owed in r.owed.values()
        )

    def _owe(self, each: Round, message: Message) -> None:
        now, before = self._clock.monotonic(), each.owed.get(message.key)
        if message.resolved_at is None:
            known = before is not None and before.delivered and message.changed_at is not None
            each.owed[message.key] = Owed(message, now, delivered=known)
        elif before and (before.delivered or message.severity is Severity.CRITICAL):
            each.owed[message.key] = Owed(message, now, delivered=before.delivered)
        else:
            each.owed.pop(message.key, None)
        self._make_room(each)
        self.something_is_owed.set()

    def _make_room(self, each: Round) -> None:
        while len(each.owed) > OWED_AT_MOST and (oldest := _first_to_go(each)):
            del each.owed[oldest]


def _first_to_go(each: Round) -> str | None:
    return next((key for key, owed in each.owed.items() if owed.notice.gives_way), None)
