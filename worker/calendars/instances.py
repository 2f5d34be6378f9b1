"""What was read of calendars -> the occurrences of the entries that follow them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from jobs.schedule.entry import CalendarSource, Change, Entry, suffix_of
from jobs.schedule.local_time import wall, zone_of
from jobs.schedule.planned import Existing
from worker.calendars.feed import Feed, Instance, feed_of
from worker.store.calendars import CalendarCopy


@dataclass(frozen=True, slots=True)
class Occurring:
    """The entries of a schedule, those that follow a calendar with what was read of it."""

    entries: tuple[Entry, ...]
    unread: frozenset[str] = frozenset()
    """Keys, old and new, of those whose calendar was never read: their rows stay as they are."""

    def planned(self, rows: Iterable[Existing]) -> list[Existing]:
        """Return the rows that a plan of these entries is made of."""
        return [each for each in rows if each.broadcast.entry not in self.unread]


def occurring(entries: Sequence[Entry], copies: Iterable[CalendarCopy]) -> Occurring:
    """Give each entry that follows a calendar what was read of it last."""
    feeds = {each.entry: feed for each in copies if (feed := feed_in(each)) is not None}
    unread = [each for each in entries if each.calendar and each.key not in feeds]
    found = (occurring_by(each, feeds.get(each.key)) for each in entries if each not in unread)
    return Occurring(
        tuple(found), frozenset(name for each in unread for name in (each.key, each.was) if name)
    )


def occurring_by(entry: Entry, feed: Feed | None) -> Entry:
    """Return the entry with the instances of a feed as its occurrences."""
    if entry.calendar is None or feed is None:
        return entry
    return replace(entry, instances=_named(entry, entry.calendar, feed.instances))


def feed_in(copy: CalendarCopy) -> Feed | None:
    """Return what a copy holds; None: it cannot be read, as if it were not there."""
    try:
        return feed_of(json.loads(copy.feed))
    except ValueError:
        return None


def _named(entry: Entry, source: CalendarSource, instances: Sequence[Instance]) -> Mapping[str, Change]:
    found: dict[str, Change] = {}
    for each in instances:
        if _is_wanted(each.title, source.only):
            options = {} if source.is_titled or not each.title else {"title": each.title}
            change = Change(start=each.starts_at, end=each.ends_at, options=options)
            found.setdefault(_suffix(each, entry.zone), change)
    return found


def _is_wanted(title: str, only: Sequence[str]) -> bool:
    return not only or any(each.casefold() in title.casefold() for each in only)


def _suffix(instance: Instance, zone: str) -> str:
    """Return what it is known by: not by its start, so that what is moved keeps its meeting and link."""
    if instance.original is None:
        return f"c{instance.series}"
    return f"c{instance.series}-{suffix_of(wall(instance.original, zone_of(zone)))}"
