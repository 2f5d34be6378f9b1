"""The columns of a list of broadcasts: how each of their values is read."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from config import csv_moments, scalars
from config.problems import shown
from jobs import ids
from jobs.model import LONGEST_OVERRUN, GoLive, RoomUse

_SECOND = timedelta(seconds=1)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ERROR = re.compile(r"#(REF!|VALUE!|N/A|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")


def value(column: str, text: str) -> Any:
    """Return what a cell of this column says.

    Raises:
        ValueError: it says nothing that the column may hold; the message has the cure.
    """
    if not column:
        raise ValueError(f"{shown(text)} is in a column without a name")
    return COLUMNS[column](_plain(text))


def _plain(text: str) -> str:
    """Return a text that is what it looks like.

    Raises:
        ValueError: it is a formula, an error of one, or holds what nobody can see.
    """
    if "\n" in text or "\r" in text:
        raise ValueError("a line break within a value: remove it")
    if found := _CONTROL.search(text):
        raise ValueError(f"a control character within a value: {found[0]!r}")
    if text.startswith("="):
        raise ValueError(f"{shown(text)} is a formula: save its value instead")
    if _ERROR.fullmatch(text):
        raise ValueError(f"{text} is what a wrong formula shows: correct it")
    if not text.strip("#"):
        raise ValueError(f"{shown(text)} is what a narrow column shows: widen it, and save the file again")
    return text


def _id(text: str) -> str:
    if reason := ids.objection(text):
        raise ValueError(reason)
    return text


def _room(text: str) -> RoomUse:
    found = RoomUse(scalars.one_of(RoomUse)(text))
    if found is RoomUse.SHARED:
        raise ValueError("only broadcasts of a schedule can share a room: write own, or leave it empty")
    return found


def _boolean(text: str) -> bool:
    return scalars.boolean(text.lower())


OPTIONS: Mapping[str, Callable[[str], Any]] = {
    "account": scalars.name,
    "go_live": scalars.one_of(GoLive),
    "room": _room,
    "doors": scalars.duration(),
    "prepare": scalars.duration(timedelta(minutes=1)),
    "live_within": scalars.duration(_SECOND),
    "late_start": scalars.duration(),
    "overrun": scalars.duration(most=LONGEST_OVERRUN),
    "end_session": _boolean,
    "keep_recording": _boolean,
}
"""What becomes a field of Broadcast as it is."""
COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "id": _id,
    "title": scalars.title,
    "start": csv_moments.moment,
    "end": csv_moments.end,
    "duration": scalars.duration(_SECOND),
    "zone": scalars.zone,
    **OPTIONS,
}
REQUIRED = ("id", "title", "start")
"""Beside the end, or the duration."""
