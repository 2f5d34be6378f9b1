"""What the workers wrote down and told, by the shows that it is about, whatever their rows are called."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from jobs.subject import OF_A_BROADCAST
from tests.campaign.virtual import EPOCH
from tests.campaign.world import TITLED, World

INSTANTS = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
RENAMED = "its entry has a new key"
"""Why the journal says that an id is another one now."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A move of a run by the journal, in the order in which they were written."""

    number: int
    show: str
    at: float
    """In true time: the clock that dated it may have been wrong."""
    dated: float
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Overrun:
    """An end that was moved by rule, by the journal; both ends by the clock of the worker's host."""

    show: str
    at: float
    dated: float
    before: float
    after: float


class Written:
    """The database of a world after its end."""

    def __init__(self, world: World) -> None:
        self._world = world

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return [dict(row) for row in self._world.database.rows(statement, *values)]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The show behind each id that a row of one has, or had."""
        titled = self.rows("SELECT id, title FROM broadcasts WHERE title LIKE ?", f"{TITLED}%")
        found = {row["id"]: row["title"].removeprefix(TITLED).partition(" ")[0] for row in titled}
        renamed = self.rows("SELECT before, after FROM journal WHERE why = ? ORDER BY id DESC", RENAMED)
        for row in renamed:
            if row["after"] in found:
                found.setdefault(row["before"], found[row["after"]])
        return found

    def show(self, name: object) -> str:
        """Return the show that a row of this id is, or was; the id itself, if it is none."""
        return self.names.get(str(name), str(name))

    def about(self, subject: object) -> str:
        """Return the name of what an alert is about: a show by its own, then what it is of that."""
        kind, _, rest = str(subject).partition("/")
        if kind in OF_A_BROADCAST and rest in self.names:
            return self.show(rest) if kind == "broadcast" else f"{self.show(rest)}/{kind}"
        if kind == "schedule" and rest:
            return f"{kind}/{self.show(rest)}"
        is_kind = kind in self._kinds and kind == str(subject)
        return str(subject) if is_kind else "/".join(filter(None, (self.show(kind), rest)))

    @cached_property
    def _kinds(self) -> frozenset[str]:
        """Words that are no show, though one may be called so: that one is told with `broadcast/` before."""
        return frozenset({"account", "meeting", "channel", "clock", "database", "worker", "duty", "leaving"})

    @cached_property
    def runs(self) -> dict[str, dict[str, Any]]:
        """The run of each show."""
        found = self.rows("SELECT * FROM runs WHERE id NOT LIKE 'old-%'")
        return {self.names[row["id"]]: row for row in found if row["id"] in self.names}

    @cached_property
    def overruns(self) -> list[Overrun]:
        """Every end that was moved by rule, in the order in which they were written."""
        found = []
        statement = "SELECT run_id, at, why FROM journal WHERE kind = 'order' AND who = 'rule' ORDER BY id"
        for row in self.rows(statement):
            ends = [instant(each) for each in INSTANTS.findall(row["why"])]
            dated = instant(row["at"])
            found.append(Overrun(self.show(row["run_id"]), self.true(dated, 0.0), dated, ends[0], ends[1]))
        return found

    @cached_property
    def moves(self) -> list[Moved]:
        """Every move of every run, in the order in which they were written."""
        statement = "SELECT id, run_id, at, before, after, why FROM journal"
        statement += " WHERE kind = 'move' AND run_id NOT LIKE 'old-%' ORDER BY id"
        last: dict[str, float] = {}
        found = []
        for row in self.rows(statement):
            if row["run_id"] not in self.names:
                continue
            show, dated = self.show(row["run_id"]), instant(row["at"])
            last[show] = at = self.true(dated, last.get(show, 0.0))
            found.append(Moved(row["id"], show, at, dated, row["before"], row["after"], row["why"]))
        return found

    @cached_property
    def _moves_of(self) -> dict[str, list[Moved]]:
        found: dict[str, list[Moved]] = {}
        for move in self.moves:
            found.setdefault(move.show, []).append(move)
        return found

    def moves_of(self, show: str) -> list[Moved]:
        """Return the moves of one, in order."""
        return self._moves_of.get(show, [])

    def true(self, dated: float, since: float) -> float:
        """Return the first true instant since then at which the host's clock showed this."""
        steps = [*self._world.steps, (self._world.scenario.lasts, 0.0)]
        shown = [
            dated - ahead
            for (at, ahead), (until, _) in itertools.pairwise(steps)
            if at <= dated - ahead <= until
        ]
        return min((at for at in shown if at >= since), default=since)


def instant(text: str) -> float:
    """Return the seconds since the beginning of the world of an instant as it is written."""
    return (datetime.fromisoformat(text) - EPOCH).total_seconds()
