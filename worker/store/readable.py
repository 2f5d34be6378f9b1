"""What may be asked of the store: each method is one transaction that changes nothing."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from jobs.reminders import Reminder
from jobs.schedule.planned import Existing
from jobs.sweep import Kept
from worker.store.calendars import Appointment, CalendarCopy
from worker.store.engine.lanes import Lane
from worker.store.queries import (
    alerts,
    broadcasts,
    calendar,
    calendars,
    inbox,
    journal,
    leases,
    mark,
    reminders,
    requests,
    runs,
    schedules,
    sweeping,
    webhooks,
    workers,
)
from worker.store.records import (
    Alert,
    Event,
    Glance,
    Note,
    Overview,
    Record,
    Request,
    Revision,
    ToNotify,
    Unheeded,
)
from worker.store.schema import migration
from worker.store.standings import LeaseRecord, Standings, Worker

PART = 2000
"""Rows that one statement reads of what may be years."""


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + PART] for start in range(0, len(ids), PART))


class ReadableStore:
    """What is kept, to be read. Every method raises StoreUnavailableError if the database does not answer."""

    def __init__(self, reads: Lane) -> None:
        self._reads = reads

    async def close(self) -> None:
        """Let go of the database, after what is being read there."""
        await self._reads.close()

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

    async def journal(self, run_id: str) -> list[Note]:
        """Return the journal of one run, oldest first."""
        return await self._reads.call(partial(journal.of_run, run_id=run_id))

    async def events(self, after: int, most: int, settled: datetime) -> list[Event]:
        """Return what happened after the event of this number, oldest first: so many at most.

        `settled`: what was being written then is there by now, or never will be.
        """
        work = partial(journal.following, after=after, most=most, settled=settled)
        return await self._reads.call(work)

    async def orders(self, since: datetime, most: int) -> list[Event]:
        """Return what people and schedules changed since then, newest first: so many at most."""
        return await self._reads.call(partial(journal.orders, since=since, most=most))

    async def mark(self) -> str:
        """Return what is another whenever something happened that a page shows."""
        return await self._reads.call(mark.current)

    async def last_event(self) -> int:
        """Return the number of the newest event; 0: there is none."""
        return await self._reads.call(journal.last)

    async def webhook_positions(self) -> Mapping[str, int]:
        """Return, by endpoint, the number of the last event that is done there."""
        return await self._reads.call(webhooks.positions)

    async def open_alerts(self, run_id: str | None = None) -> list[Alert]:
        """Return the open alerts, oldest first; those of one run if it is named."""
        return await self._reads.call(partial(alerts.still_open, run_id=run_id))

    async def alerts(self) -> list[Alert]:
        """Return every alert that is kept, newest first; read a part at a time: of years there are many."""
        found, before = await self._reads.call(partial(alerts.before, alert_id=None, most=PART))
        while before is not None:
            part, before = await self._reads.call(partial(alerts.before, alert_id=before, most=PART))
            found += part
        return found

    async def alerts_since(self, instant: datetime) -> list[Alert]:
        """Return the alerts that were raised since then or are open, oldest first."""
        return await self._reads.call(partial(alerts.since, instant=instant))

    async def journals(self, ids: Sequence[str], kinds: Sequence[str]) -> Mapping[str, Sequence[Note]]:
        """Return the rows of these kinds in the journals of many broadcasts, oldest first, by their ids."""
        found: dict[str, Sequence[Note]] = {}
        for part in _parts(ids):
            found |= await self._reads.call(partial(journal.of_runs, ids=part, kinds=kinds))
        return found

    async def stops_since(self, instant: datetime) -> list[Request]:
        """Return the stops that were asked for since then, oldest first."""
        return await self._reads.call(partial(requests.stops, since=instant))

    async def latest_alerts(self, most: int) -> list[Alert]:
        """Return so many alerts at most, open or not, newest first."""
        found, _ = await self._reads.call(partial(alerts.before, alert_id=None, most=most))
        return found

    async def alerts_of(self, run_id: str) -> list[Alert]:
        """Return the alerts of one run that are kept, open or not, oldest first."""
        return await self._reads.call(partial(alerts.of_run, run_id=run_id))

    async def open_keys(self) -> frozenset[str]:
        """Return the keys of the open alerts, those that cannot be read among them."""
        return await self._reads.call(alerts.open_keys)

    async def resolved_by_hand(self, keys: Collection[str]) -> list[Alert]:
        """Return, of those keys whose newest alert was resolved by hand, that alert."""
        return await self._reads.call(partial(alerts.resolved_by_hand, keys=keys))

    async def request(self, request_id: int) -> Request | None:
        """Return a request, answered or not."""
        return await self._reads.call(partial(requests.find, request_id=request_id))

    async def pending_requests(self) -> list[Request]:
        """Return the requests without an answer, oldest first."""
        return await self._reads.call(requests.pending)

    async def latest_requests(self, most: int) -> list[Request]:
        """Return so many requests at most, newest first."""
        return await self._reads.call(partial(requests.latest, most=most))

    async def requests_of(self, broadcast_id: str) -> list[Request]:
        """Return what was asked of one broadcast and is kept, oldest first."""
        return await self._reads.call(partial(requests.of_broadcast, broadcast_id=broadcast_id))

    async def revisions(self) -> list[Revision]:
        """Return every schedule that was put in force, newest first, without their texts."""
        return await self._reads.call(schedules.revisions)

    async def schedule_text(self, number: int) -> str:
        """Return what a schedule says; empty: it is too old to be kept, or there is none."""
        return await self._reads.call(partial(schedules.text_of, number=number))

    async def revisions_naming(self, word: str) -> list[int]:
        """Return the numbers of the schedules in whose text this word is, newest first."""
        return await self._reads.call(partial(schedules.naming, word=word))

    async def schedule_hashes(self) -> list[str]:
        """Return what every schedule that was applied is recognised by, newest first."""
        return await self._reads.call(schedules.hashes)

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
            for part in _parts(sorted(wanted))
            for each in await self._reads.call(partial(broadcasts.existing, ids=part))
        ]

    async def listed(self, since: datetime | None = None) -> Sequence[str]:
        """Return the ids of all rows, earliest start first; those that have none before.

        `since` leaves out what was over before then.
        """
        if since is None:
            return await self._reads.call(broadcasts.everything)
        return await self._reads.call(partial(broadcasts.recent, since=since))

    async def near(self, since: datetime, until: datetime) -> Sequence[str]:
        """Return the ids of the rows that were not over before `since` and start by `until`."""
        return await self._reads.call(partial(broadcasts.near, since=since, until=until))

    async def overviews(self, ids: Sequence[str]) -> AsyncIterator[list[Overview]]:
        """Yield the rows beside what became of them, in this order, a part at a time."""
        for part in _parts(ids):
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
