"""The store: each method is one transaction. Reads and writes have a thread each; both are awaited."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from jobs.model import Broadcast
from jobs.schedule.planned import Existing
from jobs.sweep import Kept
from worker.store.engine.calls import Share
from worker.store.engine.lanes import Lane
from worker.store.queries import (
    alerts,
    arrivals,
    broadcasts,
    inbox,
    journal,
    leases,
    reopenings,
    requests,
    retention,
    rewinding,
    rooms,
    runs,
    schedules,
    sweeping,
    workers,
)
from worker.store.records import (
    Alert,
    Applied,
    Arrival,
    Changes,
    Extended,
    Glance,
    Note,
    Overview,
    Record,
    Request,
    Revision,
    Save,
    Saved,
    Stale,
    Taken,
    Unheeded,
)
from worker.store.schema import migration
from worker.store.standings import Standings, Term, Worker

PART = 2000
"""Rows that one statement reads of what may be years."""


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + PART] for start in range(0, len(ids), PART))


class Store:
    """Everything that is kept. Every method raises StoreUnavailableError if the database does not answer."""

    def __init__(self, reads: Lane, writes: Lane) -> None:
        self._reads = reads
        self._writes = writes

    async def close(self) -> None:
        """Let go of the database, after what is being done there."""
        await self._reads.close()
        await self._writes.close()

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

    async def take_up(self, what: Arrival) -> bool:
        """Write the run of a fresh row, and its room unless there is one.

        False: it has a run already, or the term is over in whose name this is.

        Raises:
            ValueError: the run is another broadcast's.
        """
        _check(what)
        return await self._writes.call(partial(runs.take_up, what=what))

    async def fresh_many(self, ids: Sequence[str]) -> list[inbox.Wanted]:
        """Return those of these that have no run yet, each with its version; the first to start first."""
        return await self._reads.call(partial(inbox.fresh_many, ids=ids))

    async def take_up_many(self, many: Sequence[Arrival]) -> list[Taken]:
        """Take up each as `take_up` does, many in one transaction; tell of each whether it was.

        One that cannot be written is logged and counts as not taken up; the others are taken up.

        Raises:
            ValueError: a run is another broadcast's.
            StoreUnavailableError: the database did not answer; a part of them may be taken up.
        """
        for each in many:
            _check(each)
        return await arrivals.take_up_many(self._writes, many)

    async def save(self, save: Save) -> Saved | Stale:
        """Write one change of a run: all of it, or nothing.

        Raises:
            IllegalMoveError: the table of moves does not know one of the moves.
            LookupError: an attempt to be updated is not there.
        """
        return await self._writes.call(Share(runs.save, save))

    async def participants(self, room_key: str) -> dict[str, str]:
        """Return the provider's ids of the hosts added to a room, by host id."""
        return await self._reads.call(partial(rooms.participants, key=room_key))

    async def journal(self, run_id: str) -> list[Note]:
        """Return the journal of one run, oldest first."""
        return await self._reads.call(partial(journal.of_run, run_id=run_id))

    async def raise_alert(self, alert: Alert, at: datetime) -> None:
        """Open an alert, unless one with its key is open."""
        await self._writes.call(partial(alerts.open_one, alert=alert, at=at))

    async def change_alert(self, alert: Alert) -> None:
        """Have the open alert with its key, if there is one, say what this says: severity, text, cure."""
        await self._writes.call(partial(alerts.change, alert=alert))

    async def resolve_alert(self, key: str, at: datetime) -> None:
        """Close the open alert with this key, if there is one."""
        await self._writes.call(partial(alerts.resolve, key=key, at=at))

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

    async def resolve_by_hand(self, alert_id: int, *, by: str, why: str, at: datetime) -> str | None:
        """Close the alert of this row, and write into the journal who did so; return its key.

        None: there is no such row.

        Raises:
            AlreadyResolvedError: it was closed before.
        """
        work = partial(alerts.resolve_by_hand, alert_id=alert_id, by=by, why=why, at=at)
        return await self._writes.call(work)

    async def open_keys(self) -> frozenset[str]:
        """Return the keys of the open alerts, those that cannot be read among them."""
        return await self._reads.call(alerts.open_keys)

    async def resolved_by_hand(self, keys: Collection[str]) -> list[Alert]:
        """Return, of those keys whose newest alert was resolved by hand, that alert."""
        return await self._reads.call(partial(alerts.resolved_by_hand, keys=keys))

    async def leave_request(
        self, kind: str, broadcast_id: str, argument: str = "", *, by: str, at: datetime
    ) -> int:
        """Ask a worker for something; return the request's id."""
        values = {"kind": kind, "broadcast_id": broadcast_id, "argument": argument, "by": by, "asked_at": at}
        return await self._writes.call(partial(requests.leave, values=values))

    async def request(self, request_id: int) -> Request | None:
        """Return a request, answered or not."""
        return await self._reads.call(partial(requests.find, request_id=request_id))

    async def pending_requests(self) -> list[Request]:
        """Return the requests without an answer, oldest first."""
        return await self._reads.call(requests.pending)

    async def answer_request(self, request_id: int, answer: str, at: datetime) -> None:
        """Answer a request, unless it is answered."""
        await self._writes.call(partial(requests.answer, request_id=request_id, text=answer, at=at))

    async def reopen(self, request_id: int, wanted: Broadcast, at: datetime) -> str | None:
        """Insert a reopened broadcast under its next free number and answer the request with that id.

        None: the request is answered already.
        """
        work = partial(reopenings.reopen, request_id=request_id, wanted=wanted, at=at)
        return await self._writes.call(work)

    async def apply_plan(self, changes: Changes) -> Applied:
        """Have the rows say what a schedule asks for, in one transaction; its text is kept as a revision.

        Rows that were changed or taken meanwhile are left as they are, and named in what comes back.
        """
        return await self._writes.call(partial(schedules.apply, changes=changes))

    async def schedule_revisions(self) -> list[Revision]:
        """Return every schedule that was applied, newest first."""
        return await self._reads.call(schedules.revisions)

    async def schedule_hashes(self) -> list[str]:
        """Return what every schedule that was applied is recognised by, newest first."""
        return await self._reads.call(schedules.hashes)

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

    async def overviews(self, ids: Sequence[str]) -> AsyncIterator[list[Overview]]:
        """Yield the rows beside what became of them, in this order, a part at a time."""
        for part in _parts(ids):
            yield await self._reads.call(partial(broadcasts.overview, ids=part))

    async def overview(self, since: datetime | None = None) -> list[Overview]:
        """Return every row beside what became of it, earliest start first; those that have none before.

        `since` leaves out what was over before then.
        """
        return [each async for part in self.overviews(await self.listed(since)) for each in part]

    async def find(self, broadcast_id: str) -> Overview | None:
        """Return one row beside what became of it; None: there is no such row."""
        return await self._reads.call(partial(broadcasts.find, broadcast_id=broadcast_id))

    async def add(self, broadcast: Broadcast) -> int:
        """Insert an operator's broadcast; return the row's version.

        Raises:
            IdTakenError: there is one with its id.
        """
        return await self._writes.call(partial(broadcasts.add, broadcast=broadcast))

    async def extend(self, broadcast_id: str, by: timedelta) -> Extended | None:
        """Have it end so much later, whatever a re-applied schedule says; None: there is no such row.

        Raises:
            NotExtendedError: it is over or being stopped, or has no end that can be read.
        """
        return await self._writes.call(partial(broadcasts.extend, broadcast_id=broadcast_id, by=by))

    async def cancel(self, broadcast_id: str) -> int | None:
        """Call it off, whatever a re-applied schedule says; return the row's new version.

        None: there is no such row.
        """
        values = {"cancelled": True}
        return await self._writes.call(partial(broadcasts.change, broadcast_id=broadcast_id, values=values))

    async def sign_in(self, worker: Worker) -> None:
        """Write that a worker has begun."""
        await self._writes.call(partial(workers.sign_in, worker=worker))

    async def beat(self, worker_id: str, at: datetime) -> None:
        """Write that a worker works."""
        await self._writes.call(partial(workers.beat, worker_id=worker_id, at=at))

    async def sign_out(self, worker_id: str, at: datetime) -> None:
        """Write that a worker has left."""
        await self._writes.call(partial(workers.sign_out, worker_id=worker_id, at=at))

    async def workers(self) -> list[Worker]:
        """Return the workers that are remembered, the latest to begin first."""
        return await self._reads.call(workers.known)

    async def terms(self) -> list[Term]:
        """Return who last took the lease of each quota group."""
        return await self._reads.call(workers.terms)

    async def last_worker_seen(self) -> datetime | None:
        """Return when any worker last wrote that it works; None if none ever did."""
        return await self._reads.call(workers.last_seen)

    async def standings(self) -> Standings:
        """Return who holds which quota group now, and who else works."""
        return await self._reads.call(leases.standings)

    async def take_lease(self, group: str, holder: str, seconds: float) -> int | None:
        """Take a group that is free for so long; return the new term, or None if it is not free."""
        return await self._writes.call(partial(leases.take, group=group, holder=holder, seconds=seconds))

    async def renew_leases(self, terms: Mapping[str, int], holder: str, seconds: float) -> frozenset[str]:
        """Let the terms go on for so long from now; return the groups whose term is still the holder's."""
        work = partial(leases.renew, terms=terms, holder=holder, seconds=seconds)
        return await self._writes.call(work)

    async def resign_leases(self, terms: Mapping[str, int], holder: str) -> None:
        """Free the groups whose term is still the holder's."""
        await self._writes.call(partial(leases.resign, terms=terms, holder=holder))

    async def next_term(self, group: str, holder: str) -> int:
        """Begin a new term of a quota group's lease. Only who holds the lease may call this."""
        return await self._writes.call(partial(workers.next_term, group=group, holder=holder))

    async def reserved(self, group: str) -> str:
        """Return what is written of the quota that is spoken for: JSON, `{}` at first."""
        return await self._reads.call(partial(workers.reserved, group=group))

    async def reserve(self, group: str, text: str) -> None:
        """Write what of the quota is spoken for."""
        await self._writes.call(partial(workers.reserve, group=group, text=text))

    async def installation_tag(self, preferred: str | None = None) -> str:
        """Return the four characters that mark what is ours: made once, and kept.

        Raises:
            InstallationTagError: `preferred` is no tag, or is not the one that is kept.
        """
        return await self._writes.call(partial(workers.installation_tag, preferred=preferred))

    async def rooms_behind(self, meeting_ids: Collection[str], markers: Collection[str]) -> list[Kept]:
        """Return the rooms that adopted one of these meetings, or have one of these markers."""
        return await self._reads.call(partial(sweeping.behind, meeting_ids=meeting_ids, markers=markers))

    async def note(self, run_id: str, note: Note) -> None:
        """Write a row of a run's journal that goes with no change of it."""
        await self._writes.call(partial(sweeping.note, run_id=run_id, what=note))

    async def rewind(self, now: datetime, accounts: Collection[str] | None = None) -> int:
        """Set back to now what a clock that was ahead wrote as later; return how often it did.

        `accounts`: only what is theirs.
        """
        return await self._writes.call(partial(rewinding.rewind, now=now, accounts=accounts))

    async def forget(self, before: datetime) -> int:
        """Delete a part of what was over before then; return how many rows, 0 when there is none left."""
        return await self._writes.call(partial(retention.forget, before=before))


def _check(arrival: Arrival) -> None:
    if arrival.wanted.id != arrival.run.id:
        raise ValueError(f"run {arrival.run.id} is not that of {arrival.wanted.id}")
