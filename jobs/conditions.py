"""The conditions an operator must hear of: each holds at an instant or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from jobs.cause import alike, substance


class Severity(StrEnum):
    """How soon the operator should look."""

    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Condition:
    """Something an operator must hear of, with the cure."""

    name: str
    severity: Severity
    text: str
    cure: str
    cause: str = ""
    """What it is in substance; empty: its text without the numbers, which may do no more than count up."""

    def says_other_than(self, before: "Condition") -> bool:
        """Whether who was told the one of before has to be told this.

        What was told by another worker is known by its text alone.
        """
        if self.severity is not before.severity:
            return True
        if self.cause and before.cause:
            return self.cause != before.cause
        return not alike(self.text, before.text)


def edit_refused(reason: str) -> Condition:
    """A change that was not taken over; what was in force before still is."""
    text, cure = f"change refused: {reason}", "Correct the row or the file."
    return Condition("edit_refused", Severity.WARNING, text, cure, cause=reason)


def rejected(reason: str) -> Condition:
    """A row that cannot be run."""
    text, cure = f"it cannot be run: {reason}", "Correct the row or the file."
    return Condition("rejected", Severity.WARNING, text, cure, cause=reason)


def suspended(reason: str) -> Condition:
    """A run whose decision failed: nothing is decided for it, but its end is kept (law 9)."""
    text, cure = (
        f"suspended after an internal error: {reason}",
        "It will still be stopped at its end. Report this as a bug.",
    )
    return Condition("suspended", Severity.CRITICAL, text, cure, cause=substance(reason))


def row_locked(seconds: float) -> Condition:
    """A row of it that another session keeps locked, so that nothing can be written down of it."""
    text = f"another database session has locked its row for {seconds:g} s: nothing can be saved for it"
    cure = "Commit or roll back that session: the runbook (row_locked) shows how to find it."
    return Condition("row_locked", Severity.CRITICAL, text, cure)


def leaving_on_air(run_ids: Sequence[str]) -> Condition:
    """A worker leaves, nobody is there to take over, and these may be on air (law 11)."""
    cure, cause = "Start a worker before they end.", ", ".join(run_ids)
    text = f"the worker exits with {len(run_ids)} on air and no other worker to stop them: {cause}"
    return Condition("leaving_on_air", Severity.CRITICAL, text, cure, cause)


def not_proven_off(late: timedelta) -> Condition:
    """It should be off since then, and nothing proves it."""
    text = f"not proven off {int(late.total_seconds())} s after it should be"
    cure = (
        "cuelight keeps sending stop until it is off. End the meeting in the provider's dashboard if you can."
    )
    return Condition("not_off", Severity.CRITICAL, text, cure)
