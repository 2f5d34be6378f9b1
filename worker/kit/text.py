"""What others wrote, as a screen can show it: titles, names, reasons and replies are data, never commands."""

import re

_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, what reorders the text around it, what breaks lines, and halves of characters."""


def visible(text: str) -> str:
    r"""Return the text on one line, with what a screen would obey written out: `\x1b`, `\n`, `\u202e`.

    What is visible already stays as it is, so that it does no harm to do this twice.
    """
    return _UNSHOWN.sub(lambda found: repr(found[0])[1:-1], text)


def visible_json(document: str) -> str:
    """Return a JSON document that says the same, with what a screen would obey as JSON escapes it.

    Line breaks are kept: outside strings they lay the document out, and within them JSON has none.
    """
    return "\n".join(_UNSHOWN.sub(_escaped, line) for line in document.split("\n"))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
