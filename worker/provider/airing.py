"""What was LIVE in a meeting, from the list of its livestreams (API reference, sections 3.3, 3.4 and 3.6).

A session of a livestream says when it was LIVE from, and until when. Its counter reads 60 until the real
number arrives, so that alone proves nothing; a real 0 proves that nothing ever arrived.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from jobs.run.observations import Airing
from worker.provider.errors import BadReplyError

EARLY_SECONDS = 60.0
"""What the counters read until the real numbers arrive (API reference, section 3.4)."""


def airings(found: Any) -> tuple[Airing, ...]:
    """Read `data` of the list, as the sample or as the description has it.

    Raises:
        BadReplyError: it is no such list.
    """
    if found in (None, {}, []):
        return ()
    if not isinstance(found, dict) or not found.keys() & {"session", "sessions"}:
        raise BadReplyError("not a list of a meeting's livestreams")
    sessions = _every(found, "session", "sessions")
    told = {each.get("livestream_id") for each in sessions}
    others = (each for each in _every(found, "livestream", "livestreams") if each.get("id") not in told)
    return tuple(airing for each in (*sessions, *others) if (airing := _airing(each)))


def _every(found: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    return [each for name in names for each in _items(found.get(name)) if isinstance(each, dict)]


def _items(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else (value,)


def _airing(fields: dict[str, Any]) -> Airing | None:
    """Read a livestream or a session of it; None: nothing says that it was LIVE."""
    started, stopped = _instant(fields.get("started_time")), _instant(fields.get("stopped_time"))
    seconds = _number(fields.get("ingest_seconds"))
    if started and not (stopped and seconds == 0):
        return Airing(started, stopped)
    began = _instant(fields.get("invoked_time")) or _instant(fields.get("created_at"))
    counted = seconds is not None and seconds > 0 and seconds != EARLY_SECONDS
    return Airing(began, stopped) if began and counted else None


def _instant(value: Any) -> datetime | None:
    """Read an instant; one without an offset is in UTC (API reference, section 2)."""
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _number(value: Any) -> float | None:
    """Read a counter: a number, or the text of one."""
    try:
        found = float(value) if isinstance(value, int | float | str) and value is not True else math.nan
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
