"""A text that people read on one line, of a column or within one."""

from typing import Any

from config.bounds import LONGEST_TEXT
from jobs import lines


def one_line(text: Any) -> str:
    """Return the text.

    Raises:
        ValueError: it is none, too long, or people cannot be shown it.
    """
    if not isinstance(text, str):
        raise ValueError("not text")  # noqa: TRY004 - every fault of a row is a ValueError
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"more than {LONGEST_TEXT} characters")
    if reason := lines.objection(text):
        raise ValueError(reason)
    return text
