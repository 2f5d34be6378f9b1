"""Why a schedule has an occurrence, or has none: values that screens put into words."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from jobs.schedule import local_time
from jobs.schedule.entry import Entry, suffix_of
from jobs.schedule.local_time import zone_of
from jobs.schedule.recurrence import Cause, LeftOut, find, has, left_out
from jobs.schedule.rule import Rule, parse
from jobs.schedule.slots import slot

MOST_MEANT = 3
"""Ids that are named where another one was likely meant."""
_COUNT = re.compile(r"COUNT=[0-9]+;?", re.IGNORECASE)
_AGAIN = re.compile(r"(?<=[0-9])\.[0-9]{1,3}$")
_NEAR = timedelta(days=35)
_DAY = timedelta(days=1)


class Absence(StrEnum):
    """Why there is no such occurrence."""

    NO_ENTRY = "no_entry"
    """No schedule that is remembered has an entry of this key."""
    REMOVED = "removed"
    """Its entry was in a schedule, and is not in the one in force."""
    RENAMED = "renamed"
    """Its entry has another key since."""
    LEFT_OUT = "left_out"
    """Its day, or its hour, is excepted, or is a holiday that is."""
    TAKEN = "taken"
    """Another occurrence begins at its instant."""
    SKIPPED = "skipped"
    """A change skips it."""
    BEFORE_START = "before_start"
    PAST_UNTIL = "past_until"
    PAST_COUNT = "past_count"
    NOT_OF_RULE = "not_of_rule"
    """The rule does not fire then."""
    OTHER_FORM = "other_form"
    """The entry has it, under an id of another form."""
    ONLY_ONCE = "only_once"
    """Its entry does not recur, so that its id is the key alone."""
    NOT_IN_CALENDAR = "not_in_calendar"
    """Its entry follows a calendar, and that was read last without it."""
    NEVER_READ = "never_read"
    """Its entry follows a calendar that was never read."""
    NO_DATE = "no_date"
    """What follows the key is no date."""
    NOT_REOPENED = "not_reopened"
    """It is there, and was not put on air again so often."""
    AHEAD = "ahead"
    """It is beyond the horizon, and is added in time."""
    WAS_OVER = "was_over"
    """It was over before the schedule that has it was put in force."""
    NOT_ADDED = "not_added"
    """The schedule has it, it is due to be added, and nobody has done that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why there is no such occurrence, and what bounds it."""

    absence: Absence
    note: str = ""
    """What the schedule says of it; of a rule, its text; of a calendar, what is not taken of it."""
    limit: date | datetime | None = None
    """The start, UNTIL, the last of COUNT, or when it is added: a wall time where it is naive."""
    meant: tuple[str, ...] = ()
    """Ids that are there, and were likely meant."""


def absence(entry: Entry, id: str) -> Reason | None:  # noqa: A002 - the word for it everywhere else
    """Return why an entry has no occurrence of this id; None: it has it."""
    suffix = id.partition("@")[2]
    if (known := left_out(entry, id)) is not None:
        return _left_out(entry, suffix, known)
    if has(entry, suffix):
        return None
    if _AGAIN.search(suffix) and has(entry, _AGAIN.sub("", suffix)):
        return Reason(absence=Absence.NOT_REOPENED, meant=(_AGAIN.sub("", id),))
    if entry.calendar:
        return Reason(absence=Absence.NOT_IN_CALENDAR)
    if entry.repeat is None:
        return Reason(absence=Absence.ONLY_ONCE, meant=_own_ids(entry))
    day = _day(suffix)
    if day is None:
        return Reason(absence=Absence.NO_DATE, meant=_near(entry, entry.first_wall.date()))
    return _absence_on(entry, entry.repeat, suffix, day)


def unwritten(
    entry: Entry,
    id: str,  # noqa: A002
    *,
    now: datetime,
    horizon: timedelta,
    applied_at: datetime,
) -> Reason | None:
    """Return why there is no row of an occurrence that the entry has; None: the entry does not have it.

    `applied_at`: when the schedule that has it was put in force.
    """
    found = find(entry, id)
    if found is None:
        return None
    window = found.broadcast.window
    if window.ends_at <= applied_at:
        return Reason(absence=Absence.WAS_OVER, limit=window.ends_at)
    if window.starts_at >= now + horizon:
        return Reason(absence=Absence.AHEAD, limit=window.starts_at - horizon)
    return Reason(absence=Absence.NOT_ADDED)


def original(entry: Entry, id: str) -> datetime | None:  # noqa: A002
    """Return the wall time that an occurrence has by its entry alone, whatever a change made of it."""
    found = slot(entry, id.partition("@")[2])
    return local_time.wall(found.start, zone_of(entry.zone)) if found else None


def _left_out(entry: Entry, suffix: str, known: LeftOut) -> Reason:
    match known.cause:
        case Cause.EXCEPTED:
            day = local_time.wall(known.broadcast.window.starts_at, zone_of(entry.zone)).date()
            return Reason(absence=Absence.LEFT_OUT, limit=day, note=known.why)
        case Cause.SKIPPED:
            return Reason(absence=Absence.SKIPPED, note=entry.changes[suffix].note)
        case _:
            return Reason(absence=Absence.TAKEN, note=known.why)


def _absence_on(entry: Entry, rule: Rule, suffix: str, day: date) -> Reason:
    start, endless = entry.first_wall, _endless(rule)
    if day < start.date():
        return Reason(absence=Absence.BEFORE_START, limit=start, meant=_near(entry, start.date()))
    walls = _walls(entry, endless, day)
    own = [wall for wall in walls if suffix in _suffixes(wall)]
    if not own:
        return Reason(absence=Absence.NOT_OF_RULE, note=rule.text, meant=_near(entry, day))
    forms = [_form(rule, wall) for wall in own]
    there = tuple(f"{entry.key}@{form}" for form in forms if form != suffix and has(entry, form))
    if there:
        return Reason(absence=Absence.OTHER_FORM, note=rule.text, meant=there)
    return _ruled_out(entry, rule, own[0])


def _ruled_out(entry: Entry, rule: Rule, wall: datetime) -> Reason:
    """Return what keeps the rule from counting then, although it would fire."""
    if why := entry.exception(wall):
        return Reason(absence=Absence.LEFT_OUT, limit=wall.date(), note=why)
    if not rule.reaches(wall, local_time.instant(wall, zone_of(entry.zone))):
        return Reason(absence=Absence.PAST_UNTIL, limit=rule.until, note=rule.text)
    counted = list(rule.walls(entry.first_wall, entry.first_wall, wall))
    return Reason(absence=Absence.PAST_COUNT, limit=counted[-1] if counted else None, note=rule.text)


def _endless(rule: Rule) -> Rule:
    """Return the rule without its COUNT; `walls` does not look at UNTIL."""
    return parse(_COUNT.sub("", rule.text).rstrip(";"))


def _walls(entry: Entry, rule: Rule, day: date) -> list[datetime]:
    return list(rule.walls(entry.first_wall, _midnight(day), _midnight(day) + _DAY - timedelta(seconds=1)))


def _near(entry: Entry, day: date) -> tuple[str, ...]:
    """Return the ids that the entry has near a day, the nearest first."""
    noon, walls = _midnight(day) + _DAY / 2, _added(entry)
    if entry.repeat:
        walls += entry.repeat.walls(entry.first_wall, noon - _NEAR, noon + _NEAR)
    nearest = sorted(set(walls), key=lambda wall: abs(wall - noon))
    ids = (f"{entry.key}@{form}" for wall in nearest for form in _suffixes(wall) if has(entry, form))
    return tuple(dict.fromkeys(ids))[:MOST_MEANT]


def _own_ids(entry: Entry) -> tuple[str, ...]:
    return (entry.key, *(f"{entry.key}@{suffix_of(wall)}" for wall in _added(entry)))[:MOST_MEANT]


def _added(entry: Entry) -> list[datetime]:
    return [local_time.wall(each, zone_of(entry.zone)) for each in entry.added.values()]


def _form(rule: Rule, wall: datetime) -> str:
    return suffix_of(wall) if rule.several_a_day else f"{wall:%Y-%m-%d}"


def _suffixes(wall: datetime) -> tuple[str, str]:
    return f"{wall:%Y-%m-%d}", suffix_of(wall)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0))


def _day(suffix: str) -> date | None:
    try:
        return date.fromisoformat(suffix[:10])
    except ValueError:
        return None
