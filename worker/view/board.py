"""The board: every broadcast on a line, what is wrong beneath, and whether a worker works at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from jobs.run.lifecycle import OVER, State
from worker.store.records import Alert, Overview
from worker.store.standings import Worker
from worker.view.window import Progress, progress, when
from worker.view.workers import Duty, duty

RECENT = timedelta(hours=12)
"""What was over before is shown on demand only."""
LAST_OVER = 5
"""How many of what was over since are shown, the latest of them."""
NO_BROADCASTS = "no broadcasts: create some with `cuelight add` or `cuelight apply`"


@dataclass(frozen=True, slots=True)
class Line:
    """A broadcast on the board."""

    state: State | None
    """None: no worker has taken it up."""
    id: str
    when: str
    progress: Progress
    title: str

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER


@dataclass(frozen=True, slots=True)
class Board:
    """What `status` shows."""

    rows: Sequence[Overview]
    alerts: Sequence[Alert]
    workers: Sequence[Worker]
    """All that are remembered."""
    now: datetime
    rest: str = ""
    """What is said of the broadcasts that are not shown."""
    quotas: Sequence[str] = ()
    """How it stands with each quota group, where a worker has just written it."""
    trouble: str = ""
    """Why this cannot be looked at now, if so."""

    def lines(self, zone: tzinfo | None = None) -> tuple[Line, ...]:
        """Return the broadcasts as they stand now."""
        return tuple(line(row, self.now, zone) for row in self.rows)

    def duty(self, zone: tzinfo | None = None) -> Duty:
        """Return whether a worker works, as far as it can be looked at."""
        return Duty(self.trouble) if self.trouble else duty(self.workers, self.now, zone)


def current(rows: Sequence[Overview]) -> list[Overview]:
    """Return everything but what is over, and the last of what was over."""
    over = [row for row in rows if row.state in ("ended", "missed", "cancelled")]
    return [row for row in rows if row not in over[:-LAST_OVER]]


MARKS: Mapping[State | None, str] = {
    None: "·",
    State.PLANNED: "·",
    State.READY: "○",
    State.STARTING: "◐",
    State.LIVE: "●",
    State.INTERRUPTED: "◌",
    State.STOPPING: "◑",
    State.ENDED: "✓",
    State.MISSED: "✗",
    State.CANCELLED: "-",
    State.REJECTED: "✗",
}
"""The mark by which a state is known without colours."""


def state_word(state: State | None) -> str:
    """Return a state as it is said. LIVE is in capitals, so that it stands out without colours too."""
    return "LIVE" if state is State.LIVE else str(state or "new")


def line(row: Overview, now: datetime, zone: tzinfo | None = None) -> Line:
    """Return a broadcast as it stands now."""
    return Line(
        state=row.state,
        id=row.id,
        when=when(row.starts_at, row.ends_at, now, zone),
        progress=progress(row, now, zone),
        title=row.title,
    )
