"""What a server asks for by `retry-after` (RFC 9110, section 10.2.3)."""

import math
from email.utils import parsedate_to_datetime


def seconds_asked_for(value: str | None, answered_at: str | None = None) -> float | None:
    """Return the seconds to wait, said by number or by date; None: nothing that can be read.

    `answered_at`: the answer's own date, which the other is later than.
    """
    try:
        seconds = float(value or "none")
    except ValueError:
        seconds = _seconds_between(answered_at, value)
    return None if math.isnan(seconds) else seconds


def _seconds_between(one: str | None, other: str | None) -> float:
    try:
        return (parsedate_to_datetime(other or "") - parsedate_to_datetime(one or "")).total_seconds()
    except (ValueError, TypeError):
        return math.nan
