"""What a check found, and what mends it."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How it stands with what was checked."""

    OK = "ok"
    WARNING = "warning"
    """It works; is it meant?"""
    PROBLEM = "problem"
    """Broadcasts will suffer from it."""
    SKIPPED = "skipped"
    """It could not be checked, or there is nothing to check."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    check: str
    verdict: Grade
    text: str
    cure: str = ""


def ok(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, Grade.OK, text)


def warning(check: str, text: str, cure: str) -> Finding:
    """Something that should be looked at."""
    return Finding(check, Grade.WARNING, text, cure)


def problem(check: str, text: str, cure: str) -> Finding:
    """Something that has to be mended."""
    return Finding(check, Grade.PROBLEM, text, cure)


def skipped(check: str, text: str) -> Finding:
    """Nothing was checked."""
    return Finding(check, Grade.SKIPPED, text)
