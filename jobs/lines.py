"""What people read on one line: titles, names, notes, alike in a file, a row and a command."""

import re
import unicodedata

_REFUSED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, line and paragraph breaks, what reorders the text behind it, and halves of characters."""


def objection(text: str) -> str:
    """Return why people cannot be shown this; empty if they can.

    The rest is somebody's own language: joiners, marks of direction, wide blanks, and emoji newer than
    Python's tables.
    """
    if _REFUSED.search(text) or all(_is_blank(each) for each in text):
        return "write visible text, on one line"
    return ""


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"
