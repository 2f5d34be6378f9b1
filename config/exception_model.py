"""`except` and `also`: what the rule does not count for, and what there is besides, with notes."""

from collections.abc import Mapping as Table
from datetime import date, datetime
from typing import Any

from config import scalars
from config.days_off import days_off
from config.problems import Problems
from config.readers import Reader, each, fields, scalar
from config.yaml_source import Mapping, Node
from jobs.schedule.days_off import DaysOff

Noted = tuple[date | datetime | DaysOff, str]
"""What is excepted or added, and its note: '' if it has none."""

_NOTE: Table[str, Reader] = {"note": scalar(scalars.line)}
EXCEPTION: Table[str, Reader] = {
    "at": scalar(scalars.day_or_moment),
    "holidays": scalar(days_off),
    **_NOTE,
}
EXTRA: Table[str, Reader] = {"at": scalar(scalars.moment), **_NOTE}


def exceptions(node: Node, problems: Problems) -> tuple[Noted, ...] | None:
    """Read what the rule does not count for: dates, times and holidays."""
    found: tuple[Noted, ...] | None = each(_noted(EXCEPTION))(node, problems)
    return found


def extras(node: Node, problems: Problems) -> tuple[Noted, ...] | None:
    """Read the starts of extra occurrences."""
    found: tuple[Noted, ...] | None = each(_noted(EXTRA))(node, problems)
    return found


def _noted(readers: Table[str, Reader]) -> Reader:
    """Read a value, or a mapping of one and its note."""

    def read(node: Node, problems: Problems) -> Noted | None:
        if not isinstance(node, Mapping):
            value = readers["at"](node, problems)
            return None if value is None else (value, "")
        found = fields(readers)(node, problems) or {}
        return _single(found, node, problems) if len(found) == len(node.items) else None

    return read


def _single(found: Table[str, Any], node: Mapping, problems: Problems) -> Noted | None:
    values = [value for name, value in found.items() if name != "note"]
    if len(values) == 1:
        return values[0], found.get("note", "")
    problems.error(
        node.place, "at and holidays cannot be combined: remove one" if values else "at is missing"
    )
    return None
