"""How it ended: each part against what it should have come to, the calls, and what proves that all is off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.demo.evidence import Evidence
from worker.demo.provider import Call
from worker.demo.verdict import NONE_RUNNING, Judgement
from worker.store.records import Overview


@dataclass(frozen=True, slots=True)
class Counted:
    """How many calls were made."""

    changing: int
    reads: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How a part ended, in words."""

    right: bool
    key: str
    opened: str
    live_for: str
    stopped: str
    ended_as: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves that a part is off, in words."""

    key: str
    meeting: str
    on_air: bool
    reads: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the last screen contains."""

    evidence: Sequence[Evidence]
    verdicts: Sequence[Judgement]
    """One for each."""

    @property
    def right(self) -> bool:
        """Whether each ended as it should."""
        return all(each.right for each in self.verdicts)

    @property
    def is_well(self) -> bool:
        """Whether each ended as it should, and nothing is on air."""
        return self.right and not any(each.on_air for each in self.evidence)

    def endings(self) -> tuple[Ending, ...]:
        """Return how each ended."""
        return tuple(map(_ending, self.verdicts))

    def proofs(self) -> tuple[Proof, ...]:
        """Return of each what proves that it is off."""
        return tuple(map(_proof, self.evidence, self.verdicts))

    def counted(self) -> Counted:
        """Return the calls about all parts."""
        calls = [call for each in self.evidence for call in each.calls]
        changing = sum(call.changes for call in calls)
        return Counted(changing, len(calls) - changing)

    def summary(self) -> str:
        """Return how it ended, in a sentence."""
        if self.is_well:
            return "Everything ended as it should, and nothing is on air."
        wrong = [each.key for each in self.verdicts if not each.right]
        return f"Not as it should be: {', '.join(wrong)}."

    def as_json(self) -> dict[str, Any]:
        """Return the same for programs."""
        return {
            "ok": self.right,
            "broadcasts": [_as_json(*pair) for pair in zip(self.evidence, self.verdicts, strict=True)],
        }


def _ending(verdict: Judgement) -> Ending:
    return Ending(
        right=verdict.right,
        key=verdict.key,
        opened=_late(verdict.opened_after),
        live_for=f"{verdict.live_for.total_seconds():.1f} s" if verdict.live_for else "never",
        stopped=_late(verdict.stopped_after),
        ended_as=verdict.actual + ("" if verdict.actual == verdict.expected else f", not {verdict.expected}"),
    )


def _proof(evidence: Evidence, verdict: Judgement) -> Proof:
    shut = all(not room.active and not room.flag for room in evidence.rooms)
    reads = " and ".join(f"{each.at.astimezone():%H:%M:%S}" for each in verdict.proof)
    answers = ", ".join(sorted({_answer(each) for each in verdict.proof}))
    return Proof(
        key=evidence.part.key,
        meeting="INACTIVE, flag off" if shut else "open",
        on_air=evidence.on_air,
        reads=f"{reads}: {answers}" if reads else "missing",
    )


def _answer(call: Call) -> str:
    return "none (404)" if call.status == NONE_RUNNING else str(call.status)


def _late(after: timedelta | None) -> str:
    return "never" if after is None else f"{after.total_seconds():+.2f} s"


def _as_json(evidence: Evidence, verdict: Judgement) -> dict[str, Any]:
    return {
        "id": evidence.row.id if evidence.row else evidence.part.key,
        "shows": evidence.part.shows,
        "ok": verdict.right,
        "problems": list(verdict.problems),
        "expected": verdict.expected,
        "state": verdict.actual,
        "starts_at": evidence.starts_at,
        "ends_at": evidence.ends_at,
        "meetings": [room.id for room in evidence.rooms],
        "opened_after_s": _plain(verdict.opened_after),
        "live_for_s": _plain(verdict.live_for),
        "stopped_after_s": _plain(verdict.stopped_after),
        "alerts": sorted(evidence.told),
        "coming": [_coming(each) for each in evidence.coming],
        "calls": [_call(each) for each in evidence.calls],
        "proof": [_call(each) for each in verdict.proof],
        "on_air": evidence.on_air,
    }


def _coming(row: Overview) -> dict[str, str | datetime | None]:
    return {"id": row.id, "state": row.state, "starts_at": row.starts_at}


def _call(call: Call) -> dict[str, str | int | datetime | None]:
    return {"at": call.at, "method": call.method, "path": call.resource, "status": call.status}


def _plain(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds(), 3)
