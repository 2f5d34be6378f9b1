"""When an entry has its occurrences before any of them is changed: by its rule, and besides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice

from jobs.schedule import local_time
from jobs.schedule.entry import Change, Entry, suffix_of
from jobs.schedule.local_time import zone_of
from jobs.schedule.rule import Rule

_DAY = timedelta(days=1)
_MOST_EXCEPTED = 400
"""So many exceptions in a row are looked behind for the first occurrence."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An occurrence before it is changed: its suffix ('' for what happens once) and its original start."""

    suffix: str
    start: datetime
    added: bool = False
    """Whether it is an extra one."""
    exception: str | None = None
    """Why its entry excepts it, so that there is none."""


def slots(entry: Entry, after: datetime, until: datetime) -> Iterable[Slot]:
    """Return all whose occurrences may overlap the time from `after` to `until`, and some others."""
    if entry.calendar:
        return [Slot(suffix, each.start) for suffix, each in entry.instances.items() if each.start]
    found = (*_recurring(entry, after, until), *_fixed(entry), *_changed(entry))
    return {each.suffix: each for each in found}.values()


def slot(entry: Entry, suffix: str) -> Slot | None:
    """Return the slot of this suffix, if the entry has it."""
    if entry.calendar:
        start = entry.instances.get(suffix, Change()).start
        return Slot(suffix, start) if start else None
    if entry.repeat is None and not suffix:
        return Slot("", entry.start)
    if start := entry.added.get(suffix):
        return Slot(suffix, start, added=True)
    return next((each for each in _of_rule_on(entry, suffix[:10]) if each.suffix == suffix), None)


def regular(entry: Entry, wall: datetime) -> Slot | None:
    """Return the slot at this time by the local clock that the entry has without any addition."""
    if entry.repeat is None:
        return Slot("", entry.start) if entry.first_wall == wall else None
    return next((each for each in _of_rule_on(entry, f"{wall:%Y-%m-%d}") if each.start == wall), None)


def first(entry: Entry) -> Slot | None:
    """Return the first of the rule that is not excepted, where not too many are."""
    if entry.repeat is None:
        return None
    some = islice(
        entry.repeat.walls(entry.first_wall, entry.own_wall, entry.own_wall + 400 * 366 * _DAY),
        _MOST_EXCEPTED,
    )
    return next((each for each in _counted(entry, entry.repeat, some) if not each.exception), None)


def _fixed(entry: Entry) -> Iterator[Slot]:
    """Yield what no rule makes: the single occurrence, and the extra ones."""
    if entry.repeat is None:
        yield Slot("", entry.start)
    for suffix, start in entry.added.items():
        yield Slot(suffix, start, added=True)


def _recurring(entry: Entry, after: datetime, until: datetime) -> Iterator[Slot]:
    """Yield the slots of the rule that may overlap: a day of margin for offsets, and the length."""
    if entry.repeat is None:
        return
    zone = zone_of(entry.zone)
    length = entry.end if isinstance(entry.end, timedelta) else 2 * _DAY
    since, to = local_time.wall(after, zone) - length - _DAY, local_time.wall(until, zone) + _DAY
    yield from _counted(entry, entry.repeat, entry.repeat.walls(entry.first_wall, since, to))


def _counted(entry: Entry, rule: Rule, walls: Iterable[datetime]) -> Iterator[Slot]:
    """Yield those that UNTIL does not rule out."""
    zone = zone_of(entry.zone)
    for wall in walls:
        if not rule.reaches(wall, local_time.instant(wall, zone)):
            return
        suffix = suffix_of(wall) if rule.several_a_day else f"{wall:%Y-%m-%d}"
        yield Slot(suffix, wall, exception=entry.exception(wall))


def _changed(entry: Entry) -> Iterator[Slot]:
    """Yield the slots that a change may have moved from anywhere."""
    for suffix, change in entry.changes.items():
        found = slot(entry, suffix) if change.start or change.end else None
        if found:
            yield found


def _of_rule_on(entry: Entry, written: str) -> Iterator[Slot]:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return
    if entry.repeat is not None:
        yield from _counted(entry, entry.repeat, _walls_on(entry.repeat, entry.first_wall, day))


@lru_cache(maxsize=64)
def _walls_on(rule: Rule, start: datetime, day: date) -> tuple[datetime, ...]:
    return tuple(rule.walls(start, datetime.combine(day, time.min), datetime.combine(day, time.max)))
