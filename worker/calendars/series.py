"""The events of one UID -> its instances: the rule expanded, then what is left out, moved and called off.

The library expands the rule, and nothing more. It would find what an EXDATE or RECURRENCE-ID means by
comparing local times with those in UTC, and take one for another; here instants are compared.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import icalendar
import recurring_ical_events
from icalendar.prop import vDDDTypes, vRecur

from jobs.schedule.rule import parse as rule_of
from worker.calendars.event import LONGEST, Event, Moment
from worker.calendars.feed import Instance, Refused
from worker.calendars.moments import elapsed, later

_MARGIN = 2 * LONGEST


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when anybody is concerned, and how long the rule of one series may take."""

    since: datetime
    until: datetime
    patience: Callable[[], AbstractContextManager[None]]
    """Raises TimeoutError within it."""

    def touches(self, start: datetime, length: timedelta) -> bool:
        """Whether a window lies in it, or partly."""
        return start < self.until and later(start, length) > self.since


@dataclass(slots=True)
class Outcome:
    """What became of the events of one UID."""

    instances: list[Instance] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    cancelled: int = 0


def series(events: Sequence[Event], span: Span, gaps: Sequence[Moment] = ()) -> Outcome:
    """Return every instance of one UID that lies in the span, and what of it is not taken.

    `gaps`: starts of the series whose instances were changed to something that cannot be taken.
    """
    outcome = Outcome()
    master = _newest([each for each in events if each.replaces is None], outcome)
    changed = _by_original([each for each in events if each.replaces is not None], master, outcome)
    try:
        for original, one, start, length in _placed(master, changed, gaps, span):
            _note(outcome, span, original, one, start, length)
    except (ValueError, OverflowError, TimeoutError, TypeError) as error:
        if master is None:
            raise
        outcome.refused.append(master.refused(_why(error)))
    return outcome


def known_as(uid: str) -> str:
    """Return the eight characters that stand for a UID."""
    return hashlib.sha256(uid.encode()).hexdigest()[:8]


_Placed = tuple[datetime | None, Event, datetime, timedelta]
"""The original start (None: of what happens once), the event that says what it is, its start, its length."""


def _placed(
    master: Event | None, changed: dict[datetime, Event], gaps: Sequence[Moment], span: Span
) -> Iterator[_Placed]:
    """Yield each instance once; of what is excepted, none."""
    excepted = {_on(each, master) for each in (*master.excepted, *gaps)} if master else set[datetime]()
    later_on = sorted(original for original, each in changed.items() if each.and_later)
    if master:
        for original, length in _regular(master, changed, span):
            if original not in excepted and original not in changed:
                known_by = original if master.repeats else None
                yield known_by, *_shifted(original, length, master, changed, later_on)
    for original, each in changed.items():
        if original not in excepted:
            yield original, each, each.start, each.length


def _shifted(
    original: datetime,
    length: timedelta,
    master: Event,
    changed: dict[datetime, Event],
    later_on: Sequence[datetime],
) -> tuple[Event, datetime, timedelta]:
    """Return what an instance is after the last change that is for all later ones."""
    since = max((each for each in later_on if each <= original), default=None)
    if since is None:
        return master, original, length
    change, zone = changed[since], master.start.tzinfo
    by = _wall(change.start.astimezone(zone)) - _wall(since.astimezone(zone))
    return change, (_wall(original.astimezone(zone)) + by).replace(tzinfo=zone), change.length


def _regular(
    master: Event, changed: dict[datetime, Event], span: Span
) -> Iterator[tuple[datetime, timedelta]]:
    """Yield the starts that the series has by itself, in UTC, with their lengths."""
    if not master.repeats:
        yield master.start.astimezone(UTC), master.length
        return
    lengths = {_on(each, master): length for each, length in master.extra if length}
    with span.patience():
        starts = _expanded(master, span, max((_moved(*pair) for pair in changed.items()), default=_MARGIN))
    for start in starts:
        yield start, lengths.get(start, master.length)


def _moved(original: datetime, change: Event) -> timedelta:
    return abs(elapsed(original, change.start)) + _MARGIN if change.and_later else _MARGIN


def _expanded(master: Event, span: Span, margin: timedelta) -> list[datetime]:
    """Have the library expand the rule; what has to be there is looked for in what comes of it.

    Raises:
        ValueError: something is not there.
    """
    since, until = span.since - margin, span.until + margin
    extra = {_on(each, master) for each, _ in master.extra}
    found = set[datetime]()
    for each in master.rules or ("",):
        found |= _by_rule(master, each, since, until)
    wanted = {each for each in (*extra, master.start.astimezone(UTC)) if since <= each < until}
    return sorted(found | extra if wanted - extra <= found else _lost(wanted - extra - found))


def _by_rule(master: Event, rule: str, since: datetime, until: datetime) -> set[datetime]:
    plain = icalendar.Event()
    plain["UID"] = "1"
    plain["DTSTART"] = vDDDTypes(master.start)
    plain["DTEND"] = vDDDTypes(later(master.start, timedelta(minutes=1)).astimezone(master.start.tzinfo))
    if rule:
        plain["RRULE"] = vRecur.from_ical(rule)
    calendar = icalendar.Calendar()
    calendar.add_component(plain)
    starts = (each["DTSTART"].dt for each in recurring_ical_events.of(calendar).between(since, until))
    found = [each for each in starts if isinstance(each, datetime)]
    if any(each.tzinfo is None for each in found):
        raise ValueError("it came out of the rule without its zone")
    by_library = {at for each in found if since <= (at := each.astimezone(UTC)) < until}
    if rule and (by_library ^ _by_the_rfc(master, rule, since, until)) - {master.start.astimezone(UTC)}:
        raise ValueError(f"its rule is read in two ways, and airs by neither: {rule}")
    return by_library


def _by_the_rfc(master: Event, text: str, since: datetime, until: datetime) -> set[datetime]:
    """Return what the rule means to an own reading of the RFC; of some rules the library has another."""
    zone, own = master.start.tzinfo, rule_of(text)
    begun, first, last = (_wall(each.astimezone(zone)) for each in (master.start, since, until))
    found = ((wall, wall.replace(tzinfo=zone).astimezone(UTC)) for wall in own.walls(begun, first, last))
    return {at for wall, at in found if since <= at < until and own.reaches(wall, at)}


def _lost(starts: set[datetime]) -> list[datetime]:
    raise ValueError(f"its own start {min(starts):%Y-%m-%dT%H:%MZ} was lost where its rule was expanded")


def _on(moment: Moment, master: Event) -> datetime:
    """Return the instant that is meant; a day alone means that of the series then."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment, master.start.timetz()).astimezone(UTC)


def _newest(masters: Sequence[Event], outcome: Outcome) -> Event | None:
    """Return the last revision; one that differs and is not taken is named."""
    if not masters:
        return None
    best = max(masters, key=lambda each: each.sequence)
    for each in masters:
        if each is not best and (each.start, each.title) != (best.start, best.title):
            outcome.refused.append(each.refused("another event has its UID, in a revision as new or newer"))
    return best


def _by_original(changes: Sequence[Event], master: Event | None, outcome: Outcome) -> dict[datetime, Event]:
    found: dict[datetime, Event] = {}
    for each in changes:
        if isinstance(each.replaces, datetime):
            original = each.replaces.astimezone(UTC)
        elif master and each.replaces:
            original = _on(each.replaces, master)
        else:
            outcome.refused.append(each.refused("RECURRENCE-ID has no time, and its series is not there"))
            continue
        if original not in found or each.sequence >= found[original].sequence:
            found[original] = each
    return found


def _note(  # noqa: PLR0913, PLR0917  One instance, and where it goes.
    outcome: Outcome, span: Span, original: datetime | None, one: Event, start: datetime, length: timedelta
) -> None:
    if not span.touches(start, length):
        return
    if one.is_cancelled:
        outcome.cancelled += 1
        return
    instance = Instance(known_as(one.uid), original, start.astimezone(UTC), later(start, length), one.title)
    outcome.instances.append(instance)


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "its rule takes too long to expand"
    return str(error)[:200] if isinstance(error, ValueError) else "its rule cannot be expanded"
