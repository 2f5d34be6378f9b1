"""Local wall-clock times and the instants they mean, where the clocks change too (RFC 5545, 3.3.5)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


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


def instant(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a wall time, or of a time with its own offset.

    In a missing hour the offset before the change counts; of a repeated hour the first.
    """
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone, fold=0)).astimezone(UTC)


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clocks of the zone show: a naive datetime. A naive one is taken as just that."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0) if moment.tzinfo else moment


def readings(at: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the wall times that mean this instant: the one on the clocks first, then the missing one.

    The second of two hours alike has none: only an offset names it.
    """
    shown, before = at.astimezone(zone), (at - _DAY).astimezone(zone).utcoffset()
    unchanged = at.astimezone(timezone(before or timedelta(0)))  # No clock skips more than a day.
    walls = dict.fromkeys(each.replace(tzinfo=None, fold=0) for each in (shown, unchanged))
    return tuple(each for each in walls if instant(each, zone) == at)


def is_missing(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of the zone skip this wall time. One with its own offset is never missing."""
    return not moment.tzinfo and wall(instant(moment, zone), zone) != moment


def until(begun: datetime, clock: time) -> timedelta:
    """Return how long it is by the clock from a wall time to the next such time of day."""
    ended = datetime.combine(begun.date(), clock)
    return ended - begun + (_DAY if ended <= begun else timedelta(0))


def remark(moment: datetime, zone: ZoneInfo) -> str | None:
    """Say so if a wall time does not exist, or exists twice; None for all others."""
    if moment.tzinfo:
        return None
    first, second = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first == second:
        return None
    meant = wall(instant(moment, zone), zone)
    if meant == moment:
        return f"{moment:%Y-%m-%d %H:%M} occurs twice in {zone.key}: the first is used"
    return f"{moment:%Y-%m-%d %H:%M} does not exist in {zone.key}: {meant:%H:%M} is used"


@lru_cache(maxsize=1024)
def odd_times(zone: ZoneInfo, year: int) -> Mapping[date, frozenset[time]]:
    """Return the days on which the clocks change, each with its missing or repeated times, by quarters."""
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return {day: _odd_quarters(zone, day) for day in days if _changes(zone, day)}


def quarter(moment: time) -> time:
    """Return the quarter of an hour a time lies in: no change of clocks is finer than that today."""
    return time(moment.hour, moment.minute // 15 * 15)


def _odd_quarters(zone: ZoneInfo, day: date) -> frozenset[time]:
    midnight = datetime.combine(day, time(0))
    quarters = (midnight + n * timedelta(minutes=15) for n in range(96))
    return frozenset(each.time() for each in quarters if remark(each, zone))


def _changes(zone: ZoneInfo, day: date) -> bool:
    midnight, next_midnight = (datetime.combine(day + timedelta(days=n), time(0), zone) for n in (0, 1))
    return midnight.utcoffset() != next_midnight.utcoffset()
