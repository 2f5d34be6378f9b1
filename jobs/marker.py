"""The marker at the end of a meeting's title: the only proof there that it is ours (law 2)."""

import base64
import hashlib
import re

from jobs.model import TITLE_LIMIT

_LENGTH = len(" [iiii-bbbbbbbb]")
_MARKER = re.compile(r" \[([a-z0-9]{4})-[a-z0-9]{8}\]\Z")
_TAG = re.compile(r"[a-z0-9]{4}")


def marker(installation: str, account: str, room_key: str) -> str:
    """Return ` [iiii-bbbbbbbb]`: the installation's tag, then what follows from account and room.

    Raises:
        ValueError: the tag is not four of a-z 0-9.
    """
    if not _TAG.fullmatch(installation):
        raise ValueError(f"installation tag {installation!r}: use four characters from a-z and 0-9")
    digest = hashlib.sha256(f"{account}\0{room_key}".encode()).digest()
    return f" [{installation}-{base64.b32encode(digest[:5]).decode().lower()}]"


def marked(title: str, marker: str) -> str:
    """Return the title as the provider is told it.

    Raises:
        ValueError: the title leaves no room for the marker.
    """
    if len(title) + len(marker) > TITLE_LIMIT:
        raise ValueError(f"the title has {len(title)} characters, {room_left_for_title()} at most")
    return title + marker


def bears(title: str, marker: str) -> bool:
    """Whether the marker stands exactly at the end. The provider's search is looser, and proves nothing."""
    return title.endswith(marker)


def marker_in(title: str) -> str | None:
    """Return the marker at the end of a title, of whatever installation."""
    found = _MARKER.search(title)
    return found[0] if found else None


def of_installation(title: str, installation: str) -> bool:
    """Whether the title ends with any marker of this installation."""
    found = _MARKER.search(title)
    return found is not None and found[1] == installation


def room_left_for_title() -> int:
    """Return how many characters a title may have beside its marker."""
    return TITLE_LIMIT - _LENGTH
