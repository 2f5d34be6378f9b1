"""One row and what its file wants: which columns change, and which stay as they are, and why."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime

from jobs.model import Broadcast, Window
from jobs.run.lifecycle import State
from jobs.schedule.planned import Existing, Plan, Remark, RowEdit

_NOT_COMPARED = frozenset({"id", "window", "planned_end", "cancelled"})
_COMPARED = tuple(each.name for each in fields(Broadcast) if each.name not in _NOT_COMPARED)
_ADOPTED = frozenset({State.READY, State.STARTING, State.LIVE, State.INTERRUPTED, State.STOPPING})
"""A meeting is in use: account and room are frozen."""


def edited(row: Existing, file: Broadcast, now: datetime) -> Plan:
    """Return the edit that has the row say what its file says, as far as operators and the run allow."""
    if row.broadcast.cancelled and not _comes_back(row, file, now):
        return Plan(remarks=(_stays_off(row),))
    if row.over and file.window.starts_at <= now:
        return Plan()
    kept = _Kept(row, file, now)
    wanted = replace(
        file,
        window=kept.window,
        cancelled=False,
        **{name: getattr(row.broadcast, name) for name in kept.names},
    )
    return _of(row, wanted, now) + Plan(remarks=kept.remarks)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What stays in the row although its file says something else."""

    row: Existing
    file: Broadcast
    now: datetime

    @property
    def window(self) -> Window:
        """The file's, but for what an operator set; on air only the end moves, to an instant ahead."""
        own, wanted = self.row.broadcast.window, self._with_operators()
        if self.row.state is State.STOPPING:
            return own
        if not self.row.on_air:
            return wanted
        goes_on = wanted.is_open(self.now) and own.starts_at < wanted.ends_at
        return Window(own.starts_at, wanted.ends_at) if goes_on else own

    @property
    def names(self) -> Collection[str]:
        """The other columns that stay, in order."""
        return [name for name in _COMPARED if name in _guarded(self.row) or self._frozen(name)]

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """One for each column that stays and differs."""
        texts = [
            f"{name} is not changed: {self._why(name)}" for name in _differences(self._result(), self.file)
        ]
        return tuple(Remark(self.row.broadcast.id, text) for text in texts)

    def _result(self) -> Broadcast:
        kept = {name: getattr(self.row.broadcast, name) for name in self.names}
        return replace(self.file, window=self.window, **kept)

    def _why(self, name: str) -> str:
        if name in _guarded(self.row):
            return "an operator changed it"
        return f"the run is {self.row.state}"

    def _frozen(self, name: str) -> bool:
        return name in {"account", "room"} and self.row.state in _ADOPTED

    def _with_operators(self) -> Window:
        """Return the file's window with an operator's start and end; theirs alone if that makes no window."""
        guarded, own, file = _guarded(self.row), self.row.broadcast.window, self.file.window
        starts_at = own.starts_at if "starts_at" in guarded else file.starts_at
        ends_at = own.ends_at if "ends_at" in guarded else file.ends_at
        return Window(starts_at, ends_at) if starts_at < ends_at else own


def _guarded(row: Existing) -> frozenset[str]:
    """Return the columns that outlive the file.

    A run that was missed is over, and the file's again; one that aired is not aired a second time because
    an operator had moved it.
    """
    return frozenset() if row.state is State.MISSED else row.operator_fields


def _comes_back(row: Existing, file: Broadcast, now: datetime) -> bool:
    return "cancelled" not in row.operator_fields and file.window.starts_at > now


def _stays_off(row: Existing) -> Remark:
    by = "an operator cancelled it" if "cancelled" in row.operator_fields else "its start has passed"
    return Remark(row.broadcast.id, f"stays cancelled: {by}; `reopen` brings it back")


def _of(row: Existing, wanted: Broadcast, now: datetime) -> Plan:
    differing = frozenset(_differences(row.broadcast, wanted))
    if not differing:
        return Plan()
    edit = (RowEdit(row, wanted, differing),)
    moved = "starts_at" in differing or "ends_at" in differing
    notes = _notes(row, wanted, now)
    return Plan(move=edit if moved else (), change=() if moved else edit, remarks=notes) + _at_once(
        row, wanted, now
    )


def _notes(row: Existing, wanted: Broadcast, now: datetime) -> tuple[Remark, ...]:
    if row.over and wanted.window.starts_at > now:
        return (
            Remark(
                wanted.id, f"is over ({row.state}); its start is in the future again, so it will run again"
            ),
        )
    return ()


def _at_once(row: Existing, wanted: Broadcast, now: datetime) -> Plan:
    if row.broadcast.window.starts_at > now >= wanted.window.starts_at:
        return begins_at_once(wanted)
    return Plan()


def begins_at_once(broadcast: Broadcast) -> Plan:
    """Return what is to be said and asked of one that is already under way."""
    remark = Remark(broadcast.id, "has already started: it begins late, as soon as possible")
    return Plan(remarks=(remark,), asks=(remark,))


def _differences(one: Broadcast, other: Broadcast) -> list[str]:
    window = [
        name for name in ("starts_at", "ends_at") if getattr(one.window, name) != getattr(other.window, name)
    ]
    rest = [name for name in (*_COMPARED, "cancelled") if getattr(one, name) != getattr(other, name)]
    return window + rest
