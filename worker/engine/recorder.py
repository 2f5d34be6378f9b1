"""Record: every change of a run is one write, with its journal rows, on the version it was decided on.

Under its lease a worker alone writes runs, rooms, hosts and attempts (law 1), so what it has loaded or
written last is what is recorded, and a pass asks the database nothing. A record is loaded anew when its row
changed, when a write was stale or may have been lost, and in every new term of the lease.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from jobs.model import Attempt, Broadcast, Kind, Run
from jobs.run.lifecycle import OVER
from jobs.run.situation import Situation
from jobs.run.transition import attempted
from worker.engine.draft import Draft
from worker.gateway.permit import Admit
from worker.kit.clock import Clock
from worker.leases.contract import Leases, refusal
from worker.store.errors import StoreUnavailableError
from worker.store.records import Fence, Note, Record, Save, Saved, Stale

RULE = "rule"
"""Who the journal says moved an end that nobody ordered to be moved."""


class StaleError(Exception):
    """Somebody else wrote the run meanwhile: this pass decided on what is no longer so."""


class Records(Protocol):
    """What a pass needs of the store."""

    async def load(self, run_id: str) -> Record | None:
        """Return everything recorded of one run."""
        ...

    async def save(self, save: Save) -> Saved | Stale:
        """Write one change, whole or not at all."""
        ...


@dataclass(slots=True)
class Recorder:
    """Writes what became of runs, and knows which rows changed since they were looked at."""

    records: Records
    leases: Leases
    clock: Clock
    worker: str
    """Who is written into the journal."""
    _kept: dict[str, tuple[Record, Fence | None]] = field(default_factory=dict)
    """What is recorded of each run in hand, and in which term it was learned."""
    _names: dict[str, str] = field(default_factory=dict)
    """The run that each marker of a room of its own belongs to: a rename leaves the marker."""
    _versions: dict[str, int] = field(default_factory=dict)
    _unheeded: dict[str, int] = field(default_factory=dict)
    _stop_asked: dict[str, datetime] = field(default_factory=dict)
    _waiting: dict[str, Kind] = field(default_factory=dict)

    def hear_of(self, run_id: str, version: int) -> None:
        """Learn that a row changed: calls decided on before do not leave any more."""
        self._versions[run_id] = self._unheeded[run_id] = version
        self.doubt(run_id)

    def ask_to_stop(self, run_id: str, at: datetime) -> None:
        """Have the run taken off the air by its next pass."""
        self._stop_asked.setdefault(run_id, at)

    def is_stop_pending(self, run_id: str) -> bool:
        """Whether an operator's stop is asked for and not yet written down."""
        return run_id in self._stop_asked

    def is_unheeded(self, run_id: str) -> bool:
        """Whether its row changed and no pass has taken that in."""
        return run_id in self._unheeded

    def unheeded(self, run_id: str) -> int | None:
        """Return the version of its row that no pass has taken in; None: there is none."""
        return self._unheeded.get(run_id)

    def doubt(self, run_id: str) -> None:
        """Have the run loaded anew: what is in memory may not be what is recorded."""
        self._kept.pop(run_id, None)

    def doubt_all(self) -> None:
        """Have every run loaded anew."""
        self._kept.clear()

    def forget(self, run_id: str) -> None:
        """Keep nothing in memory of a run that is over, or another worker's."""
        if kept := self._kept.get(run_id):
            self._names.pop(kept[0].run.room.marker, None)
        self.doubt(run_id)
        self._versions.pop(run_id, None)
        self._waiting.pop(run_id, None)

    def admission(self, run: Run) -> Admit:
        """Return what asks, when a call leaves the queue, whether lease and version are as decided on."""
        version = self._versions.get(run.id)

        def admit() -> str:
            if reason := refusal(run.room.account, self.leases.held):
                return reason
            if run.id in self._stop_asked:
                return "a stop was requested meanwhile"
            return "" if self._versions.get(run.id) == version else "the broadcast was changed meanwhile"

        return admit

    async def load(self, run_id: str) -> Record | None:
        """Return everything recorded of one run."""
        if (kept := self._kept.get(run_id)) and self._is_ours(*kept):
            return kept[0]
        record = await self.records.load(run_id)
        if record is not None:
            self._learn(record)
        return record

    def begin(self, record: Record) -> Draft:
        """Return an empty draft of changes to what is recorded."""
        return Draft(record.run, record.run)

    def stop_asked(self, draft: Draft) -> None:
        """Note that an operator asked for it to be off, if one did."""
        run, asked_at = draft.run, self._stop_asked.get(draft.run.id)
        if asked_at and run.state not in OVER and run.stop_asked_at is None:
            draft.run = replace(run, stop_asked_at=asked_at)
            draft.notes.append(self._note("request", "", "stop", "asked for"))
        else:
            self._stop_asked.pop(run.id, None)

    def taken_in(
        self, draft: Draft, after: Run, changed: Broadcast | None, why: str, *, version: int
    ) -> None:
        """Note that this version of the row was looked at, and what of it is in force."""
        if why:
            draft.notes.append(self._note("edit", "", "accepted" if changed else "refused", why))
        if after.state is not draft.run.state:
            self._note_move(draft, after)
        draft.run, draft.accepted, draft.heeded = after, changed, version

    def moved(self, draft: Draft, s: Situation, after: Run) -> None:
        """Note a move."""
        self._note_move(draft, after)
        draft.moves.append((s, after))
        draft.run = after

    def edited(self, draft: Draft, after: Run, why: str) -> None:
        """Note a change that is no move."""
        draft.notes.append(self._note("seen", "", "", why))
        draft.run = after

    def ran_over(self, draft: Draft, extended: Broadcast, why: str) -> None:
        """Note that its end is moved by rule."""
        draft.notes.append(Note(at=self.clock.now(), kind="order", who=RULE, why=why))
        draft.accepted = extended

    def attempted(self, draft: Draft, attempt: Attempt, tenant: str) -> None:
        """Note an attempt that is about to be made, and for whose meeting."""
        self._goes_on(draft)
        run = attempted(draft.run, attempt)
        draft.run = replace(run, room=replace(run.room, tenant=tenant)) if run.room.tenant != tenant else run
        draft.attempts.append(attempt)

    def answered(self, draft: Draft, after: Run, attempt: Attempt) -> None:
        """Note what became of an attempt, and what it acknowledged."""
        draft.run = after
        draft.attempts.append(attempt)
        draft.notes.append(self._told(attempt))

    def made(self, draft: Draft, attempt: Attempt) -> None:
        """Note an attempt that was made before it could be written."""
        self._goes_on(draft)
        draft.run = attempted(draft.run, attempt)
        draft.attempts.append(attempt)
        draft.notes.append(self._told(attempt))

    def waits(self, draft: Draft, kind: Kind, why: str) -> None:
        """Note that a call cannot leave: once, however often that is tried."""
        if self._waiting.get(draft.run.id) is not kind:
            self._waiting[draft.run.id] = kind
            draft.notes.append(self._note("wait", kind, "waits", why))

    async def write(self, draft: Draft) -> Run:
        """Write everything that is noted, in the name of the term that is held, and begin anew from there.

        Raises:
            StaleError: no term is held, or somebody else wrote the run meanwhile.
            StoreUnavailableError: the database did not answer; it may be written all the same.
        """
        if draft.is_empty:
            return draft.run
        fence = self.leases.fence(draft.stored.room.account)
        if fence is None:
            raise StaleError(draft.stored.id)
        save = draft.save(fence)
        try:
            saved = await self.records.save(save)
        except StoreUnavailableError:
            self.doubt(draft.stored.id)
            raise
        if isinstance(saved, Stale):
            self.doubt(draft.stored.id)
            raise StaleError(draft.stored.id)
        self._is_written(save, saved)
        draft.written(saved.run)
        return saved.run

    def _is_written(self, save: Save, saved: Saved) -> None:
        run = saved.run
        if save.after.stop_asked_at is not None:
            self._stop_asked.pop(run.id, None)
        if saved.heeded and save.heeded is not None and self._unheeded.get(run.id) == save.heeded:
            del self._unheeded[run.id]
        if kept := self._kept.get(run.id):
            self._keep(replace(kept[0], run=run, accepted=save.accepted or kept[0].accepted))

    def _learn(self, record: Record) -> None:
        """Take in what was loaded, unless its row was changed while it was being read."""
        run_id, version = record.run.id, record.wanted_version
        self._hear_of_new_name(record.run)
        if self._unheeded.get(run_id, version) <= version:
            self._versions[run_id] = version
            self._keep(record)

    def _hear_of_new_name(self, run: Run) -> None:
        """What is kept under the id that it had before is decided on no more."""
        if run.room.key != run.id:
            return
        old = self._names.get(run.room.marker, run.id)
        if old != run.id:
            self.forget(old)
            if asked_at := self._stop_asked.pop(old, None):
                self.ask_to_stop(run.id, asked_at)
        self._names[run.room.marker] = run.id

    def _keep(self, record: Record) -> None:
        """Keep a record in memory, unless other runs write the room that it shares with them."""
        if record.run.room.key == record.run.id:
            if record.wanted == record.accepted:
                record = replace(record, wanted=record.accepted)
            self._kept[record.run.id] = record, self.leases.fence(record.run.room.account)

    def _is_ours(self, record: Record, fence: Fence | None) -> bool:
        return fence is not None and self.leases.fence(record.run.room.account) == fence

    def _goes_on(self, draft: Draft) -> None:
        if (kind := self._waiting.pop(draft.run.id, None)) is not None:
            draft.notes.append(self._note("wait", kind, "goes on", ""))

    def _note_move(self, draft: Draft, after: Run) -> None:
        draft.notes.append(self._note("move", draft.run.state, after.state, after.why))
        draft.states.append(after.state)

    def _told(self, attempt: Attempt) -> Note:
        return self._note("attempt", attempt.kind, attempt.outcome, attempt.detail, attempt.began_at)

    def _note(self, kind: str, before: str, after: str, why: str, at: datetime | None = None) -> Note:
        return Note(
            at=at or self.clock.now(), kind=kind, who=self.worker, before=before, after=after, why=why
        )
