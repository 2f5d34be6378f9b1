"""What is wrong with a file, and where: everything at once, and never more than a screen can hold."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple

MOST = 100
"""Problems of one file that are told, errors before warnings; of the rest it is told that there are more."""


class ProblemSeverity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """The file cannot be used."""
    WARNING = "warning"
    """It can, but is it meant?"""


class Place(NamedTuple):
    """A character of a file; both numbers count from 1. A tuple, because a file has very many."""

    line: int
    column: int


START = Place(1, 1)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, at its place, with its cure."""

    file: str
    line: int
    column: int
    severity: ProblemSeverity
    message: str
    rule: str = "schedule"
    """What kind it is, for programs that sort findings; of those without a name of their own `schedule`."""

    def __str__(self) -> str:
        word = "" if self.severity is ProblemSeverity.ERROR else f"{self.severity}: "
        return f"{self.file}:{self.line}:{self.column}: {word}{self.message}"


class Problems:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._errors: list[Problem] = []
        self._warnings: list[Problem] = []

    def error(self, place: Place, message: str, rule: str = "schedule") -> None:
        """Note something that makes the file unusable."""
        self._note(self._errors, ProblemSeverity.ERROR, place, message, rule)

    def warning(self, place: Place, message: str, rule: str = "schedule") -> None:
        """Note something that is probably not meant. However many there are, the file can be used."""
        self._note(self._warnings, ProblemSeverity.WARNING, place, message, rule)

    @property
    def any_errors(self) -> bool:
        """Whether the file is unusable."""
        return bool(self._errors)

    @property
    def too_many(self) -> bool:
        """Whether looking further is no use to anybody."""
        return len(self._errors) > MOST

    def sorted(self) -> tuple[Problem, ...]:
        """Return all that are told, by their places."""
        errors = self._errors[:MOST]
        warnings = self._warnings[: MOST - len(errors)]
        found = sorted((*errors, *warnings), key=lambda each: (each.line, each.column))
        if self.too_many:
            text = f"there are more problems than these {MOST}: fix these first"
            found.append(Problem(self._file, found[-1].line, 1, ProblemSeverity.ERROR, text))
        elif len(warnings) < len(self._warnings):
            text = "there are more warnings than shown here"
            found.append(Problem(self._file, found[-1].line, 1, ProblemSeverity.WARNING, text))
        return tuple(found)

    def _note(
        self, noted: list[Problem], severity: ProblemSeverity, place: Place, message: str, rule: str
    ) -> None:
        """Keep it, and one more than can be told, which says that there are more."""
        if len(noted) <= MOST:
            noted.append(Problem(self._file, place.line, place.column, severity, message, rule))


def shown(text: str) -> str:
    """Return what was written as a message may quote it: short, on one line, and nothing invisible."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def likely(wrong: str, known: Collection[str]) -> str:
    """Return `; did you mean X?`, or nothing if nothing is near."""
    near = get_close_matches(wrong[:60], known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
