"""An entry whose occurrences are those of a calendar kept elsewhere."""

import hashlib
from collections.abc import Iterable
from collections.abc import Mapping as Table
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from config import scalars
from config.entry_model import ENTRY, OPTIONS, Defaults, Written
from config.entry_model import entry as ordinary_entry
from config.problems import Problems
from config.readers import Reader, each, fields, scalar
from config.secret_fields import FROM, is_name
from config.setting_types import is_loopback
from config.yaml_source import Mapping, Node, Scalar, Sequence
from jobs.schedule.entry import CalendarSource, Entry

USUALLY_EVERY = timedelta(minutes=15)
LEAST_EVERY = timedelta(minutes=1)
REQUIRED = ("key", "calendar")
_SCHEMES = {"webcal": "https", "https": "https", "http": "http"}
_NO_START = datetime(2000, 1, 1)  # noqa: DTZ001  By the local clock, as every start of an entry.
"""It has no start of its own, and nothing looks at this one."""


def address(text: str) -> str:
    """Read where a calendar is: a file beside the schedule's, or a URL. No message repeats it."""
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        return scalars.line(text.strip())
    known = _SCHEMES.get(scheme.lower())
    host = _host(f"https://{rest}")
    if known is None or not host:
        raise ValueError("write a URL that begins with https://, or a file's name")
    if known == "http" and not is_loopback(host):
        raise ValueError("plain http is for this machine only: write https://")
    return f"{known}://{rest}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _written(text: str) -> str:
    found = address(text)
    if "://" in found and urlsplit(found).username is not None:
        raise ValueError(f"a password must not be written here: name it, {{{FROM}: NAME}}")
    return found


def _name(text: str) -> str:
    if not is_name(text):
        raise ValueError("name a secret by letters and digits, joined by single underscores: STUDIO_CALENDAR")
    return text.lower()


def _calendar(node: Node, problems: Problems) -> CalendarSource | None:
    """Read where it is: written down, or the name of the secret that says it."""
    if isinstance(node, Mapping):
        named = fields({FROM: scalar(_name)}, [FROM])(node, problems)
        return CalendarSource(secret=named[FROM]) if named and FROM in named else None
    found = scalar(_written)(node, problems)
    return CalendarSource(address=found) if found else None


def _only(node: Node, problems: Problems) -> tuple[str, ...] | None:
    if isinstance(node, Sequence):
        found: tuple[str, ...] | None = each(scalar(scalars.line))(node, problems)
        return found
    text = scalar(scalars.line)(node, problems)
    return (text,) if text else None


CALENDAR: Table[str, Reader] = {
    "calendar": _calendar,
    "every": scalar(scalars.duration(LEAST_EVERY)),
    "only": _only,
}
"""What only an entry that follows a calendar has."""
FOLLOWING: Table[str, Reader] = {
    **{name: ENTRY[name] for name in ("key", "was", "title", "timezone")},
    **CALENDAR,
    **OPTIONS,
}


def entry(node: Node, defaults: Defaults, problems: Problems) -> Written | None:
    """Read one entry of either kind; None, with the reasons among the problems, if it is not usable."""
    if not isinstance(node, Mapping) or "calendar" not in node.items:
        return ordinary_entry(node, defaults, problems)
    _not_both(node, problems)
    own = fields({**FOLLOWING, **dict.fromkeys(_RULED, _unread)}, REQUIRED)(node, problems)
    if own is None or not all(name in own for name in (*REQUIRED, *(set(node.items) & set(FOLLOWING)))):
        return None
    zone = own.get("timezone") or defaults.zone
    if zone is None:
        problems.error(node.keys["calendar"], "no time zone: write `timezone: Europe/Berlin` at the top")
    return Written(_assembled(own, defaults, zone or "UTC"), node)


_RULED = tuple(name for name in ENTRY if name not in FOLLOWING)


def _unread(_node: Node, _problems: Problems) -> None:
    """Leave it alone: that it is there is what is wrong with it."""


def _not_both(node: Mapping, problems: Problems) -> None:
    for name in _RULED:
        if name in node.items:
            problems.error(node.keys[name], f"{name} and calendar cannot be combined: the calendar says it")


def _assembled(own: Table[str, Any], defaults: Defaults, zone: str) -> Entry:
    source: CalendarSource = own["calendar"]
    options = {**defaults.values, **own}
    return Entry(
        key=own["key"],
        title=own.get("title", own["key"]),
        start=_NO_START,
        end=USUALLY_EVERY,
        zone=zone,
        was=own.get("was"),
        options={name: value for name, value in options.items() if name in OPTIONS},
        calendar=CalendarSource(
            address=source.address,
            secret=source.secret,
            every=own.get("every", USUALLY_EVERY),
            only=own.get("only", ()),
            is_titled="title" in own,
        ),
    )


def masked(text: str, entries: Iterable[Written], problems: Problems) -> str:
    """Return the schedule's text without the addresses of calendars, each of which is the key to one.

    Which one it was can be told by what stands in its place, and so that it was changed.
    """
    nodes = [each.node.items.get("calendar") for each in entries]
    addresses = [each for each in nodes if isinstance(each, Scalar) and "://" in each.text]
    for each_one in addresses:
        if each_one.text not in text:
            problems.error(each_one.place, "write the address plainly: on one line, and without escapes")
    for secret in sorted({one.text for one in addresses}, key=len, reverse=True):
        digest = hashlib.sha256(secret.encode()).hexdigest()[:12]
        text = text.replace(secret, f"https://calendar.invalid/{digest}")
    return text
