"""The courier: has every alert, and the report, reach every channel, from memory, whatever the database does.

At least once: what is open when a worker begins is told again if it is critical or new, under the same id.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from jobs.conditions import Condition, Severity
from worker.alerting.channel import DeliveryError
from worker.alerting.deliveries import Deliveries, Owed, Round
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

log = structlog.get_logger(__name__)


Tell = Callable[[str, Sequence[Condition]], None]


class Courier:
    """Delivers to each channel by itself: one that hangs or fails holds up no other."""

    def __init__(self, deliveries: Deliveries, clock: Clock, tell: Tell) -> None:
        self._deliveries = deliveries
        self._clock = clock
        self._tell = tell
        """Told of a channel that fails."""
        self._work = Nursery()

    async def run(self) -> None:
        """Deliver what is due, again and again."""
        while True:
            await self._deliveries.something_is_owed.wait()
            self.look()
            await self._clock.sleep(LOOK_EVERY)
            if not any(each.owed for each in self._deliveries.rounds):
                self._deliveries.something_is_owed.clear()

    def look(self) -> None:
        """Begin a delivery on every channel that is free and owes something."""
        now = self._clock.monotonic()
        for each in self._deliveries.rounds:
            due = [owed for owed in each.owed.values() if owed.due is not None and owed.due <= now]
            if due and not each.busy:
                each.busy = True
                first = min(due, key=lambda owed: owed.due or 0.0)
                self._work.start(self._deliver(each, first), f"deliver to {each.channel.name}")

    async def close(self) -> None:
        """End what is under way."""
        await self._work.cancel()

    async def _deliver(self, each: Round, owed: Owed) -> None:
        try:
            await each.channel.send(owed.notice)
        except DeliveryError as error:
            self._failed(each, owed, str(error))
        else:
            self._arrived(each, owed)
        finally:
            each.busy = False

    def _arrived(self, each: Round, owed: Owed) -> None:
        if each.failing_since is not None:
            log.info("channel_works_again", channel=each.channel.name)
            each.failing_since = None
            self._tell(each.channel.name, [])
        owed.delivered, owed.failures = True, 0
        again = owed.notice.repeats and owed.repeats
        owed.due = self._clock.monotonic() + AGAIN_EVERY if again else None
        if again:
            due_at = self._clock.now() + timedelta(seconds=AGAIN_EVERY)
            owed.notice = owed.notice.repeated(due_at)
        if (owed.notice.is_last or not owed.repeats) and each.owed.get(owed.notice.key) is owed:
            del each.owed[owed.notice.key]

    def _failed(self, each: Round, owed: Owed, reason: str) -> None:
        now = self._clock.monotonic()
        owed.due = now + min(BACKOFF_MOST, 2.0 ** min(owed.failures, 10))
        owed.failures += 1
        if each.failing_since is None:
            each.failing_since = now
            log.warning("channel_fails", channel=each.channel.name, reason=reason)
        if now - each.failing_since >= TOLD_AFTER:
            self._tell(each.channel.name, [_undelivered(each.channel.name, reason)])


def _undelivered(name: str, reason: str) -> Condition:
    text = f"alerts cannot be delivered on channel {name}: {reason}"
    cure = "Check that entry of CUELIGHT_ALERTS__URLS (counted from 1)."
    return Condition("undelivered", Severity.WARNING, text, cure)
