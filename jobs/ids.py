"""What a broadcast may be called, and what the room of an entry is: two name spaces; and the installation."""

import re

_OWN = r"(?!-)[a-z0-9._:-]{1,64}"
_ON = r"\d{4}-\d\d-\d\d"
_AT = rf"{_ON}T\d{{4}}(\d\d)?"
_OF_ENTRY = rf"(?!-)[a-z0-9-]{{1,40}}@({_ON}|{_AT}|c[0-9a-f]{{8}}(-{_AT})?)(\.\d{{1,3}})?"
_ID = re.compile(f"{_OWN}|{_OF_ENTRY}", re.ASCII)
INSTALLATION = "*"
"""Stands for the quota group of what belongs to no account; with SQLite for everything."""

_ROOM_OF_ENTRY = "entry/"
"""No id holds a slash, so no broadcast's own room is ever that of an entry."""


def room_of_entry(key: str) -> str:
    """Return what the room is known by that the broadcasts of an entry share."""
    return f"{_ROOM_OF_ENTRY}{key}"


def objection(text: str) -> str:
    """Return why this is no id, with the cure; empty if it is one.

    An occurrence of a schedule's entry is called by the entry's key, its original local date, and, of several
    a day, its hour: `webinar@2026-12-28T1800`; an event of a calendar by eight characters, and in a series by
    its original start: `house@c0123abcd-2026-12-01T1800`; reopened, by a number after that.
    """
    if _ID.fullmatch(text):
        return ""
    return f"{text[:70]!r}: write 1 to 64 of a-z 0-9 . _ : -, not beginning with -"
