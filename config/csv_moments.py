"""Times as spreadsheets write them: understood where they mean one thing alone, else refused."""

import re
from datetime import datetime, time

from config import scalars
from config.problems import shown

_DAY = r"(?:(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(?P<d2>\d\d?)\.(?P<m2>\d\d?)\.(?P<y2>\d{4}))"
_TIME = r"(?P<h>\d\d?):(?P<min>\d\d)(?::(?P<s>\d\d))?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
_OFFSET = r"(?: ?(?P<offset>[Zz]|[+-]\d\d(?::?\d\d)?))?"
_MOMENT = re.compile(rf"{_DAY}(?:[Tt]| +){_TIME}{_OFFSET}", re.ASCII)
_CLOCK = re.compile(_TIME, re.ASCII)

_CURE = "write it as 2026-12-01 18:00"
_REFUSED = (
    (rf"{_DAY}", f"has no time of day: {_CURE}"),
    (
        r"\d\d?/\d\d?/\d{2,4}.*|\d\d?-\d\d?-\d{2,4}.*",
        f"is ambiguous, for either the day or the month may come first: {_CURE}",
    ),
    (r"\d\d?\.\d\d?\.\d\d\b.*|\d\d[/-]\d\d?[/-]\d\d?\b.*", f"has a year of two digits: {_CURE}"),
    (
        r"\d{5}(?:[.,]\d+)?",
        "is a spreadsheet's own number for a time: format the column as yyyy-mm-dd hh:mm, and save it again",
    ),
)
"""Forms that people meet, with what is wrong with each."""


def moment(text: str) -> datetime:
    """Return a local time, naive, or one with its offset.

    Dots have the day first, as everywhere. Slashes have not, and are refused, even where only one reading
    makes a date: the next row may have the other one.

    Raises:
        ValueError: it is none, or could be another; the message says how to write it.
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ValueError(f"{shown(text)} {_why_not(text)}")
    year, month, day = (found[name] or found[f"{name}2"] for name in "ymd")
    offset = found["offset"] or ""
    return scalars.moment(f"{year}-{month:0>2}-{day:0>2}T{_clock(found)}{offset}")


def end(text: str) -> time | datetime:
    """Return an end by the local clock, or in full.

    Raises:
        ValueError: it is neither; the message says how to write it.
    """
    if found := _CLOCK.fullmatch(text):
        read = scalars.end(_clock(found))
        return read if isinstance(read, time) else read.time()
    return moment(text)


def _clock(found: re.Match[str]) -> str:
    hour, half = int(found["h"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(f"{found['h']}:{found['min']} {half}m is not a time of day: write it by 24 hours")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{found['min']}:{found['s'] or '00'}"


def _why_not(text: str) -> str:
    return next(
        (why for form, why in _REFUSED if re.fullmatch(form, text, re.ASCII)), f"is not a time: {_CURE}"
    )
