"""What people are told, and for how long."""

from collections.abc import Callable
from typing import Any

from jobs.conditions import Condition
from jobs.model import Doors
from jobs.run import alarms, on_air, stop
from jobs.run.decision import WaitUntil
from jobs.run.situation import Situation
from jobs.subject import Subject, SubjectKind
from tests.campaign.bugs.bug import Bug, nothing
from tests.campaign.scenario import Scenario
from worker.alerting.alerts import Alerts
from worker.engine.reconciler import Reconciler

_tell = Reconciler._tell
WAITS = 55
"""Seconds that are longer than `live_within`, and what it takes to tell of it."""
Check = Callable[[Situation], Condition | None]


def _told_in_turns(self: Reconciler, s: Situation, refusal: str) -> None:
    self.alerts.tell(Subject(SubjectKind.BROADCAST, s.run.id), [])
    _tell(self, s, refusal)


def _interrupted_and_idle(s: Situation) -> Any:
    return stop.begin(s) if s.off_wanted else WaitUntil(s.broadcast.window.ends_at)


def _or_open(check: Check) -> Check:
    """Return the check that holds its tongue wherever the doors are open, whoever opened them."""
    return lambda s: None if s.run.room.doors is Doors.OPEN else check(s)


def _has_one_extended_into_another(made: Scenario) -> bool:
    """Whether one show of a room is to end well after the next one starts."""
    ends = {event.show: event.value for event in made.events if event.kind == "end"}
    shows = [show for show in made.shows if show.entry and not made.by_file]
    pairs = ((one, other) for one in shows for other in shows if one.entry == other.entry)
    return any(
        one.starts < other.starts and ends.get(one.id, 0) >= other.starts + WAITS for one, other in pairs
    )


ALERTS = (
    Bug.of(
        "a dropped stream is left alone",
        "back_or_told",
        (on_air, "interrupted", _interrupted_and_idle),
        (alarms, "_CHECKS", tuple(c for c in alarms._CHECKS if c is not alarms._dropped)),
    ),
    Bug.of(
        "nobody is told that nobody came",
        "live_or_told",
        (
            alarms,
            "_CHECKS",
            tuple(c for c in alarms._CHECKS if c not in (alarms._nobody_here, alarms._no_picture)),
        ),
    ),
    Bug.of(
        "doors that another show opened count as its own",
        "live_or_told",
        (alarms, "_CHECKS", tuple(_or_open(c) if c is alarms._not_open else c for c in alarms._CHECKS)),
        takes=_has_one_extended_into_another,
    ),
    Bug.of(
        "nobody is told of what was missed",
        "nothing_in_silence",
        (alarms, "_CHECKS", tuple(c for c in alarms._CHECKS if c is not alarms._missed)),
    ),
    Bug.of("alerts go nowhere", "nothing_in_silence", (Alerts, "_raise", nothing)),
    Bug.of("alerts come and go with each pass", "calm", (Reconciler, "_tell", _told_in_turns)),
    Bug.of("what was told is never taken back", "alerts_end", (Alerts, "_resolve", nothing)),
)
