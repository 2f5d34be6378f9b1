"""How long people were in meetings, from the list of sessions (API reference, sections 2 and 3.5)."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from worker.provider.errors import BadReplyError


@dataclass(frozen=True, slots=True)
class Attendance:
    """A session of a meeting, and how long people were in it, all together."""

    meeting_id: str
    time: timedelta
    is_over: bool
    """Whether nobody can add to it any more."""


def attendance(found: Any) -> Attendance:
    """Read a session of the list.

    Raises:
        BadReplyError: it says not of which meeting, or not how long.
    """
    fields = found if isinstance(found, dict) else {}
    meeting_id, minutes = fields.get("associated_id"), _minutes(fields.get("minutes_consumed"))
    if not isinstance(meeting_id, str) or minutes is None:
        raise BadReplyError("not a session with its minutes")
    return Attendance(meeting_id, timedelta(minutes=minutes), fields.get("status") == "ENDED")


def _minutes(value: Any) -> float | None:
    """Read a count of minutes; nobody has been in a meeting for a thousand years."""
    try:
        found = float(value) if isinstance(value, int | float | str) and value is not True else math.nan
    except (ValueError, OverflowError):
        return None
    return found if 0 <= found < timedelta(days=365_000) / timedelta(minutes=1) else None
