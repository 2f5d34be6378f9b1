"""Decide: from what is wanted, recorded and seen, the one next thing. It does nothing itself."""

from datetime import datetime

from jobs.model import Broadcast, Run
from jobs.policy import Policy
from jobs.run import go_live, on_air, prepare, stop
from jobs.run.decision import Decision, WaitUntil
from jobs.run.lifecycle import State
from jobs.run.observations import Seen
from jobs.run.situation import Situation


def decide(broadcast: Broadcast, run: Run, seen: Seen, now: datetime, policy: Policy) -> Decision:
    """Return what to do next for this run. The same answer for the same arguments, always (law 1)."""
    return decided(Situation(broadcast, run, seen, now, policy))


def decided(s: Situation) -> Decision:
    """Return what the job says that its state belongs to; no wait goes past what the window asks for."""
    decision = _by_state(s)
    return _within_the_window(s, decision) if isinstance(decision, WaitUntil) else decision


def _within_the_window(s: Situation, wait: WaitUntil) -> WaitUntil:
    instants = (go_live.doors_at(s.broadcast), s.broadcast.window.starts_at, s.ends_at)
    return WaitUntil(min(wait.at, *(each for each in instants if each > s.now), wait.at))


def _by_state(s: Situation) -> Decision:
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
