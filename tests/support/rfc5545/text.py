"""Texts of rules, by the grammar of RFC 5545, section 3.3.10."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

FREQUENCIES = ("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Until = date | datetime
"""A whole local day, a local time (naive), or an instant (aware)."""
NumberedDay = tuple[int, int]
"""Which of them, 0 for all, and the weekday, 0 for Monday."""


class ForbiddenError(ValueError):
    """The RFC does not allow this rule; the message is its sentence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text says. Parts that hold numbers lie in `by`, under the name of the part."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: Until | None = None
    week_start: int = 0
    by_day: tuple[NumberedDay, ...] = ()
    by: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def parts(self) -> frozenset[str]:
        """The names of the BYxxx parts it has."""
        return frozenset(self.by) | ({"BYDAY"} if self.by_day else set())


def read(text: str) -> Rule:
    """Read a rule whose parts are each well formed; whether they go together, `forbidden` says.

    Raises:
        ForbiddenError: a part is not of the grammar, or its number out of range.
    """
    named: dict[str, Any] = {}
    for part in text.upper().split(";"):
        name, _, value = part.partition("=")
        if name in named:
            raise ForbiddenError("Individual rule parts MUST only be specified once.")
        named[name] = _read(name, value)
    if "FREQ" not in named:
        raise ForbiddenError("The FREQ rule part [...] MUST be specified in the recurrence rule.")
    numbers = {name: value for name, value in named.items() if name in _BOUNDS}
    return Rule(**{_FIELDS[name]: named[name] for name in named if name in _FIELDS}, by=numbers)


def _read(name: str, value: str) -> Any:
    if name in _BOUNDS:
        return _numbers(name, value)
    if name not in _READERS:
        raise ForbiddenError(f"recur-rule-part: there is none called {name}")
    return _READERS[name](value)


_FIELDS = {
    "FREQ": "freq",
    "INTERVAL": "interval",
    "COUNT": "count",
    "UNTIL": "until",
    "WKST": "week_start",
    "BYDAY": "by_day",
}
_BOUNDS = {
    "BYSECOND": (r"\d{1,2}", 0, 60, "Valid values are 0 to 60."),
    "BYMINUTE": (r"\d{1,2}", 0, 59, "Valid values are 0 to 59."),
    "BYHOUR": (r"\d{1,2}", 0, 23, "Valid values are 0 to 23."),
    "BYMONTH": (r"\d{1,2}", 1, 12, "Valid values are 1 to 12."),
    "BYMONTHDAY": (r"[+-]?\d{1,2}", 1, 31, "Valid values are 1 to 31 or -31 to -1."),
    "BYYEARDAY": (r"[+-]?\d{1,3}", 1, 366, "Valid values are 1 to 366 or -366 to -1."),
    "BYWEEKNO": (r"[+-]?\d{1,2}", 1, 53, "Valid values are 1 to 53 or -53 to -1."),
    "BYSETPOS": (r"[+-]?\d{1,3}", 1, 366, "Valid values are 1 to 366 or -366 to -1."),
}
"""Each part of numbers: how one is written, its least and most apart from its sign, and the sentence."""


def _numbers(name: str, value: str) -> tuple[int, ...]:
    form, least, most, sentence = _BOUNDS[name]
    each = value.split(",")
    if not all(re.fullmatch(form, one) and least <= abs(int(one)) <= most for one in each):
        raise ForbiddenError(f"{name}: {sentence}")
    return tuple(map(int, each))


def _positive(sentence: str) -> Callable[[str], int]:
    def read_number(value: str) -> int:
        if not re.fullmatch(r"\d+", value) or int(value) == 0:
            raise ForbiddenError(sentence)
        return int(value)

    return read_number


def _frequency(value: str) -> str:
    if value not in FREQUENCIES:
        raise ForbiddenError(f"FREQ: Valid values include {', '.join(FREQUENCIES)}")
    return value


def _weekday(value: str) -> int:
    if value not in WEEKDAYS:
        raise ForbiddenError("WKST: Valid values are MO, TU, WE, TH, FR, SA, and SU.")
    return WEEKDAYS.index(value)


def _days(value: str) -> tuple[NumberedDay, ...]:
    return tuple(map(_numbered_day, value.split(",")))


def _numbered_day(value: str) -> NumberedDay:
    found = re.fullmatch(r"([+-]?\d{1,2})?([A-Z]{2})", value)
    number = int(found[1] or 0) if found else 0
    if not found or found[2] not in WEEKDAYS or abs(number) > 53 or (found[1] and not number):
        raise ForbiddenError("weekdaynum = [[plus / minus] ordwk] weekday, ordwk 1 to 53")
    return number, WEEKDAYS.index(found[2])


def _until(value: str) -> Until:
    try:
        if "T" not in value:
            return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a local day
        if value.endswith("Z"):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a local time
    except ValueError:
        raise ForbiddenError("The UNTIL rule part defines a DATE or DATE-TIME value") from None


_READERS: Mapping[str, Callable[[str], Any]] = {
    "FREQ": _frequency,
    "INTERVAL": _positive("The INTERVAL rule part contains a positive integer"),
    "COUNT": _positive('The "DTSTART" property value always counts as the first occurrence.'),
    "UNTIL": _until,
    "WKST": _weekday,
    "BYDAY": _days,
}
