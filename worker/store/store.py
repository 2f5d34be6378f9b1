"""The store: each method is one transaction. Reads and writes have a thread each; both are awaited."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from jobs.model import Broadcast
from jobs.reminders import Reminder
from worker.store.calendars import CalendarCopy
from worker.store.engine.calls import Share
from worker.store.engine.lanes import Lane
from worker.store.orders import Extended, Order
from worker.store.queries import (
    alerts,
    arrivals,
    broadcasts,
    calendars,
    imports,
    leases,
    participants,
    reminders,
    reopenings,
    reports,
    requests,
    retention,
    rewinding,
    runs,
    schedules,
    sweeping,
    webhooks,
    workers,
)
from worker.store.readable import ReadableStore
from worker.store.records import Alert, Applied, Arrival, Changes, Fence, Note, Save, Saved, Stale, Taken
from worker.store.standings import Worker


class Store(ReadableStore):
    """Everything that is kept. Every method raises StoreUnavailableError if the database does not answer."""

    def __init__(self, reads: Lane, writes: Lane) -> None:
        super().__init__(reads)
        self._writes = writes

    async def close(self) -> None:
        """Let go of the database, after what is being done there."""
        await super().close()
        await self._writes.close()

    def beside(self, reads: Lane) -> "Store":
        """Return the same store, with reads on another lane; whoever opened that lets go of it."""
        return Store(reads, self._writes)

    async def take_up(self, what: Arrival) -> bool:
        """Write the run of a fresh row, and its room unless there is one.

        False: it has a run already, or the term is over in whose name this is.

        Raises:
            ValueError: the run is another broadcast's.
        """
        _check(what)
        return await self._writes.call(partial(runs.take_up, what=what))

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

    async def begin_reminder(self, run_id: str, reminder: Reminder, fence: Fence) -> bool:
        """Write down that a message is being sent to a host, in the name of this term.

        False: it is written already and did not certainly fail at the last try, or the term is over.
        """
        work = partial(reminders.begin, run_id=run_id, reminder=reminder, fence=fence)
        return await self._writes.call(work)

    async def settle_reminder(self, run_id: str, reminder: Reminder) -> None:
        """Write down what came of this try of a message, unless that is written."""
        await self._writes.call(partial(reminders.settle, run_id=run_id, reminder=reminder))

    async def raise_alert(self, alert: Alert, at: datetime) -> None:
        """Open an alert, unless one with its key is open."""
        await self._writes.call(partial(alerts.open_one, alert=alert, at=at))

    async def change_alert(self, alert: Alert) -> None:
        """Have the open alert with its key, if there is one, say what this says: severity, text, cure."""
        await self._writes.call(partial(alerts.change, alert=alert))

    async def resolve_alert(self, key: str, at: datetime) -> None:
        """Close the open alert with this key, if there is one."""
        await self._writes.call(partial(alerts.resolve, key=key, at=at))

    async def resolve_by_hand(self, alert_id: int, *, by: str, why: str, at: datetime) -> str | None:
        """Close the alert of this row, and write into the journal who did so; return its key.

        None: there is no such row.

        Raises:
            AlreadyResolvedError: it was closed before.
        """
        work = partial(alerts.resolve_by_hand, alert_id=alert_id, by=by, why=why, at=at)
        return await self._writes.call(work)

    async def leave_request(  # noqa: PLR0913  What a request consists of, by name.
        self,
        kind: str,
        broadcast_id: str,
        argument: str = "",
        *,
        by: str,
        at: datetime,
        seen: Collection[str] = (),
    ) -> int:
        """Ask a worker for something; return the request's id.

        Raises:
            ChangedMeanwhileError: the broadcast is in none of the versions that were seen, if any are named.
        """
        values = {"kind": kind, "broadcast_id": broadcast_id, "argument": argument, "by": by, "asked_at": at}
        return await self._writes.call(partial(requests.leave, values=values, seen=seen))

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

    async def keep_calendar(self, copy: CalendarCopy) -> None:
        """Have this be what was read last of an entry's calendar."""
        await self._writes.call(partial(calendars.keep, copy=copy))

    async def calendar_checked(self, copy: CalendarCopy, at: datetime) -> None:
        """Write that a calendar was then what it was when this was read."""
        await self._writes.call(partial(calendars.checked, copy=copy, at=at))

    async def add(self, broadcast: Broadcast) -> int:
        """Insert an operator's broadcast; return the row's version.

        Raises:
            IdTakenError: there is one with its id.
        """
        return await self._writes.call(partial(broadcasts.add, broadcast=broadcast))

    async def import_list(
        self, inserts: Sequence[Broadcast], updates: Sequence[tuple[Broadcast, int]]
    ) -> tuple[str, ...]:
        """Insert an operator's broadcasts, and change others, each with the version it was decided on.

        Returns the ids that were changed or taken meanwhile; if there is one, nothing is written.
        """
        return await self._writes.call(partial(imports.write, inserts=inserts, updates=updates))

    async def extend(self, broadcast_id: str, by: timedelta, order: Order | None = None) -> Extended | None:
        """Have it end so much later, whatever a re-applied schedule says; None: there is no such row.

        `order`: whose it is, for the journal.

        Raises:
            NotExtendedError: it is over or being stopped, or has no end that can be read.
        """
        work = partial(broadcasts.extend, broadcast_id=broadcast_id, by=by, order=order)
        return await self._writes.call(work)

    async def edit(self, broadcast_id: str, values: Mapping[str, Any], order: Order) -> int | None:
        """Write columns of a row, whatever a re-applied schedule says; return its new version.

        None: there is no such row.

        Raises:
            ChangedMeanwhileError: it is not in a version that was seen.
        """
        work = partial(broadcasts.edit, broadcast_id=broadcast_id, values=values, order=order)
        return await self._writes.call(work)

    async def cancel(self, broadcast_id: str, order: Order | None = None) -> int | None:
        """Call it off, whatever a re-applied schedule says; return the row's new version.

        None: there is no such row. `order`: whose it is, for the journal.
        """
        return await self._writes.call(partial(broadcasts.cancel, broadcast_id=broadcast_id, order=order))

    async def sign_in(self, worker: Worker) -> None:
        """Write that a worker has begun."""
        await self._writes.call(partial(workers.sign_in, worker=worker))

    async def beat(self, worker_id: str, at: datetime) -> None:
        """Write that a worker works."""
        await self._writes.call(partial(workers.beat, worker_id=worker_id, at=at))

    async def sign_out(self, worker_id: str, at: datetime) -> None:
        """Write that a worker has left."""
        await self._writes.call(partial(workers.sign_out, worker_id=worker_id, at=at))

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

    async def reserve(self, group: str, text: str) -> None:
        """Write what of the quota is spoken for."""
        await self._writes.call(partial(workers.reserve, group=group, text=text))

    async def installation_tag(self, preferred: str | None = None) -> str:
        """Return the four characters that mark what is ours: made once, and kept.

        Raises:
            InstallationTagError: `preferred` is no tag, or is not the one that is kept.
        """
        return await self._writes.call(partial(workers.installation_tag, preferred=preferred))

    async def claim_report(self, due: datetime, now: datetime) -> bool:
        """Write that the report that was due then is being sent; False: somebody else has written so."""
        return await self._writes.call(partial(reports.claim, due=due, now=now))

    async def keep_participants_times(self, found: Mapping[str, timedelta], at: datetime) -> None:
        """Write down by run how long people were in its meeting; what is known stays as it is."""
        await self._writes.call(partial(participants.keep, found=found, at=at))

    async def note(self, run_id: str, note: Note) -> None:
        """Write a row of a run's journal that goes with no change of it."""
        await self._writes.call(partial(sweeping.note, run_id=run_id, what=note))

    async def keep_webhook_position(self, endpoint: str, seq: int, at: datetime, fence: Fence) -> bool:
        """Have this be the last event that is done at an endpoint; False: the term is over."""
        work = partial(webhooks.keep, endpoint=endpoint, seq=seq, at=at, fence=fence)
        return await self._writes.call(work)

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
