"""A list of broadcasts from a spreadsheet: read, compared with what there is, written whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from config import broadcast_list
from config.broadcast_list import BroadcastList
from config.csv_row import Listed
from config.problems import Problem, Problems
from config.settings import Settings
from jobs.model import Broadcast
from jobs.run.intake import objection
from jobs.run.lifecycle import State
from jobs.schedule.planned import SCHEDULE, Existing
from worker.operations.operator import Operator
from worker.operations.refusals import NotInStateError
from worker.store.queries import rows
from worker.store.queries.sources import REOPENED
from worker.store.store import Store

CHANGEABLE = frozenset({None, State.PLANNED, State.READY, State.REJECTED})
"""The states in which a list may change a broadcast; None: no worker has taken it up."""


class Action(StrEnum):
    """What is done about a row of the list."""

    ADD = "add"
    UPDATE = "update"
    NONE = "unchanged"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of the list, and what is done about it."""

    broadcast: Broadcast
    """As it is to be."""
    action: Action
    version: int | None = None
    """The version of its row in the database that this was decided on; None: there is none."""
    fields: tuple[str, ...] = ()
    """What an update changes."""


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """What an import would do; with an error among the problems, nothing."""

    rows: tuple[ImportRow, ...]
    problems: tuple[Problem, ...]

    def of(self, action: Action) -> list[ImportRow]:
        """Return the rows that this is done about."""
        return [each for each in self.rows if each.action is action]


def read(file: Path, zone: str | None, settings: Settings) -> BroadcastList:
    """Read a list, with every error. `zone`: that of times without an offset in rows that name none."""
    return broadcast_list.load(file, zone, settings.accounts.keys() or None)


async def existing(store: Store, found: BroadcastList) -> list[Existing]:
    """Return the broadcasts that there are of those in the list, as far as their rows can be read."""
    return await store.existing_broadcasts(None, [each.broadcast.id for each in found.rows])


def draw(found: BroadcastList, present: list[Existing], now: datetime, *, update: bool) -> ImportDraft:
    """Compare a list with what is there. `update`: change what differs; else it is refused."""
    known = {each.broadcast.id: each for each in present}
    comparison = _Comparison(known, now, found.problems, update)
    compared = [comparison.compared(each) for each in found.rows]
    is_right = not found.problems.any_errors
    return ImportDraft(tuple(each for each in compared if each and is_right), found.told)


async def apply(operator: Operator, draft: ImportDraft) -> None:
    """Write what a draft says, in one transaction.

    Raises:
        NotInStateError: a broadcast was added or changed meanwhile; nothing was written.
    """
    inserts = [each.broadcast for each in draft.of(Action.ADD)]
    updates = [(each.broadcast, each.version or 0) for each in draft.of(Action.UPDATE)]
    if not inserts and not updates:
        return
    if stale := await operator.store.import_list(inserts, updates):
        named = ", ".join(stale[:10]) + (", ..." if len(stale) > 10 else "")
        raise NotInStateError(f"changed in the meantime: {named}; nothing was written: import again")


@dataclass(frozen=True, slots=True)
class _Comparison:
    known: Mapping[str, Existing]
    now: datetime
    problems: Problems
    update: bool

    def compared(self, row: Listed) -> ImportRow | None:
        """Return what is done about a row; None if it is wrong, which is noted."""
        before = self.known.get(row.broadcast.id)
        return self._beside(row, before) if before else self._added(row)

    def _added(self, row: Listed) -> ImportRow | None:
        self._note_late(row, row.broadcast)
        return ImportRow(row.broadcast, Action.ADD)

    def _beside(self, row: Listed, before: Existing) -> ImportRow | None:
        wanted = replace(before.broadcast, **{name: getattr(row.broadcast, name) for name in row.said})
        differing = _differing(before.broadcast, wanted)
        if before.broadcast.cancelled:
            self.problems.warning(row.place(), f"{wanted.id} is cancelled, and stays so")
        if not differing:
            return ImportRow(before.broadcast, Action.NONE, before.version)
        if reason := self._why_not(before, differing):
            self.problems.error(row.place(differing[0]), f"{wanted.id} {reason}")
            return None
        self._note_late(row, wanted)
        return ImportRow(wanted, Action.UPDATE, before.version, differing)

    def _why_not(self, before: Existing, differing: tuple[str, ...]) -> str:
        """Return why a broadcast is not changed; empty if it is."""
        if before.source in (SCHEDULE, REOPENED):
            return "belongs to a schedule, or was reopened: it is not changed by a list"
        if before.state not in CHANGEABLE:
            return f"is {before.state}: `cuelight extend`, `stop` and `reopen` are for that"
        if before.state is State.READY and "account" in differing:
            return "has a meeting already: its account cannot be changed"
        if not self.update:
            return f"exists with another {', '.join(differing)}: pass --update to change it"
        return ""

    def _note_late(self, row: Listed, wanted: Broadcast) -> None:
        """Note what no worker would run, or would run at once."""
        if reason := rows.objection(wanted) or objection(wanted, [wanted.account]):
            self.problems.error(row.place(), reason)
        elif wanted.window.ends_at <= self.now:
            self.problems.error(row.place("window"), f"{wanted.id} would have ended already")
        elif wanted.window.starts_at <= self.now:
            self.problems.warning(row.place("window"), f"{wanted.id} is already under way: it begins at once")


def _differing(before: Broadcast, after: Broadcast) -> tuple[str, ...]:
    return tuple(
        each.name for each in fields(Broadcast) if getattr(before, each.name) != getattr(after, each.name)
    )
