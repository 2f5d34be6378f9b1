"""What a trouble is in substance: who was told of it is not told anew because a number in it moved."""

import re

_REQUEST = re.compile(r" \(request [^)]*\)")
"""How an error names an answer to the vendor's support: each has another."""
_VARIES = re.compile(
    r"(?P<status>(?:^|: )[1-5]\d\d (?!s\b))"
    r"|\b0x[0-9a-f]+"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b(?=[a-f]*\d)[0-9a-f]{8,}\b"
    r"|\d[\d.,:]*",
    re.IGNORECASE,
)


def substance(trouble: str) -> str:
    """Return it without what differs each time: numbers, ids, places in memory; a status stays.

    A status is a number of three digits with which an error begins, as in `502 bad gateway`.
    """
    return _VARIES.sub(_kept, _REQUEST.sub("", trouble))


def alike(one: str, other: str) -> bool:
    """Whether two texts say the same but for numbers: one that counts up is no news."""
    return _without_numbers(one) == _without_numbers(other)


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", substance(text))


def _kept(found: re.Match[str]) -> str:
    return found["status"] or "#"
