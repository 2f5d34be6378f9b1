"""Record: every change of a run is one write, with its journal rows, on the version it was decided on."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from jobs.lifecycle import OVER
from jobs.model import Attempt, Broadcast, Run
from jobs.transition import attempted
from worker.caller import Admit
from worker.clock import Clock
from worker.lease import Leases
from worker.store.records import Note, Record, Save, Saved, Stale


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
    _versions: dict[str, int] = field(default_factory=dict)
    _unheeded: dict[str, int] = field(default_factory=dict)
    _stop_asked: dict[str, datetime] = field(default_factory=dict)

    def hear_of(self, run_id: str, version: int) -> None:
        """Learn that a row changed: calls decided on before do not leave any more."""
        self._versions[run_id] = self._unheeded[run_id] = version

    def ask_to_stop(self, run_id: str, at: datetime) -> None:
        """Have the run taken off the air by its next pass."""
        self._stop_asked.setdefault(run_id, at)

    def is_stop_pending(self, run_id: str) -> bool:
        """Whether an operator's stop is asked for and not yet written down."""
        return run_id in self._stop_asked

    def is_unheeded(self, run_id: str) -> bool:
        """Whether its row changed and no pass has taken that in."""
        return run_id in self._unheeded

    def forget(self, run_id: str) -> None:
        """Keep nothing in memory of a run that is over."""
        self._versions.pop(run_id, None)

    def admission(self, run: Run) -> Admit:
        """Return what asks, when a call leaves the queue, whether lease and version are as decided on."""
        version = self._versions.get(run.id)

        def admit() -> str:
            if not self.leases.held(run.room.account):
                return "the lease has run out"
            return "" if self._versions.get(run.id) == version else "what is wanted changed meanwhile"

        return admit

    async def load(self, run_id: str) -> Record | None:
        """Return everything recorded of one run."""
        record = await self.records.load(run_id)
        if record is not None:
            self._versions[run_id] = record.wanted_version
        return record

    async def stop_asked(self, run: Run) -> Run:
        """Write down that an operator asked for it to be off, if one did."""
        asked_at = self._stop_asked.get(run.id)
        if asked_at and run.state not in OVER and run.stop_asked_at is None:
            after = replace(run, stop_asked_at=asked_at)
            run = await self._save(Save(run, after, notes=(self._note("request", "", "stop", "asked for"),)))
        self._stop_asked.pop(run.id, None)
        return run

    async def taken_in(self, record: Record, after: Run, changed: Broadcast | None, why: str) -> Run:
        """Write down that the row as it stands was looked at, and what of it is in force."""
        before = record.run
        notes = [self._note("edit", "", "accepted" if changed else "refused", why)] if why else []
        if after.state is not before.state:
            notes.append(self._note("move", before.state, after.state, after.why))
        save = Save(before, after, notes=tuple(notes), accepted=changed, heeded=record.wanted_version)
        run = await self._save(save)
        if self._unheeded.get(before.id) == record.wanted_version:
            del self._unheeded[before.id]
        return run

    async def moved(self, before: Run, after: Run) -> Run:
        """Write a move and its journal row."""
        return await self._save(
            Save(before, after, notes=(self._note("move", before.state, after.state, after.why),))
        )

    async def edited(self, before: Run, after: Run, why: str) -> Run:
        """Write a change that is no move."""
        return await self._save(Save(before, after, notes=(self._note("seen", "", "", why),)))

    async def began(self, after: Run, before: Run) -> Run:
        """Write down an attempt before it is made."""
        return await self._save(Save(before, after, attempts=(after.attempts[-1],)))

    async def answered(self, before: Run, after: Run, attempt: Attempt) -> Run:
        """Write down what became of an attempt, and what it acknowledged."""
        return await self._save(Save(before, after, attempts=(attempt,), notes=(self._told(attempt),)))

    async def made(self, before: Run, attempt: Attempt) -> Run:
        """Write down an attempt that was made before it could be written."""
        return await self._save(
            Save(before, attempted(before, attempt), attempts=(attempt,), notes=(self._told(attempt),))
        )

    def _told(self, attempt: Attempt) -> Note:
        return self._note("attempt", attempt.kind, attempt.outcome, attempt.detail, attempt.began_at)

    def _note(self, kind: str, before: str, after: str, why: str, at: datetime | None = None) -> Note:
        return Note(
            at=at or self.clock.now(), kind=kind, who=self.worker, before=before, after=after, why=why
        )

    async def _save(self, save: Save) -> Run:
        """Write it in the name of the term that is held.

        Raises:
            StaleError: none is, or somebody else wrote the run meanwhile.
        """
        fence = self.leases.fence(save.before.room.account)
        if fence is None:
            raise StaleError(save.before.id)
        match await self.records.save(replace(save, fence=fence)):
            case Saved(run):
                return run
            case Stale():
                raise StaleError(save.before.id)
