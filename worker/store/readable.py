"""What may be asked of the store: each method is one transaction that changes nothing."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from jobs.reminders import Reminder
from jobs.schedule.planned import Existing
from jobs.sweep import Kept
from worker.store.calendars import Appointment, CalendarCopy
from worker.store.duties import Awaited, ToNotify
from worker.store.history import PART, History, parts
from worker.store.queries import (
    broadcasts,
    calendar,
    calendars,
    inbox,
    leases,
    minutes,
    participants,
    reminders,
    reports,
    runs,
    sweeping,
    upcoming,
    workers,
)
from worker.store.records import Glance, Overview, Record, Unheeded, Upcoming
from worker.store.schema import migration
from worker.store.standings import LeaseRecord, Standings, Worker


class ReadableStore(History):
    """What is kept, to be read. Every method raises StoreUnavailableError if the database does not answer."""

    async def revision(self) -> str | None:
        """Return the version of the schema; None if nothing was ever made there."""
        return await self._reads.call(migration.revision_on)

    async def misfit(self, newest: str) -> str:
        """Return why a program of this version of the schema cannot work here; empty if it can."""
        return await self._reads.call(partial(migration.misfit, newest=newest))

    async def load(self, run_id: str) -> Record | None:
        """Return everything recorded of one run.

        Raises:
            GarbledRowError: one of its rows cannot be read.
        """
        return await self._reads.call(partial(runs.load, run_id=run_id))

    async def unfinished(self, until: datetime) -> list[Glance]:
        """Return the runs that are not over and looked back at and start by then, earliest start first."""
        return await self._reads.call(partial(runs.unfinished, until=until))

    async def unfinished_after(self, run_id: str, most: int) -> list[Glance]:
        """Return so many of the runs that are not over and looked back at, by their ids after that one."""
        return await self._reads.call(partial(runs.unfinished_after, after=run_id, most=most))

    async def stirs(self) -> bool:
        """Whether anything waits for a worker: a row that changed, or a request."""
        return await self._reads.call(inbox.stirs)

    async def unheeded(self) -> list[Unheeded]:
        """Return the rows of `broadcasts` that changed since a worker looked; the first to start first."""
        return await self._reads.call(inbox.waiting)

    async def fresh(self, broadcast_id: str) -> inbox.Wanted | None:
        """Return a row that has no run yet, with its version."""
        return await self._reads.call(partial(inbox.fresh, broadcast_id=broadcast_id))

    async def heeded(self, broadcast_id: str, version: int) -> bool:
        """Whether a worker has looked at this version of the row, and at any newer one."""
        work = partial(inbox.is_heeded, broadcast_id=broadcast_id, version=version)
        return await self._reads.call(work)

    async def fresh_many(self, ids: Sequence[str]) -> list[inbox.Wanted]:
        """Return those of these that have no run yet, each with its version; the first to start first."""
        return await self._reads.call(partial(inbox.fresh_many, ids=ids))

    async def calendars(self, entries: Collection[str]) -> list[CalendarCopy]:
        """Return what was read last of the calendars that these entries follow; of some perhaps nothing."""
        return await self._reads.call(partial(calendars.copies, entries=entries))

    async def calendar_marks(self) -> Mapping[str, str]:
        """Return, by entry, what is another whenever the copy of its calendar is."""
        return await self._reads.call(calendars.marks)

    async def existing_broadcasts(
        self, ending_after: datetime | None, ids: Collection[str] = ()
    ) -> list[Existing]:
        """Return the rows that can be read and end after then, or have one of these ids, beside their states.

        None: those with these ids alone. They are read a part at a time.
        """
        wanted = set(ids)
        if ending_after is not None:
            wanted |= {*await self._reads.call(partial(broadcasts.ending, after=ending_after))}
        return [
            each
            for part in parts(sorted(wanted))
            for each in await self._reads.call(partial(broadcasts.existing, ids=part))
        ]

    async def listed(self, since: datetime | None = None) -> Sequence[str]:
        """Return the ids of all rows, earliest start first; those that have none before.

        `since` leaves out what was over before then.
        """
        if since is None:
            return await self._reads.call(broadcasts.everything)
        return await self._reads.call(partial(broadcasts.recent, since=since))

    async def upcoming(self, since: datetime, until: datetime) -> list[Upcoming]:
        """Return in short what was not over before `since` and starts by `until`, the earliest first."""
        return await self._reads.call(partial(upcoming.upcoming, since=since, until=until))

    async def overviews(self, ids: Sequence[str]) -> AsyncIterator[list[Overview]]:
        """Yield the rows beside what became of them, in this order, a part at a time."""
        for part in parts(ids):
            yield await self._reads.call(partial(broadcasts.overview, ids=part))

    async def overview(self, since: datetime | None = None) -> list[Overview]:
        """Return every row beside what became of it, earliest start first; those that have none before.

        `since` leaves out what was over before then.
        """
        return [each async for part in self.overviews(await self.listed(since)) for each in part]

    async def to_notify(self, now: datetime) -> list[ToNotify]:
        """Return the runs of which hosts may have to be told something."""
        return await self._reads.call(partial(reminders.to_notify, now=now))

    async def reminders(self, run_id: str) -> list[Reminder]:
        """Return every message to a host of one run, oldest first."""
        return await self._reads.call(partial(reminders.of_run, run_id=run_id))

    async def find(self, broadcast_id: str) -> Overview | None:
        """Return one row beside what became of it; None: there is no such row."""
        return await self._reads.call(partial(broadcasts.find, broadcast_id=broadcast_id))

    async def calendar(
        self, since: datetime, accounts: Collection[str] = (), *, most: int, at_once: int = PART
    ) -> AsyncIterator[list[Appointment]]:
        """Yield what calendars are told of so many broadcasts at most, the earliest start first, in parts.

        `since` leaves out what ended before then, and what has no valid window is left out. `accounts`: of
        these alone, unless there are none.
        """
        work = partial(calendar.listed, since=since, accounts=accounts, most=most)
        ids = await self._reads.call(work)
        for start in range(0, len(ids), at_once):
            part = ids[start : start + at_once]
            yield await self._reads.call(partial(calendar.appointments, ids=part))

    async def kept_tag(self) -> str | None:
        """Return the four characters that mark what is ours; None: none were ever made."""
        return await self._reads.call(workers.kept_tag)

    async def delayed(self, broadcast_id: str) -> list[Overview]:
        """Return what shares a broadcast's room and starts before that ends, the first to start first."""
        return await self._reads.call(partial(broadcasts.delayed, broadcast_id=broadcast_id))

    async def workers(self) -> list[Worker]:
        """Return the workers that are remembered, the latest to begin first."""
        return await self._reads.call(workers.known)

    async def terms(self) -> list[LeaseRecord]:
        """Return who last took the lease of each quota group."""
        return await self._reads.call(workers.terms)

    async def minutes(self, since: datetime, now: datetime, until: datetime) -> tuple[int, int]:
        """Return the begun minutes on the air from `since` to now, and those planned from now to `until`."""
        return await self._reads.call(partial(minutes.within, since=since, now=now, until=until))

    async def participants_awaited(self, account: str, since: datetime, until: datetime) -> list[Awaited]:
        """Return what was done with between two instants, and of which participants' times are not known."""
        work = partial(participants.awaited, account=account, since=since, until=until)
        return await self._reads.call(work)

    async def participants_times(self, ids: Sequence[str]) -> Mapping[str, timedelta]:
        """Return by run how long people were in its meeting, all together, as far as it is known."""
        found: dict[str, timedelta] = {}
        for part in parts(ids):
            found |= await self._reads.call(partial(participants.known, ids=part))
        return found

    async def last_report(self) -> datetime | None:
        """Return when the last report that a worker sent was due; None: none was."""
        return await self._reads.call(reports.last)

    async def last_worker_seen(self) -> datetime | None:
        """Return when any worker last wrote that it works; None if none ever did."""
        return await self._reads.call(workers.last_seen)

    async def standings(self) -> Standings:
        """Return who holds which quota group now, and who else works."""
        return await self._reads.call(leases.standings)

    async def reserved(self, group: str) -> str:
        """Return what is written of the quota that is spoken for: JSON, `{}` at first."""
        return await self._reads.call(partial(workers.reserved, group=group))

    async def rooms_behind(self, meeting_ids: Collection[str], markers: Collection[str]) -> list[Kept]:
        """Return the rooms that adopted one of these meetings, or have one of these markers."""
        return await self._reads.call(partial(sweeping.behind, meeting_ids=meeting_ids, markers=markers))
