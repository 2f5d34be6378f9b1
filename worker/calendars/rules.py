"""What repeats an event, checked before it is expanded: the library fails in silence, or never ends."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, time, tzinfo

from worker.calendars.feed import short
from worker.calendars.moments import parsed

_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_WITHIN_A_DAY = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
_PARTS = frozenset(
    {"FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY"}
    | {"BYWEEKNO", "BYSETPOS", *_TIMES}
)
MOST_A_DAY = 24


def rule(value: str, zone: tzinfo) -> str:
    """Return a rule as the library reads it rightly: of known parts, its UNTIL an instant.

    A date there (which the library takes for its first minute) is meant to its end, by the clock of the
    start; a time without a zone is by that clock, too.

    Raises:
        ValueError: it cannot be read, or would air by the hour, for ever.
    """
    parts = _parts(value)
    _check_frequency(parts)
    _check_numbers(parts)
    if "UNTIL" in parts:
        parts = {**parts, "UNTIL": _until(parts["UNTIL"], zone)}
    return ";".join(f"{name}={text}" for name, text in parts.items())


def last_instant(value: str, zone: tzinfo) -> datetime | None:
    """Return when a rule ends; None: that is not known."""
    try:
        until = _parts(value).get("UNTIL")
        return datetime.strptime(_until(until, zone), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if until else None
    except ValueError:
        return None


def _parts(value: str) -> Mapping[str, str]:
    pairs = [each.partition("=") for each in value.strip().strip(";").upper().split(";")]
    names = [name.strip() for name, _, _ in pairs]
    for name, _, text in pairs:
        if name.strip() not in _PARTS or not text.strip():
            raise ValueError(f"RRULE cannot be read: {short(name)!r} is none of its parts, or is empty")
        if names.count(name.strip()) > 1:
            raise ValueError(f"RRULE has {name} twice")
    return {name.strip(): text.strip() for name, _, text in pairs}


def _check_frequency(parts: Mapping[str, str]) -> None:
    frequency = parts.get("FREQ", "")
    if frequency in _WITHIN_A_DAY:
        raise ValueError(f"FREQ={frequency} repeats within the day; DAILY is the most frequent that airs")
    if frequency not in _FREQUENCIES:
        raise ValueError("RRULE has no FREQ that is known")
    a_day = math.prod(parts[name].count(",") + 1 for name in _TIMES if name in parts)
    if a_day > MOST_A_DAY:
        raise ValueError(f"RRULE repeats {a_day:,} times a day; {MOST_A_DAY} at most")


def _check_numbers(parts: Mapping[str, str]) -> None:
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not (parts[name].isdigit() and 0 < int(parts[name]) < 10_000):
            raise ValueError(f"{name}={parts[name][:20]} is no number from 1 to 9999")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("COUNT and UNTIL exclude each other: which of them ends it is not known")


def _until(text: str, zone: tzinfo) -> str:
    found = parsed("UNTIL", text)
    if not isinstance(found, datetime):
        found = datetime.combine(found, time(23, 59, 59))
    at = found if found.tzinfo else found.replace(tzinfo=zone)
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
