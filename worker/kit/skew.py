"""How far this machine's clock is from a server's, by the `Date` of its answers."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from jobs.conditions import Condition, Severity

SLIGHT = timedelta(seconds=2)
"""Beyond it starts and ends are late, or early, by as much."""
GREAT = timedelta(seconds=30)
AGREEING = 3
"""So many answers in a row have to say so: one may have been written early, or kept somewhere on its way."""
CURE = "Let the machine's clock be set by NTP: `timedatectl set-ntp true`."

_SECOND = timedelta(seconds=1)
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Skew:
    """What an answer proves: ours less theirs lies somewhere between these two."""

    least: timedelta
    most: timedelta

    @property
    def certain(self) -> timedelta:
        """So far off it is at least; positive: this machine is ahead."""
        if self.least > _NONE:
            return self.least
        return min(self.most, _NONE)


def between(sent_at: datetime, received_at: datetime, date: str | None) -> Skew | None:
    """Compare two instants of ours with the `Date` written between them; None: there is none.

    Its seconds are whole: it was written up to a second later than it says.
    """
    try:
        written_at = parsedate_to_datetime(date or "")
    except (ValueError, OverflowError):
        return None
    written_at = written_at if written_at.tzinfo else written_at.replace(tzinfo=UTC)
    return Skew(sent_at - written_at - _SECOND, received_at - written_at)


def wording(off: timedelta, whose: str = "the provider's") -> str:
    """Say how far this machine's clock is off, and to which side."""
    side = "ahead of" if off > _NONE else "behind"
    return f"this machine's clock is {abs(off).total_seconds():.0f} s {side} {whose}"


@dataclass(slots=True)
class SkewWatch:
    """Compares this machine's clock with another, and tells when they part."""

    tell: Callable[[Sequence[Condition]], None]
    whose: str = "the provider's"
    _last: deque[timedelta] = field(default_factory=lambda: deque(maxlen=AGREEING))

    def hear(self, skew: Skew) -> None:
        """Take in what one answer proves. Told when the last ones agree, resolved when they all do."""
        self._last.append(skew.certain)
        if len(self._last) < AGREEING:
            return
        least = min(self._last, key=abs)
        if abs(least) > SLIGHT:
            self.tell([_skewed(least, self.whose)])
        elif all(abs(each) <= SLIGHT for each in self._last):
            self.tell([])


def _skewed(off: timedelta, whose: str) -> Condition:
    side = "early" if off > _NONE else "late"
    text = f"{wording(off, whose)}: everything starts and ends that much too {side}"
    if abs(off) > GREAT:
        return Condition("clock_wrong", Severity.CRITICAL, text, CURE)
    return Condition("clock_skew", Severity.WARNING, text, CURE)
