"""What a plan is made of: the rows that exist, and what a schedule asks to be done to them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import chain

from jobs.model import Broadcast
from jobs.run.lifecycle import HOLDING, OVER, State

SCHEDULE = "schedule"
"""The source of rows that a schedule made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A row of `broadcasts` beside what became of it."""

    broadcast: Broadcast
    version: int
    state: State | None = None
    """None: no worker has taken it up."""
    operator_fields: frozenset[str] = frozenset()
    """The columns that an operator changed; `starts_at`, `ends_at`, `cancelled`, else as in Broadcast."""
    source: str = SCHEDULE

    @property
    def on_air(self) -> bool:
        """Whether it may be on air now."""
        return self.state in HOLDING

    @property
    def over(self) -> bool:
        """Whether its run is over."""
        return self.state in OVER

    @property
    def was_wanted(self) -> bool:
        """Whether it is over as it was wanted: it aired, or somebody called it off."""
        return self.over and self.state is not State.MISSED

    def comes(self, now: datetime) -> bool:
        """Whether it is wanted still: neither over nor cancelled, and its window not past."""
        return not self.over and not self.broadcast.cancelled and self.broadcast.window.ends_at > now

    def needs_calls(self, now: datetime) -> bool:
        """Whether its start or its end is still to be called for, as far as is known."""
        return self.comes(now) and self.state not in (State.STOPPING, State.REJECTED)


@dataclass(frozen=True, slots=True)
class RowEdit:
    """A row (as it is after its rename) and what it should say; `fields` are the columns that differ."""

    existing: Existing
    broadcast: Broadcast
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rename:
    """A row that goes on under another id and entry: its meeting and links are carried over."""

    existing: Existing
    broadcast: Broadcast


@dataclass(frozen=True, slots=True)
class Cancel:
    """A row that is wanted no longer."""

    existing: Existing
    why: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about a broadcast. `alarm`: somebody should hear of it even if nobody looks."""

    id: str
    text: str
    alarm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a schedule asks for. Renames come first: the others name the new ids. Plans can be added up."""

    rename: tuple[Rename, ...] = ()
    add: tuple[Broadcast, ...] = ()
    move: tuple[RowEdit, ...] = ()
    """The window differs, perhaps more."""
    change: tuple[RowEdit, ...] = ()
    """The window stays."""
    cancel: tuple[Cancel, ...] = ()
    remarks: tuple[Remark, ...] = ()
    asks: tuple[Remark, ...] = ()
    """What `apply` asks the operator before doing it: what would begin at once or leave the air."""
    refusals: tuple[Remark, ...] = ()
    """Broadcasts that are not added, each with an alert; the rest of the plan stands."""
    needs_confirmation: bool = False
    """So much would be removed that a file is not followed (law 13)."""

    @classmethod
    def total(cls, parts: Iterable["Plan"]) -> "Plan":
        """Return all of them as one."""
        listed = list(parts)
        lists = {name: tuple(chain.from_iterable(getattr(each, name) for each in listed)) for name in _LISTS}
        return cls(**lists, needs_confirmation=any(each.needs_confirmation for each in listed))

    def __add__(self, other: "Plan") -> "Plan":
        return Plan.total((self, other))

    def afterwards(self, existing: Iterable[Existing], now: datetime) -> tuple[Broadcast, ...]:
        """Return what is wanted and comes still once this is done to the rows that exist."""
        rows = {each.broadcast.id: each.broadcast for each in existing if each.needs_calls(now)}
        for each in self.rename:
            if rows.pop(each.existing.broadcast.id, None):
                rows[each.broadcast.id] = each.broadcast
        rows |= {edit.broadcast.id: edit.broadcast for edit in (*self.move, *self.change)}
        gone = {each.existing.broadcast.id for each in self.cancel}
        return (*(each for id_, each in rows.items() if id_ not in gone), *self.add)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.rename or self.add or self.move or self.change or self.cancel)


_LISTS = tuple(each.name for each in fields(Plan) if each.name != "needs_confirmation")
