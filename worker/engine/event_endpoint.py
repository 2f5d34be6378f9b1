"""An address that events are posted to: how far they are, when the next try is due, and what is wrong."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from jobs.conditions import Condition, Severity
from worker.alerting.posting import Posted
from worker.kit.clock import Clock

BACKOFF_MOST = 60.0
"""Seconds between two tries at an address that takes nothing, at most, unless it asks for a longer pause."""
TOLD_AFTER = 180.0
"""Seconds for which it takes nothing before that is an alert."""
SKIP_TOLD_FOR = 86400.0
"""Seconds for which it is told that events were given up."""
UNWRITTEN_AT_MOST = 500
"""Events that are not posted anywhere, and after which the position is written down all the same."""

log = structlog.get_logger(__name__)


class Post(Protocol):
    """Posts to one address."""

    async def post(self, message_id: str, body: bytes, at: datetime) -> Posted:
        """Post a body once. It never raises."""
        ...


@dataclass(slots=True)
class _Failing:
    """That it takes nothing, since when, and when it is tried again."""

    since: float
    tries: int = 0
    reason: str = ""
    next_try: float = 0.0

    def again(self, posted: Posted, now: float) -> None:
        self.reason = posted.trouble
        self.next_try = now + max(posted.again_after, min(BACKOFF_MOST, 2.0 ** min(self.tries, 10)))
        self.tries += 1


@dataclass(slots=True)
class EventEndpoint:
    """One address, as the worker knows it that posts there."""

    name: str
    """Its place among the settings, counted from 1: the address is secret."""
    key: str
    """What the database knows it by."""
    poster: Post
    clock: Clock
    seq: int | None = None
    """The number of the last event that is done; None: it is not known here."""
    busy: bool = False
    is_gone: bool = False
    """Whether it answered 410: until the process is begun anew, nothing more is posted there."""
    _written: int = 0
    """The position that is written down."""
    _is_ahead: bool = False
    """Whether something was done that is not written down."""
    _failing: _Failing | None = None
    _has_arrived: bool = False
    """Whether anything has arrived; until then it is not known here that nothing is wrong."""
    _skip: tuple[Condition, float] | None = None
    """What is told of events that were given up, and until when."""

    def begin(self, seq: int) -> None:
        """Go on after this event, as it is written down."""
        self.seq = self._written = seq
        self._is_ahead = False

    def begin_anew(self) -> None:
        """Go on with whatever is there: nothing was left of the journal, and its numbers began again."""
        self.seq, self._is_ahead = 0, True

    def leave(self) -> None:
        """Leave it to another worker, which may move it and learn of it what is not known here."""
        self.seq = self._failing = self._skip = None
        self._is_ahead = self._has_arrived = False

    def is_due(self, newest: int) -> bool:
        """Whether there is something to do now. `newest`: the number of the newest event."""
        if self.busy or self.is_gone or self.seq is None:
            return False
        if self._failing and self.clock.monotonic() < self._failing.next_try:
            return False
        return self.seq != newest or self._is_ahead

    @property
    def is_to_be_written(self) -> bool:
        """Whether its position is to be written down."""
        return self.seq is not None and (self._is_ahead or self.seq - self._written >= UNWRITTEN_AT_MOST)

    def written(self, seq: int) -> None:
        """Learn that this position is written down."""
        self._written = seq
        self._is_ahead = self.seq != seq

    async def takes(self, message_id: str, body: bytes) -> bool:
        """Post it once; return whether it arrived."""
        posted = await self.poster.post(message_id, body, self.clock.now())
        if posted.trouble:
            self._failed(posted)
            return False
        if self._failing:
            log.info("webhook_works_again", webhook=self.name)
        self._failing, self._has_arrived, self._is_ahead = None, True, True
        return True

    def _failed(self, posted: Posted) -> None:
        now = self.clock.monotonic()
        if self._failing is None:
            log.warning("webhook_fails", webhook=self.name, reason=posted.trouble)
            self._failing = _Failing(now)
        self._failing.again(posted, now)
        self.is_gone = posted.is_gone

    def skip(self, first: int, last: int) -> None:
        """Go on after the last of these events, the oldest of which waited for too long."""
        log.warning("webhook_events_skipped", webhook=self.name, first=first, last=last)
        self._skip = _skipped(self.name, first, last), self.clock.monotonic() + SKIP_TOLD_FOR
        self.seq, self._is_ahead = last, True

    def conditions(self) -> list[Condition] | None:
        """Return what an operator must hear of it; None: that is not known here yet."""
        found = [*self._wrong(), *self._given_up()]
        return found if found or self._has_arrived else None

    def _wrong(self) -> Iterator[Condition]:
        if self.is_gone:
            yield _gone(self.name)
        elif self._failing and self.clock.monotonic() - self._failing.since >= TOLD_AFTER:
            yield _undelivered(self.name, self._failing.reason)

    def _given_up(self) -> Iterator[Condition]:
        if self._skip and self.clock.monotonic() < self._skip[1]:
            yield self._skip[0]


def key_of(url: str) -> str:
    """Return what the database knows an address by, for as long as it is the same."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _undelivered(name: str, reason: str) -> Condition:
    text = f"events cannot be delivered to webhook {name}: {reason}"
    cure = "Check that entry of CUELIGHT_WEBHOOKS__URLS (counted from 1). What waits for 24 h is given up."
    return Condition("webhook_undelivered", Severity.WARNING, text, cure)


def _gone(name: str) -> Condition:
    text = f"webhook {name} answered 410 Gone: no more events are posted there"
    cure = "Remove that entry of CUELIGHT_WEBHOOKS__URLS (counted from 1) or correct it; restart the worker."
    return Condition("webhook_gone", Severity.WARNING, text, cure)


def _skipped(name: str, first: int, last: int) -> Condition:
    text = f"webhook {name} was not told of events {first} to {last}: they waited for more than 24 h"
    cure = f"Have its receiver read them: GET /api/v1/events?after={first - 1}."
    return Condition("webhook_events_skipped", Severity.WARNING, text, cure, cause=f"{first}-{last}")
