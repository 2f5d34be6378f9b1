"""What happened to a broadcast, step by step, as the journal has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from worker.store.records import Note

_DONE = frozenset({"move", "attempt"})
"""Rows of the journal that tell what the worker did."""


@dataclass(frozen=True, slots=True)
class Story:
    """The journal of one broadcast, oldest step first; programs are told each field of a step by its name."""

    steps: tuple[Note, ...]

    def done(self) -> tuple[Note, ...]:
        """Return what the worker did, of all that happened."""
        return tuple(each for each in self.steps if each.kind in _DONE)


def story(notes: Iterable[Note], until: datetime | None = None) -> Story:
    """Return what happened; with `until`, only until then."""
    return Story(tuple(each for each in notes if until is None or each.at <= until))


def spoken(step: Note) -> str:
    """Return what the worker did in words."""
    if step.kind == "attempt":
        detail = "nothing was running" if step.after == "absent" else step.why
        return f"{step.before}: {step.after}" + (f" ({detail})" if detail else "")
    return f"is {step.after}: {step.why}" if step.why else f"is {step.after}"
