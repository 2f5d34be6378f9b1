"""Decide: from what is wanted, recorded and seen, the one next thing. It does nothing itself."""

from datetime import datetime

from jobs import go_live, on_air, prepare, stop
from jobs.decision import Decision
from jobs.lifecycle import State
from jobs.model import Broadcast, Policy, Run
from jobs.seen import Seen
from jobs.situation import Situation


def decide(broadcast: Broadcast, run: Run, seen: Seen, now: datetime, policy: Policy) -> Decision:
    """Return what to do next for this run. The same answer for the same arguments, always (law 1)."""
    return decided(Situation(broadcast, run, seen, now, policy))


def decided(s: Situation) -> Decision:
    """Hand on to the job that its state belongs to."""
    match s.run.state:
        case State.PLANNED:
            return prepare.planned(s)
        case State.REJECTED:
            return prepare.rejected(s)
        case State.READY:
            return go_live.ready(s)
        case State.STARTING:
            return go_live.starting(s)
        case State.LIVE:
            return on_air.live(s)
        case State.INTERRUPTED:
            return on_air.interrupted(s)
        case State.STOPPING:
            return stop.stopping(s)
        case State.ENDED | State.MISSED | State.CANCELLED:
            return stop.over(s)
