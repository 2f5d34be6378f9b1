"""What others may write, with all that a terminal would obey; and how to see that it did not come out."""

import unicodedata

FORGED = "● LIVE fake"
"""A line that nobody but cuelight itself may begin."""
HOSTILE = f"evil \x1b[2J\x9b1m\a\b\r\t\x85\u202e\u2066\u200f\u061c\u2028\u2029 [red]x[/red]\n{FORGED}"
_REORDERS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def obeyed(output: str) -> list[str]:
    """Return what a terminal would obey in this, lines that somebody forged among it."""
    raw = [repr(each) for each in output.replace("\n", "") if is_obeyed(each)]
    return raw + [line for line in output.split("\n") if line.lstrip(" ").startswith(FORGED)]


def is_obeyed(character: str) -> bool:
    """Whether a terminal does more with it than show it."""
    return unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} or character in _REORDERS
