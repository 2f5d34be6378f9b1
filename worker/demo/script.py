"""What is shown: five broadcasts, what people do meanwhile, and what each must come to. All data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jobs.run.lifecycle import State

NEEDED_FIRST = 6.0
"""Seconds from writing the schedule to its zero: the worker has to come up and make five meetings."""


class Deed(StrEnum):
    """What somebody does."""

    JOIN = "join"
    DROP = "drop"
    EXTEND = "extend"


@dataclass(frozen=True, slots=True)
class Cue:
    """At so many seconds after zero, somebody does something."""

    at: float
    deed: Deed
    who: str = ""
    by: timedelta = timedelta(0)
    """How much longer, for EXTEND."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One broadcast of the five. Times are seconds after zero."""

    key: str
    title: str
    shows: str
    starts: float
    lasts: float
    cues: tuple[Cue, ...] = ()
    options: str = ""
    """Further lines of its entry."""
    repeats: bool = False
    comes_to: State = State.ENDED
    streams: int = 1
    """How often it has to have been LIVE."""
    alerts: frozenset[str] = frozenset()
    """The conditions that have to be told."""

    @property
    def length(self) -> timedelta:
        """From the start to the end as it is at last."""
        return timedelta(seconds=self.lasts) + sum((cue.by for cue in self.cues), timedelta(0))

    def broadcast_id(self, zero: datetime) -> str:
        """Return the id of the occurrence that is shown."""
        return f"{self.key}@{self.starts_at(zero):%Y-%m-%d}" if self.repeats else self.key

    def starts_at(self, zero: datetime) -> datetime:
        """Return its start."""
        return zero + timedelta(seconds=self.starts)

    def ends_at(self, zero: datetime) -> datetime:
        """Return its end as it is at last."""
        return self.starts_at(zero) + self.length


PARTS = (
    Part(
        key="weekly-webinar",
        title="Weekly webinar",
        shows="repeats each week; the first to join puts it on air",
        starts=4,
        lasts=22,
        cues=(Cue(6, Deed.JOIN, "Ada"), Cue(11, Deed.JOIN, "Grace")),
        repeats=True,
    ),
    Part(
        key="product-launch",
        title="Product launch",
        shows="has a backstage: who is in goes on air at the start",
        starts=12,
        lasts=20,
        cues=(Cue(6, Deed.JOIN, "Edith"),),
        options="go_live: at_start, doors: 8s",
    ),
    Part(
        key="town-hall",
        title="Town hall",
        shows="its stream drops, and is brought back",
        starts=1,
        lasts=38,
        cues=(Cue(2, Deed.JOIN, "Joan"), Cue(24, Deed.DROP)),
        streams=2,
    ),
    Part(
        key="book-club",
        title="Book club",
        shows="nobody comes: an alert is raised, and it is closed at its end",
        starts=5,
        lasts=25,
        options="live_within: 8s",
        comes_to=State.MISSED,
        streams=0,
        alerts=frozenset({"nobody_here", "missed"}),
    ),
    Part(
        key="office-hours",
        title="Office hours",
        shows="an operator extends it on the way",
        starts=8,
        lasts=18,
        cues=(Cue(9, Deed.JOIN, "Hedy"), Cue(18, Deed.EXTEND, by=timedelta(seconds=12))),
    ),
)

SHORTENED = (
    ("a broadcast lasts", "an hour", "18 to 38 s"),
    ("a backstage opens before the start", "15 min", "8 s"),
    ("nobody_here is raised after", "2 min", "8 s"),
    ("the provider needs to go live", "about 15 s", "3 s"),
    ("the provider needs to stop", "about 5 s", "2 s"),
    ("the worker asks while starting, and live", "each 5, 30 s", "each 1, 2 s"),
)
"""What is shortened: what, as it usually is, as it is here."""

KNOBS = {
    "crowd": "false",
    "invoke_to_live_s": "3",
    "invoke_jitter_s": "0",
    "stop_to_offline_s": "2",
    "status_lag_s": "0.5",
}
"""The provider in a hurry."""

SETTINGS = {
    "CUELIGHT_POLL__STARTING": "1s",
    "CUELIGHT_POLL__LIVE": "2s",
    "CUELIGHT_HTTP__PORT": "0",
    "CUELIGHT_LOG__FORMAT": "json",
}
"""The worker in a hurry."""


def schedule(zero: datetime) -> str:
    """Return the schedule, as an operator would write it."""
    lines = ["timezone: UTC", "broadcasts:"]
    for part in PARTS:
        lines += [
            f"  - key: {part.key}",
            f"    title: {part.title}",
            f"    start: {part.starts_at(zero):%Y-%m-%dT%H:%M:%S}",
            f"    duration: {part.lasts:.0f}s",
            *(f"    {option}" for option in part.options.split(", ") if option),
            *(["    repeat: FREQ=WEEKLY"] if part.repeats else []),
        ]
    return "\n".join(lines) + "\n"
