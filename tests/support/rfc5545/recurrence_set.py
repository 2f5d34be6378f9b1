"""The recurrence set of a rule, a start and a zone, as instants (RFC 5545, section 3.8.5.3)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice, takewhile

from tests.support.rfc5545.clocks import Clocks, Instant, clocks_of
from tests.support.rfc5545.membership import DAY, Wall, local_times
from tests.support.rfc5545.text import Rule, Until

_OUT_OF_ORDER = 500
"""More local times than one change of clocks can put in another order, or on top of another."""


def recurrence_set(rule: Rule, start: datetime, zone: str, since: Instant, to: Instant) -> list[Instant]:
    """Return the occurrences from `since` to before `to`, for a start by the local clock."""
    clocks, first = clocks_of(zone), wall_of(start)
    counted_from = first if rule.count is not None else max(first, since - 2 * DAY)
    walls = _allowed(local_times(rule, first, counted_from, to + 2 * DAY), rule.until, clocks)
    if rule.count is not None:
        walls = islice(walls, rule.count + _OUT_OF_ORDER)
    found = sorted({clocks.instant(wall) for wall in walls})
    return [each for each in found[: rule.count] if since <= each < to]


def wall_of(moment: datetime) -> Wall:
    """Return a naive datetime as seconds of the local clock."""
    return int(moment.replace(tzinfo=UTC).timestamp())


def _allowed(walls: Iterator[Wall], until: Until | None, clocks: Clocks) -> Iterator[Wall]:
    """Return those that UNTIL allows, itself included; a change of clocks may put two in another order."""
    if isinstance(until, datetime) and until.tzinfo:
        last = int(until.timestamp())
        near = takewhile(lambda wall: wall <= last + 2 * DAY, walls)
        return (wall for wall in near if clocks.instant(wall) <= last)
    if isinstance(until, datetime):
        bound = wall_of(until)
    elif isinstance(until, date):
        bound = wall_of(datetime(until.year, until.month, until.day)) + DAY - 1  # noqa: DTZ001 - a local day
    else:
        return walls
    return takewhile(lambda wall: wall <= bound, walls)
