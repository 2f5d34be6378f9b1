"""A schedule of one entry, and what reading it says."""

from pathlib import Path

from config.schedule import Schedule, parse
from jobs.schedule.entry import Entry

EXAMPLE = Path(__file__).parents[3] / "config/example.yaml"
TOP = "timezone: Europe/Berlin\nbroadcasts:\n"
ENTRY = "  - key: webinar\n    title: Webinar\n    start: 2026-12-01T18:00\n    duration: 1h\n"


def said(text: str | bytes, accounts: list[str] | None = None) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [str(each) for each in parse(data, "f", accounts).problems]


def schedule(text: str) -> Schedule:
    reading = parse(text.encode(), "f")
    assert reading.schedule is not None, [str(each) for each in reading.problems]
    return reading.schedule


def only(lines: str = "", top: str = TOP) -> Entry:
    """Return the one entry, with these lines after its usual ones."""
    (entry,) = schedule(f"{top}{ENTRY}{lines}").entries
    return entry


def replaced(old: str, new: str) -> str:
    assert old in ENTRY
    return TOP + ENTRY.replace(old, new)
