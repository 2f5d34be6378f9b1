"""What is wrong with a file, and where: everything at once, and never more than a screen can hold."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple

MOST = 100
"""Problems of one file that are kept; the rest is counted."""


class Severity(StrEnum):
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
    severity: Severity
    message: str

    def __str__(self) -> str:
        word = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{self.file}:{self.line}:{self.column}: {word}{self.message}"


class Problems:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: list[Problem] = []
        self._left_out = 0

    def error(self, place: Place, message: str) -> None:
        """Note something that makes the file unusable."""
        self._note(place, Severity.ERROR, message)

    def warning(self, place: Place, message: str) -> None:
        """Note something that is probably not meant."""
        self._note(place, Severity.WARNING, message)

    @property
    def any_errors(self) -> bool:
        """Whether the file is unusable."""
        return any(each.severity is Severity.ERROR for each in self._found)

    @property
    def too_many(self) -> bool:
        """Whether looking further is no use to anybody."""
        return self._left_out > 0

    def sorted(self) -> tuple[Problem, ...]:
        """Return all, by their places."""
        found = sorted(self._found, key=lambda each: (each.line, each.column))
        if self._left_out:
            text = f"more problems follow than these {MOST}: cure them first"
            found.append(Problem(self._file, found[-1].line, 1, Severity.ERROR, text))
        return tuple(found)

    def _note(self, place: Place, severity: Severity, message: str) -> None:
        if len(self._found) >= MOST:
            self._left_out += 1
            return
        self._found.append(Problem(self._file, place.line, place.column, severity, message))


def shown(text: str) -> str:
    """Return what was written as a message may quote it: short, on one line, and nothing invisible."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def likely(wrong: str, known: Collection[str]) -> str:
    """Return `; did you mean X?`, or nothing if nothing is near."""
    near = get_close_matches(wrong[:60], known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
