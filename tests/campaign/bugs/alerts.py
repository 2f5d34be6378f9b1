"""What people are told, and for how long."""

from typing import Any

from jobs.run import alarms, on_air, stop
from jobs.run.decision import WaitUntil
from jobs.run.situation import Situation
from jobs.subject import Subject, SubjectKind
from tests.campaign.bugs.bug import Bug, nothing
from worker.alerting.alerts import Alerts
from worker.engine.reconciler import Reconciler

_tell = Reconciler._tell


def _told_in_turns(self: Reconciler, s: Situation, refusal: str) -> None:
    self.alerts.tell(Subject(SubjectKind.BROADCAST, s.run.id), [])
    _tell(self, s, refusal)


def _interrupted_and_idle(s: Situation) -> Any:
    return stop.begin(s) if s.off_wanted else WaitUntil(s.broadcast.window.ends_at)


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
        "nobody is told of what was missed",
        "nothing_in_silence",
        (alarms, "_CHECKS", tuple(c for c in alarms._CHECKS if c is not alarms._missed)),
    ),
    Bug.of("alerts go nowhere", "nothing_in_silence", (Alerts, "_raise", nothing)),
    Bug.of("alerts come and go with each pass", "calm", (Reconciler, "_tell", _told_in_turns)),
    Bug.of("what was told is never taken back", "alerts_end", (Alerts, "_resolve", nothing)),
)
