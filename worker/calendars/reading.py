"""The bytes of a calendar -> its instances, and every event that is not among them with its reason.

This may take long and much memory, and does so in a process of its own (`apart`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from jobs import lines
from jobs.marker import room_left_for_title
from worker.calendars.event import Event, Moment, Unusable, event
from worker.calendars.feed import MOST_NAMED, Feed, Instance, Refused, UnreadableError
from worker.calendars.moments import Clock
from worker.calendars.sections import Section, properties, sections
from worker.calendars.series import Outcome, Span, series
from worker.calendars.zones import UnknownZoneError, Zones

MOST_INSTANCES = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a calendar is read for."""

    since: datetime
    until: datetime
    zone: tzinfo
    """The zone of times that name none, unless the calendar names one for itself (X-WR-TIMEZONE)."""


def read(
    data: bytes,
    wanted: Wanted,
    patience: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Feed:
    """Read a calendar.

    `patience`: raises TimeoutError within it when the rule of one series takes too long.

    Raises:
        UnreadableError: nothing can be taken from it.
    """
    span = Span(wanted.since, wanted.until, patience)
    found = sections(data)
    outcomes = [each for section in found for each in _outcomes(section, wanted, span)]
    refused = [reason for each in outcomes for reason in each.refused]
    taken, twins = _told_apart(each for outcome in outcomes for each in outcome.instances)
    if len(taken) > MOST_INSTANCES:
        days = (wanted.until - wanted.since).days
        raise UnreadableError(f"{len(taken):,} events in {days} days; {MOST_INSTANCES:,} at most")
    refused += twins
    return Feed(
        instances=tuple(map(_tidy, taken)),
        refused=tuple(refused[:MOST_NAMED]),
        refused_count=len(refused),
        cancelled=sum(each.cancelled for each in outcomes),
        events=sum(len(each.events) for each in found),
    )


def _outcomes(section: Section, wanted: Wanted, span: Span) -> Iterator[Outcome]:
    """Yield what becomes of each event: as many are answered for as begin in the calendar."""
    clock, calls_off = _clock(section, wanted.zone), _calls_off(section)
    by_uid: dict[str, list[Event]] = defaultdict(list)
    gaps: dict[str, list[Moment]] = defaultdict(list)
    for each in section.events:
        match event(each, clock, wanted.since):
            case Unusable() as found:
                yield Outcome(refused=[found.refused])
                if found.replaces:
                    gaps[found.uid].append(found.replaces)
            case Event() as found:
                by_uid[found.uid].append(replace(found, is_cancelled=found.is_cancelled or calls_off))
            case None:
                pass
    for uid, events in by_uid.items():
        yield series(events, span, gaps.get(uid, ()))


def _clock(section: Section, zone: tzinfo) -> Clock:
    zones = Zones(section.zones)
    name = _said(section, "X-WR-TIMEZONE")
    try:
        display = zones.of(name) if name else None
    except UnknownZoneError:
        raise UnreadableError(f"X-WR-TIMEZONE: no zone is called {name[:40]!r}") from None
    return Clock(zones, display or zone, display)


def _calls_off(section: Section) -> bool:
    return _said(section, "METHOD").upper() == "CANCEL"


def _said(section: Section, name: str) -> str:
    try:
        found = properties(section.properties, (name,))
    except ValueError:
        return ""
    return found[0].value if found else ""


def _told_apart(instances: Iterable[Instance]) -> tuple[list[Instance], list[Refused]]:
    """Return them by start, and of those that would be known by the same id all but the first."""
    firsts: dict[tuple[str, datetime | None], Instance] = {}
    twins: list[Refused] = []
    for each in sorted(instances, key=lambda one: (one.starts_at, one.series)):
        first = firsts.setdefault((each.series, each.original), each)
        if first is not each:
            on = f"{each.starts_at:%Y-%m-%d}"
            twins.append(Refused("", each.title[:60], on, "it would be known by the id of another"))
    return list(firsts.values()), twins


def _tidy(instance: Instance) -> Instance:
    """Have its title be one that a meeting may have."""
    title = " ".join("".join(_visible(instance.title)).split())
    room = room_left_for_title()
    short = title if len(title) <= room else f"{title[: room - 1].rstrip()}…"
    return replace(instance, title="" if short and lines.objection(short) else short)


def _visible(title: str) -> Sequence[str]:
    return [" " if lines.objection(f"x{each}") else each for each in title]
