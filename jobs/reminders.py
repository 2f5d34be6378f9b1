"""Which reminders hosts are due, and which of them an operator must hear of.

Decided anew at each look from what is wanted, what became of it, and what was told (law 1). What was told is
counted in rounds: a new one begins for a host when the start is another than the one they know, or when what
was cancelled is wanted again. In each round a host is told each thing once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from jobs.model import Broadcast, Host, Run
from jobs.run.lifecycle import HOLDING, State

CHANGED = "changed"
"""What tells, at once, that the start is another, or that it takes place after all."""
CANCELLED = "cancelled"
ENTERABLE = HOLDING | {State.READY}
"""States in which there is a way in: no link is sent in any other (law 2)."""
LEFT_AFTER = timedelta(seconds=60)
"""A message that nobody has said anything of for so long was left by a worker that died."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
_DOUBLINGS = 10


class Delivery(StrEnum):
    """What is known of a message to a host."""

    SENDING = "sending"
    """Written down, and nobody has said yet what came of it."""
    SENT = "sent"
    FAILED = "failed"
    """It did not arrive: that is certain."""
    UNKNOWN = "unknown"
    """It may have arrived, and is not sent again."""


TOLD = frozenset({Delivery.SENDING, Delivery.SENT, Delivery.UNKNOWN})
"""The host may know of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A message to a host, as it is recorded."""

    host: str
    """The host's id."""
    name: str
    """The host's name, for people."""
    round: int
    what: str
    """How long before the start, as `24h`; or CHANGED, or CANCELLED."""
    starts_at: datetime
    """The start that it tells of."""
    outcome: Delivery
    at: datetime
    """When it was sent, or last tried."""
    tries: int = 1
    detail: str = ""
    """Why it failed, or is unknown. Never a secret, nor an address."""

    @property
    def key(self) -> tuple[str, int, str]:
        """What there is one of in a broadcast."""
        return self.host, self.round, self.what

    def is_left(self, now: datetime) -> bool:
        """Whether whoever sent it died before they could say what came of it."""
        return self.outcome is Delivery.SENDING and now >= self.left_from

    @property
    def left_from(self) -> datetime:
        """From when on nobody is expected to say any more what came of it."""
        return self.at + LEFT_AFTER

    def may_be_repeated(self, now: datetime) -> bool:
        """Whether it certainly did not arrive, and was tried long enough ago; clocks may be set back."""
        return self.outcome is Delivery.FAILED and not self.at <= now < self.repeated_from

    @property
    def repeated_from(self) -> datetime:
        """When it is sent again, if it failed."""
        doubled: int = 2 ** min(self.tries - 1, _DOUBLINGS)
        return self.at + min(_LONGEST_PAUSE, _FIRST_PAUSE * doubled)


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is to be sent now."""

    host: Host
    reminder: Reminder
    """As it is to be recorded before it is sent."""
    known: Reminder | None = None
    """What the host was told last, where this tells of a change."""


def due(wanted: Broadcast, run: Run, told: Sequence[Reminder], now: datetime) -> list[Due]:
    """Return what is to be sent now, at most one message to a host: the one nearest to the start.

    `told`: the reminders of this broadcast.
    """
    found = (_of_host(host, wanted, run, _to(host, told), now) for host in wanted.hosts)
    return [each for each in found if each is not None]


def in_order(told: Iterable[Reminder]) -> list[Reminder]:
    """Return what was told, the last try last."""
    return sorted(told, key=lambda each: each.at)


def _to(host: Host, told: Iterable[Reminder]) -> list[Reminder]:
    return in_order(each for each in told if each.host == host.id)


def _of_host(host: Host, wanted: Broadcast, run: Run, told: Sequence[Reminder], now: datetime) -> Due | None:
    if host.contact is None or now >= wanted.window.ends_at:
        return None
    known = next((each for each in reversed(told) if each.outcome in TOLD), None)
    if wanted.cancelled or run.state is State.CANCELLED:
        found = None if _has_aired(wanted, run) else _cancelled(host, known, now)
    else:
        found = _reminded(host, wanted.window.starts_at, known, now) if _may_enter(host, run) else None
    return found and _unless_told(found, told, now)


def _may_enter(host: Host, run: Run) -> bool:
    """Whether the host was added to a meeting that is ready."""
    is_in = run.room.hosts.get(host.id) == host.participant
    return is_in and run.state in ENTERABLE and run.room.meeting_id is not None


def _has_aired(wanted: Broadcast, run: Run) -> bool:
    return run.live_at is not None and run.live_at >= wanted.window.starts_at


def _reminded(host: Host, starts_at: datetime, known: Reminder | None, now: datetime) -> Due | None:
    """Return what tells of this start: the last reminder whose time has come, or that it is news."""
    is_news = known is not None and (known.what == CANCELLED or known.starts_at != starts_at)
    what = _nearest(host, starts_at, now) or (CHANGED if is_news else None)
    if what is None:
        return None
    number = known.round + is_news if known else 0
    return Due(host, _new(host, number, what, starts_at, now), known if is_news else None)


def _nearest(host: Host, starts_at: datetime, now: datetime) -> str | None:
    """Return the last reminder whose time has come; those before it are no use any more."""
    leads = host.contact.leads if host.contact else ()
    passed = [each for each in leads if starts_at - each <= now]
    return written(min(passed)) if passed else None


def _cancelled(host: Host, known: Reminder | None, now: datetime) -> Due | None:
    """Tell a host who knows of it that it is called off."""
    if known is None or known.what == CANCELLED:
        return None
    return Due(host, _new(host, known.round, CANCELLED, known.starts_at, now), known)


def _unless_told(found: Due, told: Sequence[Reminder], now: datetime) -> Due | None:
    """Return it unless it is recorded already; what certainly did not arrive is tried again."""
    before = next((each for each in told if each.key == found.reminder.key), None)
    if before is None:
        return found
    if not before.may_be_repeated(now):
        return None
    return replace(found, reminder=replace(found.reminder, tries=before.tries + 1))


def _new(host: Host, number: int, what: str, starts_at: datetime, now: datetime) -> Reminder:
    return Reminder(
        host=host.id,
        name=host.name,
        round=number,
        what=what,
        starts_at=starts_at,
        outcome=Delivery.SENDING,
        at=now,
    )


def written(lead: timedelta) -> str:
    """Return a lead as it is recorded: `24h`, `1h30m`; of hours at most, so that each has one form."""
    minutes, seconds = divmod(int(lead.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)
