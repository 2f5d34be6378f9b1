"""Meeting fields against the flavour of the account that a broadcast is to air on."""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table
from typing import Any

from config.entry_model import Written
from config.meeting_fields import BUCKETS, CREATED, KNOWN, unchangeable
from config.problems import Place, Problems


def note_fields(
    entries: Iterable[Written], flavours: Table[str, str], default: str, problems: Problems
) -> None:
    """Note what the flavour does not take when a meeting is made, or when it is changed; each once a place.

    `flavours`: by account, the flavours of all that the settings know. `default`: the account where none is
    named.
    """
    told: set[tuple[Place, str]] = set()
    for each in entries:
        for place, account, fields in _said(each, default):
            for key, text in _remarks(fields, flavours.get(account, "")):
                at = each.place(*place, "meeting", key)
                if (at, text) not in told:
                    told.add((at, text))
                    problems.warning(at, text)


def _said(written: Written, default: str) -> Iterator[tuple[tuple[str, ...], str, Table[str, Any]]]:
    """Yield where meeting fields are said, for which account, and what."""
    options = written.entry.options
    account = options.get("account", default)
    if fields := options.get("meeting"):
        yield (), account, fields
    for suffix, change in written.entry.changes.items():
        if fields := change.options.get("meeting"):
            yield ("change", suffix), change.options.get("account", account), fields


def _remarks(fields: Table[str, Any], flavour: str) -> Iterator[tuple[str, str]]:
    if flavour not in CREATED:
        return
    for key in fields:
        if key in KNOWN and key not in CREATED[flavour]:
            yield key, f"{key}: {flavour} has no such field and may refuse to create the meeting; remove it"
        elif key in unchangeable(flavour):
            yield (
                key,
                f"{key}: {flavour} accepts it only when a meeting is created: a later change is not sent",
            )
    inside = fields.get("recording_config")
    for other, bucket in BUCKETS.items():
        if other != flavour and isinstance(inside, dict) and bucket in inside:
            yield "recording_config", f"{bucket} is {other}'s; {flavour} calls it {BUCKETS[flavour]}"
