"""Entries of a schedule -> broadcasts: rules, exceptions, extra and changed occurrences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from jobs.model import Broadcast, Window
from jobs.schedule import local_time
from jobs.schedule.rule import Rule

_DAY = timedelta(days=1)
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different about one occurrence. What is None, or not among the options, stays the entry's."""

    skip: bool = False
    note: str = ""
    start: datetime | None = None
    end: timedelta | time | datetime | None = None
    options: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """Fields of Broadcast by name, `title` among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a schedule. Times without an offset are local by the zone."""

    key: str
    title: str
    start: datetime
    end: timedelta | time | datetime
    """A duration, which is elapsed time; a time by the local clock (past midnight: next day); or in full."""
    zone: str = "UTC"
    was: str | None = None
    """An earlier key, whose meetings and links are carried over."""
    repeat: Rule | None = None
    exceptions: tuple[date | datetime, ...] = ()
    """Days, or single times, on which the rule does not count."""
    also: tuple[datetime, ...] = ()
    changes: Mapping[str, Change] = field(default_factory=lambda: MappingProxyType({}))
    """By suffix: `2026-12-01`, or `2026-12-28T1800`."""
    options: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """Fields of Broadcast by name."""
    _index: "_Index" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", _Index(self.exceptions, self.also, self.zone))

    def excepts(self, wall: datetime) -> bool:
        """Whether the rule does not count then, by the local clock."""
        return wall in self._index.exceptions or wall.date() in self._index.exceptions

    def added(self, suffix: str) -> datetime | None:
        """Return the start of the extra occurrence of this suffix."""
        return self._index.added.get(suffix)


class _Index:
    """What is looked up in an entry once for each of many: made when first asked for."""

    def __init__(self, exceptions: Iterable[date | datetime], also: Sequence[datetime], zone: str) -> None:
        self._exceptions = exceptions
        self._also = also
        self._zone = zone

    @cached_property
    def exceptions(self) -> frozenset[date | datetime]:
        return frozenset(self._exceptions)

    @cached_property
    def added(self) -> Mapping[str, datetime]:
        """Starts by suffix; of two alike the first counts."""
        zone = zone_of(self._zone)
        return {suffix_of(local_time.wall(each, zone)): each for each in reversed(self._also)}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One broadcast of an entry, and what an operator should know of how it came about."""

    broadcast: Broadcast
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Slot:
    """An occurrence before it is changed: its suffix ('' for what happens once) and its original start."""

    suffix: str
    start: datetime


def occurrences(entry: Entry, after: datetime, until: datetime) -> list[Occurrence]:
    """Return those whose window ends later than `after` and starts before `until`, by start and id.

    Raises:
        ValueError: a window ends before it starts (full `end` only).
    """
    slots = {
        slot.suffix: slot for slot in (*_fixed(entry), *_recurring(entry, after, until), *_changed(entry))
    }
    found = (_occurrence(entry, slot) for slot in slots.values())
    return sorted(
        (each for each in found if each and _overlaps(each.broadcast.window, after, until)),
        key=lambda each: (each.broadcast.window.starts_at, each.broadcast.id),
    )


def find(entry: Entry, id: str) -> Occurrence | None:  # noqa: A002 - the word for it everywhere else
    """Return the one of this id wherever it lies in time; None if there is none, or it is skipped."""
    key, _, suffix = id.partition("@")
    slot = _slot(entry, suffix) if key == entry.key else None
    return _occurrence(entry, slot) if slot else None


def has(entry: Entry, suffix: str) -> bool:
    """Whether the entry has such an occurrence, be it skipped or not."""
    return _slot(entry, suffix) is not None


def changing_clocks(entry: Entry, since: datetime, to: datetime) -> list[Occurrence]:
    """Return the occurrences with a remark on a clock change, looking at the days of changes alone."""
    zone = zone_of(entry.zone)
    times = _times(entry)
    odd = (local_time.odd_times(zone, year) for year in range(since.year, to.year + 1))
    days = [day for of_year in odd for day, quarters in of_year.items() if times is None or times & quarters]
    midnights = (local_time.instant(datetime.combine(day, time(0)), zone) for day in days)
    near = (
        each
        for midnight in midnights
        if since - _DAY <= midnight <= to
        for each in occurrences(entry, midnight, midnight + _DAY)
    )
    return [each for each in {each.broadcast.id: each for each in near}.values() if each.remarks]


def collision(entry: Entry, after: datetime, until: datetime) -> tuple[Broadcast, Broadcast] | None:
    """Return the first two occurrences whose windows overlap: they cannot share a room."""
    for one, next_one in pairwise(each.broadcast for each in occurrences(entry, after, until)):
        if next_one.window.starts_at < one.window.ends_at:
            return one, next_one
    return None


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return the IANA time zone of this name.

    Raises:
        ValueError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name!r}") from None


def suffix_of(wall: datetime) -> str:
    """Return the suffix of an extra occurrence, or of one among several a day."""
    return f"{wall:%Y-%m-%dT%H%M%S}" if wall.second else f"{wall:%Y-%m-%dT%H%M}"


def _fixed(entry: Entry) -> Iterator[_Slot]:
    """Yield what no rule makes: the single occurrence, and the extra ones."""
    if entry.repeat is None:
        yield _Slot("", entry.start)
    zone = zone_of(entry.zone)
    for start in entry.also:
        yield _Slot(suffix_of(local_time.wall(start, zone)), start)


def _recurring(entry: Entry, after: datetime, until: datetime) -> Iterator[_Slot]:
    """Yield the slots of the rule that may overlap: a day of margin for offsets, and the length."""
    if entry.repeat is None:
        return
    zone = zone_of(entry.zone)
    length = entry.end if isinstance(entry.end, timedelta) else 2 * _DAY
    since, to = local_time.wall(after, zone) - length - _DAY, local_time.wall(until, zone) + _DAY
    yield from _counted(entry, entry.repeat, entry.repeat.walls(_first_wall(entry), since, to))


def _counted(entry: Entry, rule: Rule, walls: Iterable[datetime]) -> Iterator[_Slot]:
    """Yield those that neither UNTIL nor an exception rules out."""
    zone = zone_of(entry.zone)
    for wall in walls:
        if not rule.reaches(wall, local_time.instant(wall, zone)):
            return
        if not entry.excepts(wall):
            yield _Slot(suffix_of(wall) if rule.several_a_day else f"{wall:%Y-%m-%d}", wall)


def _changed(entry: Entry) -> Iterator[_Slot]:
    """Yield the slots that a change may have moved from anywhere."""
    for suffix, change in entry.changes.items():
        slot = _slot(entry, suffix) if change.start or change.end else None
        if slot:
            yield slot


def _slot(entry: Entry, suffix: str) -> _Slot | None:
    if entry.repeat is None and not suffix:
        return _Slot("", entry.start)
    if start := entry.added(suffix):
        return _Slot(suffix, start)
    return next((slot for slot in _of_rule_on(entry, suffix) if slot.suffix == suffix), None)


def _of_rule_on(entry: Entry, suffix: str) -> Iterator[_Slot]:
    try:
        day = date.fromisoformat(suffix[:10])
    except ValueError:
        return
    if entry.repeat is not None:
        yield from _counted(entry, entry.repeat, _walls_on(entry.repeat, _first_wall(entry), day))


@lru_cache(maxsize=64)
def _walls_on(rule: Rule, start: datetime, day: date) -> tuple[datetime, ...]:
    return tuple(rule.walls(start, datetime.combine(day, time.min), datetime.combine(day, time.max)))


def _first_wall(entry: Entry) -> datetime:
    return local_time.wall(entry.start, zone_of(entry.zone))


def _occurrence(entry: Entry, slot: _Slot) -> Occurrence | None:
    change = entry.changes.get(slot.suffix, Change())
    if change.skip:
        return None
    zone = zone_of(entry.zone)
    start = change.start or slot.start
    window, remarks = _window(start, change.end or entry.end, zone)
    fields = {"title": entry.title, **entry.options, **change.options}
    known_as = f"{entry.key}@{slot.suffix}" if slot.suffix else entry.key
    return Occurrence(Broadcast(id=known_as, window=window, entry=entry.key, **fields), remarks)


def _window(
    start: datetime, end: timedelta | time | datetime, zone: ZoneInfo
) -> tuple[Window, tuple[str, ...]]:
    starts_at = local_time.instant(start, zone)
    if isinstance(end, timedelta):
        return Window(starts_at, starts_at + end), _remarks(zone, start)
    if isinstance(end, datetime):
        return Window(starts_at, local_time.instant(end, zone)), _remarks(zone, start, end)
    begun = local_time.wall(start, zone)
    ended = datetime.combine(begun.date(), end)
    ended += _DAY if ended <= begun else timedelta(0)
    return _by_the_clock(starts_at, begun, ended, zone), _remarks(zone, start, ended)


def _by_the_clock(starts_at: datetime, begun: datetime, ended: datetime, zone: ZoneInfo) -> Window:
    """Return the window up to a wall time; where a clock change has it end first, its length by the clock."""
    ends_at = local_time.instant(ended, zone)
    return Window(starts_at, ends_at if ends_at > starts_at else starts_at + (ended - begun))


def _times(entry: Entry) -> frozenset[time] | None:
    """Return the times of day, by quarters, at which it starts or ends by the clock; None: at many."""
    if entry.repeat and (entry.repeat.several_a_day or entry.repeat.parts.keys() & {"byhour", "byminute"}):
        return None
    changes = entry.changes.values()
    moments = [entry.start, *entry.also, *(each.start for each in changes), *(each.end for each in changes)]
    zone = zone_of(entry.zone)
    walls = (
        local_time.wall(each, zone).time() for each in (*moments, entry.end) if isinstance(each, datetime)
    )
    ends = (each for each in (*moments, entry.end) if isinstance(each, time))
    return frozenset(local_time.quarter(each) for each in (*walls, *ends))


def _remarks(zone: ZoneInfo, *moments: datetime) -> tuple[str, ...]:
    return tuple(text for text in (local_time.remark(moment, zone) for moment in moments) if text)


def _overlaps(window: Window, after: datetime, until: datetime) -> bool:
    return window.ends_at > after and window.starts_at < until
