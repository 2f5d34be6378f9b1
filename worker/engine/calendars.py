"""Looks at the calendars that a schedule's entries follow, each in its time; what they say is kept."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from jobs.conditions import Condition
from jobs.schedule.entry import CalendarSource, Entry
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.calendars.feed import UnreadableError
from worker.calendars.fetching import FetchError
from worker.calendars.instances import feed_in, occurring_by
from worker.calendars.removal import is_suspect, removals
from worker.calendars.renewal import Whereabouts, renewed
from worker.calendars.told import not_taken, unreadable, would_remove
from worker.kit.clock import Clock
from worker.store.calendars import CalendarCopy
from worker.store.store import Store

AT_ONCE = 2
"""Calendars that are looked at beside each other: each may have a process of its own."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class CalendarWatch:
    """Knows when each is due. A calendar that cannot be read, or lacks too much, changes nothing."""

    store: Store
    horizon: timedelta
    whereabouts: Callable[[], Whereabouts]
    """Says where they are now: a secret may be another by now."""
    alerts: Alerts
    clock: Clock
    _looked_at: dict[tuple[str, CalendarSource | None], float] = field(default_factory=dict)

    async def look(self, entries: Sequence[Entry]) -> None:
        """Look at those that are due.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        self._forget_others(entries)
        due = [each for each in entries if self._is_due(each)]
        if due:
            copies = {each.entry: each for each in await self.store.calendars([one.key for one in due])}
            turns = asyncio.Semaphore(AT_ONCE)
            looks = (self._in_turn(turns, each, copies.get(each.key)) for each in due)
            done = await asyncio.gather(*looks, return_exceptions=True)
            for failure in filter(None, done):  # One that fails keeps none of the others from being done.
                raise failure

    async def _in_turn(self, turns: asyncio.Semaphore, entry: Entry, last: CalendarCopy | None) -> None:
        async with turns:
            conditions = await self._looked(entry, last)
        self._looked_at[entry.key, entry.calendar] = self.clock.monotonic()
        self.alerts.tell(Subject(SubjectKind.CALENDAR, entry.key), conditions)

    async def _looked(self, entry: Entry, last: CalendarCopy | None) -> list[Condition]:
        """Look at one; return what an operator must hear of it."""
        now = self.clock.now()
        try:
            copy = await renewed(entry, self.whereabouts(), last, now, self.horizon)
        except (FetchError, UnreadableError) as error:
            log.warning("calendar_unreadable", entry=entry.key, reason=str(error))
            return [unreadable(str(error), last, now), *_of(last)]
        if last and copy.feed == last.feed and copy.reaches == last.reaches:
            await self._confirmed(copy, last)
        elif last and (suspect := self._suspect(entry, last, copy)):
            return [suspect, *_of(last)]
        else:
            await self.store.keep_calendar(copy)
            log.info("calendar_read", entry=entry.key)
        return _of(copy)

    async def _confirmed(self, copy: CalendarCopy, last: CalendarCopy) -> None:
        """Write that it says still what it said."""
        if (copy.source, copy.content) == (last.source, last.content):
            await self.store.calendar_checked(copy, copy.checked_at)
        else:
            await self.store.keep_calendar(copy)

    def _suspect(self, entry: Entry, last: CalendarCopy, copy: CalendarCopy) -> Condition | None:
        before, after, now = feed_in(last), feed_in(copy), copy.checked_at
        if before is None or after is None:
            return None
        removed, coming = removals(
            occurring_by(entry, before), occurring_by(entry, after), now, now + self.horizon
        )
        if not is_suspect(removed, coming, is_empty=not after.events):
            return None
        log.warning("calendar_would_remove", entry=entry.key, removed=removed, coming=coming)
        return would_remove(removed, coming, last)

    def _is_due(self, entry: Entry) -> bool:
        if entry.calendar is None:
            return False
        looked_at = self._looked_at.get((entry.key, entry.calendar))
        every = entry.calendar.every.total_seconds()
        return looked_at is None or self.clock.monotonic() - looked_at >= every

    def _forget_others(self, entries: Sequence[Entry]) -> None:
        """Let go of what no entry follows any more."""
        followed = {(each.key, each.calendar) for each in entries}
        self._looked_at = {each: at for each, at in self._looked_at.items() if each in followed}
        keys = {each.key for each in entries if each.calendar}
        for about in self.alerts.about():
            if about.kind == SubjectKind.CALENDAR and about.id not in keys:
                self.alerts.tell(about, [])


def _of(copy: CalendarCopy | None) -> list[Condition]:
    """Return what an operator must hear of what is in force."""
    feed = feed_in(copy) if copy else None
    told = not_taken(feed) if feed else None
    return [told] if told else []
