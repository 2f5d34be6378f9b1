"""What is said again and again: the first time at once, then once a minute, with how often."""

import threading
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog

from worker.kit.clock import Clock

EVERY = 60.0
"""Seconds between two lines that say the same."""
MOST_KNOWN = 500
"""Lines that are remembered."""
REPEATED = "repeated"
"""The field with how many lines this one stands for."""

Event = MutableMapping[str, Any]


@dataclass(slots=True)
class _Said:
    event: Event
    at: float
    again: int = 0


class Repetition:
    """A structlog processor that drops an event which differs from an earlier one in its instant alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: dict[str, _Said] = {}
        self._forgotten: list[Event] = []
        self._lock = threading.Lock()

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        """Return the event.

        Raises:
            DropEvent: it was said a moment ago; it is counted.
        """
        key = _key(event)
        with self._lock:
            known = self._said.get(key)
            if known is None or self._clock.monotonic() - known.at >= EVERY:
                return self._first(key, event, known.again if known else 0)
            known.event, known.again = dict(event), known.again + 1
        raise structlog.DropEvent

    def overdue(self) -> list[Event]:
        """Return what was said again, and not for a minute by a line of its own."""
        now = self._clock.monotonic()
        with self._lock:
            found, self._forgotten = self._forgotten, []
            for key, known in [item for item in self._said.items() if now - item[1].at >= EVERY]:
                del self._said[key]
                if known.again:
                    found.append(_counted(known.event, known.again))
                    self._said[key] = _Said(known.event, now)
        return found

    def _first(self, key: str, event: Event, again: int) -> Event:
        self._said.pop(key, None)
        self._said[key] = _Said(dict(event), self._clock.monotonic())
        if len(self._said) > MOST_KNOWN:
            oldest = self._said.pop(next(iter(self._said)))
            if oldest.again:
                self._forgotten.append(_counted(oldest.event, oldest.again))
        return _counted(event, again + 1) if again else event


def _key(event: Event) -> str:
    return repr([(name, value) for name, value in event.items() if name != "timestamp"])


def _counted(event: Event, times: int) -> Event:
    return {**event, REPEATED: times}
