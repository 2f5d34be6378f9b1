"""One written value -> what it means. Each raises ValueError with the cure."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from zoneinfo import available_timezones

from config.bounds import LONGEST_NAME
from config.problems import likely, shown
from config.zone_hints import BY_ITS_PLACE, is_of_others, zone_of_others
from jobs import lines
from jobs.marker import room_left_for_title
from jobs.model import TITLE_LIMIT
from jobs.schedule import durations, local_time, rule
from jobs.schedule.rule import Rule

FIRST_YEAR, LAST_YEAR = 2000, 2199
LONGEST = timedelta(days=366)

_KEY = re.compile(r"(?!-)[a-z0-9-]{1,40}")
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)([Zz]|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
_ON_A_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)


def key(text: str) -> str:
    """Read the identity of an entry."""
    if not _KEY.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a valid key: use 1 to 40 of a-z 0-9 -, not beginning with -")
    return text


def title(text: str) -> str:
    """Read a meeting's title, which the marker has to fit behind."""
    room = room_left_for_title()
    if len(text) > room:
        raise ValueError(
            f"{len(text)} characters, {room} at most: the rest of the {TITLE_LIMIT} is for the marker"
        )
    return line(text)


def line(text: str) -> str:
    """Read a text that people will see."""
    if reason := lines.objection(text):
        raise ValueError(f"{shown(text)}: {reason}")
    if len(text) > LONGEST_NAME:
        raise ValueError(f"{len(text)} characters, {LONGEST_NAME} at most")
    return text


def name(text: str) -> str:
    """Read a name that machines know: an account, a preset, a host's id."""
    if not _NAME.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a valid name: use 1 to 64 letters, digits, and _ . : -")
    return text


def day(text: str) -> date:
    """Read a date."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a date: write it as 2026-12-01")
    return _calendar_day(text)


def start(text: str) -> datetime:
    """Read a local time, or one with its offset."""
    return _local_time(
        _MOMENT.fullmatch(text), f"{shown(text)} is not a start time: write it as 2026-12-01T18:00"
    )


def moment(text: str) -> datetime:
    """Read a local time, or one with its offset, that names an occurrence or ends one."""
    cure = "write it as 2026-12-01T18:00"
    return _local_time(_MOMENT.fullmatch(text), f"{shown(text)} is not a time: {cure}")


def day_or_moment(text: str) -> date | datetime:
    """Read what an exception names: all of a day, or one time."""
    return day(text) if len(text) <= 10 else moment(text)


def end(text: str) -> time | datetime:
    """Read an end by the local clock, or in full."""
    if _TIME.fullmatch(text):
        return _clock_time(text)
    if len(text) <= 10:
        raise ValueError(
            f"{shown(text)} is not an end time: write it as 06:30, or in full as 2027-01-01T06:30"
        )
    return moment(text)


def suffix(text: str) -> str:
    """Read what follows the @ of an occurrence's id; a colon in it does no harm."""
    plain = text.replace(":", "") if "T" in text else text
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:T\d{4}(?:\d\d)?)?", plain, re.ASCII)
    if not found:
        raise ValueError(f"{shown(text)} is not an occurrence: write 2027-01-05, or 2027-01-05T1800")
    _calendar_day(found[1])
    return re.sub(r"(T\d{4})00\Z", r"\1", plain)


def duration(least: timedelta = timedelta(0), most: timedelta = LONGEST) -> Callable[[str], timedelta]:
    """Read a duration of at least and at most so much."""

    def read(text: str) -> timedelta:
        found = durations.parse(text)
        if not least <= found <= most:
            limit = f"{most.days}d" if most.days else durations.format(most)
            raise ValueError(f"{text} is out of range: {durations.format(least)} to {limit}")
        return found

    return read


def one_of(choices: type[StrEnum]) -> Callable[[str], StrEnum]:
    """Read one of a few words."""
    words = [each.value for each in choices]

    def read(text: str) -> StrEnum:
        if text not in words:
            raise ValueError(f"{shown(text)}: write {' or '.join(words)}{likely(text, words)}")
        return choices(text)

    return read


def boolean(text: str) -> bool:
    """Read true or false, the only two words for it."""
    if text not in {"true", "false"}:
        raise ValueError(f"{shown(text)}: write true or false")
    return text == "true"


def zone(text: str) -> str:
    """Read the name of an IANA time zone."""
    try:
        return local_time.zone_of(text).key
    except ValueError:
        raise ValueError(f"unknown time zone {shown(text)}{_likely_zone(text)}") from None


def repeat(text: str) -> Rule:
    """Read a rule of RFC 5545."""
    return rule.parse(text)


@lru_cache(maxsize=64)
def _likely_zone(text: str) -> str:
    """Return the likely zone, a city alone counting too; for what other systems call a zone, its places."""
    name, zones = text.strip(), available_timezones()
    cities = {each.rpartition("/")[2]: each for each in sorted(zones) if "/" in each}
    found = zone_of_others(name) or cities.get(name.replace(" ", "_").title())
    if found or is_of_others(name):
        return f"; did you mean {found}?" if found else BY_ITS_PLACE
    return likely(text, sorted(zones))


def _calendar_day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} does not exist") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"{text} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return found


def _clock_time(text: str) -> time:
    if not _ON_A_CLOCK.fullmatch(text):  # Python 3.14 takes 24:00 for the midnight before.
        raise ValueError(f"{text} is not a time of day: 00:00 to 23:59")
    return time.fromisoformat(text)


def _local_time(found: re.Match[str] | None, otherwise: str) -> datetime:
    if not found:
        raise ValueError(otherwise)
    return datetime.combine(_calendar_day(found[1]), _clock_time(found[2])).replace(tzinfo=_offset(found[3]))


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in {"Z", "z"}:
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        raise ValueError(f"{text} is not a UTC offset")
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
