"""The last line: what is known to be on air is stopped at its end, without database or lease (law 3).

The passes do this too, and better; they write it down. This looks only at what is in memory, so nothing that
holds up a pass holds up a stop. It sends POST stop and reads, and nothing else; but of a run that was set
aside, and that no pass will ever close, it closes the meeting too, if the lease is held (law 9).
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from jobs.conditions import Condition, not_proven_off
from jobs.model import Attempt, Broadcast, Kind, Outcome, Run
from jobs.policy import Policy
from jobs.run.decision import CLOSE, STOP_AGAIN, Stop
from jobs.run.lifecycle import HOLDING, State
from jobs.run.transition import answered, set_back
from worker.engine.on_air import GRACE, OnAir, due_off_at, stops_since
from worker.engine.proof import prove_off
from worker.gateway.account import Gateway
from worker.gateway.permit import Admit, admit_always
from worker.kit.clock import Clock
from worker.kit.tasks import Nursery
from worker.leases.contract import refusal

KEPT = HOLDING | {State.STOPPING, State.READY}
"""A run in one of these that holds its room has doors open, or had: its end is kept."""
LOOK_EVERY = 0.2
"""Seconds between two looks at what is known to be on air."""
OVERSLEPT = timedelta(seconds=2)
"""A look later than this found the process or its host suspended, or its clock moved."""

Tell = Callable[[str, Sequence[Condition]], None]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Failsafe:
    """Knows what is on air, and stops it when nobody else does."""

    gateways: Mapping[str, Gateway]
    clock: Clock
    policy: Policy
    measure: Callable[[timedelta], None] = lambda _: None
    """Told how late the first stop of each run was, when no pass made it."""
    tell: Tell = lambda _run_id, _conditions: None
    """Told what an operator must hear of a run, when no pass can tell it."""
    may_close: Callable[[str], bool] = lambda _account: False
    """Whether a call for this account may leave that needs its lease."""
    _known: dict[str, OnAir] = field(default_factory=dict)
    _holders: dict[str, str] = field(default_factory=dict)
    """The run known to hold each meeting."""
    _something_is_known: asyncio.Event = field(default_factory=asyncio.Event)
    _work: Nursery = field(default_factory=Nursery)
    _sending: dict[str, asyncio.Task[Attempt]] = field(default_factory=dict)
    """The stops under way: one at a time for each run, whoever sends it."""
    _new_names: dict[str, str] = field(default_factory=dict)
    """What a run that had a stop under way is called now, by what it was called when that began."""
    _unrecorded: defaultdict[str, list[Attempt]] = field(default_factory=lambda: defaultdict(list))

    def on_air(self) -> tuple[Run, ...]:
        """Return the runs that may be on air, as last known, without those that were proven off from here."""
        return tuple(each for each in self.holding() if each.state is not State.READY)

    def holding(self) -> tuple[Run, ...]:
        """Return the runs that hold their rooms: those of `on_air`, and those that wait backstage."""
        return tuple(each.run for each in self._known.values() if not each.is_proven(self.policy))

    def holder_of(self, meeting_id: str) -> Run | None:
        """Return the run that holds this meeting and whose end is still to come, as last known."""
        known = self._known.get(self._holders.get(meeting_id, ""))
        return known.run if known and not known.is_over(self.clock.now()) else None

    def note(self, run: Run, broadcast: Broadcast) -> None:
        """Learn from a look at the record what is on air, and until when."""
        self._hear_of_new_name(run)
        if not run.holds_room or run.state not in KEPT:
            if self._forget(run.id):
                self.tell(run.id, [])  # Told here, or by a failsafe that was here before.
            return
        now, at = self.clock.now(), self.clock.monotonic()
        off_at = due_off_at(self._as_it_stands(run), broadcast, now, self.policy)
        known = self._known.get(run.id)
        if known is None or (known.off_at != off_at and max(known.off_at, off_at) > now):
            stops = [at - (now - sent_at).total_seconds() for sent_at in stops_since(run, off_at)]
            told = known is not None and known.told
            known = self._known[run.id] = OnAir(run, off_at, at, stops=stops, told=told)
            self._holders[run.room.meeting_id or ""] = run.id
            self._something_is_known.set()
        known.learn(run, now, self.policy)

    def _as_it_stands(self, run: Run) -> Run:
        """Return the run with what was sent from here and is not written down yet."""
        unrecorded = self.unrecorded(run.id)
        return replace(run, attempts=(*run.attempts, *unrecorded)) if unrecorded else run

    def attend(self, run_id: str) -> None:
        """Learn that a pass of this run did all that was to be done: one that failed attends to nothing."""
        if known := self._known.get(run_id):
            known.attend(self.clock.now(), self.clock.monotonic())

    def _hear_of_new_name(self, run: Run) -> None:
        """One that holds the meeting of another, under another key, is that one renamed."""
        meeting = run.room.meeting_id or ""
        known = self._known.get(self._holders.get(meeting, ""))
        if (
            known is None
            or known.run.id == run.id
            or known.run.room.key == run.room.key
            or not run.holds_room
        ):
            return
        old = known.run.id
        self._forget(old)
        if known.told:
            self.tell(old, [])  # Under its new id it is told again.
        known.run, known.told = run, False
        self._known[run.id], self._holders[meeting] = known, run.id
        self._take_over(old, run.id)

    def _take_over(self, old: str, new: str) -> None:
        """What was sent under the old name is written down under the new one; so is what is under way."""
        if unrecorded := self._unrecorded.pop(old, None):
            self._unrecorded[new] += unrecorded
        if task := self._sending.pop(old, None):
            self._sending[new] = task
            begun_as = next((name for name, to in self._new_names.items() if to == old), old)
            self._new_names[begun_as] = new

    def _forget(self, run_id: str) -> OnAir | None:
        known = self._known.pop(run_id, None)
        meeting = (known.run.room.meeting_id or "") if known else ""
        if self._holders.get(meeting) == run_id:  # In a shared room the next one may hold it already.
            del self._holders[meeting]
        return known

    def set_aside(self, run_id: str) -> None:
        """Learn that passes of this run fail: nobody else closes its meeting at its end."""
        if known := self._known.get(run_id):
            known.aside = True

    async def stop(self, run: Run, stop: Stop, why: str) -> Attempt:
        """Send a stop and return what became of it, to be written down later; what never left is not.

        While one is under way for this run no other is sent, and both who asked hear of the same.
        """
        if known := self._known.get(run.id):
            known.attended_at = self.clock.monotonic()
        return await self._sent_once(run, stop, why, partial(self._needless, run))

    async def _sent_once(self, run: Run, stop: Stop, why: str, admit: Admit = admit_always) -> Attempt:
        task = self._sending.get(run.id)
        if task is None:
            task = asyncio.get_running_loop().create_task(
                self._send(run, stop, why, admit), name=f"stop {run.id}"
            )
            self._sending[run.id] = task
            task.add_done_callback(lambda _: self._is_sent(run.id))
        return await asyncio.shield(task)

    def _is_sent(self, run_id: str) -> None:
        self._sending.pop(self._new_names.pop(run_id, run_id), None)

    async def _send(self, run: Run, stop: Stop, why: str, admit: Admit) -> Attempt:
        begun = Attempt(kind=Kind.STOP, began_at=self.clock.now())
        self._note_stop(run.id, begun.began_at)
        answer = await self.gateways[run.room.account].performer.perform(stop, run.room, admit)
        made = answered(begun, self.clock.now(), answer.outcome, answer.detail or why)
        if made.outcome is not Outcome.NOT_SENT:
            self.record_later(run.id, made)
            log.info("called", run=run.id, call=Kind.STOP, outcome=made.outcome, detail=made.detail, why=why)
        return made

    def _needless(self, run: Run) -> str:
        """Return why one more stop must not leave: a read made while it waited says that the last worked."""
        stops = (
            *run.of_kind(Kind.STOP),
            *(each for each in self.unrecorded(run.id) if each.kind is Kind.STOP),
        )
        last = max(stops, key=lambda each: each.began_at, default=None)
        fact = self.gateways[run.room.account].reader.last_read(run)
        if last is None or not last.succeeded or fact is None or not fact.value.is_off:
            return ""
        is_since = fact.began_at >= (last.answered_at or last.began_at)
        return "a read since the last stop says off" if is_since else ""

    def _note_stop(self, run_id: str, at: datetime) -> None:
        """One before the end makes room for a new start, and is none of the end's."""
        if (known := self._known.get(run_id)) and at >= known.off_at:
            known.stops.append(self.clock.monotonic())
            known.reads = ()

    def record_later(self, run_id: str, attempt: Attempt) -> None:
        """Keep an attempt that is made already and not yet written down."""
        self._unrecorded[self._new_names.get(run_id, run_id)].append(attempt)

    def unrecorded(self, run_id: str) -> tuple[Attempt, ...]:
        """Return the attempts that wait to be written down, oldest first."""
        return tuple(self._unrecorded.get(run_id, ()))

    def recorded(self, run_id: str, attempt: Attempt) -> None:
        """Forget an attempt that is written down now."""
        self._unrecorded[run_id].remove(attempt)

    def rewind(self) -> None:
        """Set back to now what a clock that was ahead dated later, and that is not written down yet."""
        now = self.clock.now()
        for run_id, attempts in self._unrecorded.items():
            self._unrecorded[run_id] = [set_back(each, now) for each in attempts]

    def release(self, accounts: Collection[str]) -> dict[str, tuple[Attempt, ...]]:
        """Forget the runs of these accounts, which another worker runs; return what was never written."""
        theirs = [run_id for run_id, known in self._known.items() if known.run.room.account in accounts]
        for run_id in theirs:
            if (known := self._forget(run_id)) and known.told:
                self.tell(run_id, [])
        return {run_id: tuple(self._unrecorded.pop(run_id, ())) for run_id in theirs}

    async def run(self) -> None:
        """Look again and again for what has passed its end.

        After a sleep the passes go first: the end may have moved meanwhile, or another worker have it now.
        """
        while True:
            await self._something_is_known.wait()
            asleep_at = self.clock.now()
            await self.clock.sleep(LOOK_EVERY)
            if self.clock.now() - asleep_at > OVERSLEPT:
                await self.clock.sleep(GRACE)
            self.look()
            if not self._known:
                self._something_is_known.clear()

    def look(self) -> None:
        """Send a stop for everything that is due and that no pass has stopped."""
        now, at = self.clock.now(), self.clock.monotonic()
        for known in [each for each in self._known.values() if each.is_over(now)]:
            known.see(now, at)
            self._alarm(known, at)
            if known.is_due(at, self.policy):
                known.under_way = True
                self._work.start(self._stand_in(known), f"failsafe {known.run.id}")

    async def close(self) -> None:
        """End what is under way."""
        await self._work.cancel()
        for task in list(self._sending.values()):
            task.cancel()

    def _alarm(self, known: OnAir, at: float) -> None:
        """Tell what a pass would tell, if one could (law 3)."""
        overdue = known.is_overdue(at, self.policy)
        if overdue is not known.told:
            known.told = overdue
            late = timedelta(seconds=at - (known.over_at or at))
            self.tell(known.run.id, [not_proven_off(late)] if overdue else [])

    async def _stand_in(self, known: OnAir) -> None:
        """Do what no pass does: stop it, and look whether it is off."""
        try:
            await self._stop(known)
            if known.aside and self.may_close(known.run.room.account):
                known.closed = await self._close(known) is Outcome.DONE
            reader = self.gateways[known.run.room.account].reader
            await prove_off(known, reader, self.clock, self.policy)
        finally:
            known.under_way = False

    async def _stop(self, known: OnAir) -> None:
        run, tries = known.run, len(known.stops)
        log.critical("stopped_from_memory", run=run.id, due_at=known.off_at.isoformat(), tries=tries + 1)
        made = await self._sent_once(run, STOP_AGAIN if tries else Stop(), "from memory")
        if not tries and made.succeeded:
            self.measure(self.clock.now() - known.off_at)

    async def _close(self, known: OnAir) -> Outcome:
        """Close its meeting now and have it written down later, under the name that it has then."""
        run = known.run
        begun = Attempt(kind=CLOSE.kind, began_at=self.clock.now())
        admit = partial(refusal, run.room.account, self.may_close)
        answer = await self.gateways[run.room.account].performer.perform(CLOSE, run.room, admit)
        detail = f"from memory; {answer.detail}".rstrip("; ")
        if answer.outcome is not Outcome.NOT_SENT:
            self.record_later(known.run.id, answered(begun, self.clock.now(), answer.outcome, detail))
        return answer.outcome
