"""How far this machine's clock is from a server's, by the `Date` of one answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from worker.doctor.finding import Finding, ok, problem, skipped, warning

SLIGHT = timedelta(seconds=2)
"""Beyond it starts and ends are late, or early, by as much."""
GREAT = timedelta(seconds=30)

_SECOND = timedelta(seconds=1)
_NONE = timedelta(0)
_CURE = "Let the machine's clock be set by NTP: `timedatectl set-ntp true`."


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


def told(skews: list[Skew]) -> Finding:
    """Tell the worst of several; it is the same clock of ours each time."""
    if not skews:
        return skipped("clock", "no answer to compare this machine's clock with")
    off = max((each.certain for each in skews), key=abs)
    side = "ahead of" if off > _NONE else "behind"
    text = f"this machine is {abs(off).total_seconds():.0f} s {side} the provider"
    if abs(off) > GREAT:
        return problem("clock", text, _CURE)
    if abs(off) > SLIGHT:
        return warning("clock", text, _CURE)
    return ok("clock", "it agrees with the provider's, as far as whole seconds tell")
