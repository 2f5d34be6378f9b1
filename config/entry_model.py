"""One item of `broadcasts` -> an Entry."""

from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from config import scalars
from config.exception_model import Noted, exceptions, extras
from config.host_model import hosts, with_zones
from config.meeting import meeting
from config.problems import Place, Problems, shown
from config.readers import Reader, fields, scalar
from config.rule_model import repeat
from config.yaml_source import Mapping, Node, Scalar, Sequence
from jobs.model import LONGEST_OVERRUN, GoLive, RoomUse
from jobs.schedule import local_time
from jobs.schedule.entry import Change, Entry
from jobs.schedule.local_time import zone_of

_SECOND = timedelta(seconds=1)

OPTIONS: Table[str, Reader] = {
    "account": scalar(scalars.name),
    "go_live": scalar(scalars.one_of(GoLive)),
    "doors": scalar(scalars.duration()),
    "prepare": scalar(scalars.duration(timedelta(minutes=1))),
    "live_within": scalar(scalars.duration(_SECOND)),
    "late_start": scalar(scalars.duration()),
    "overrun": scalar(scalars.duration(most=LONGEST_OVERRUN)),
    "end_session": scalar(scalars.boolean),
    "keep_recording": scalar(scalars.boolean),
    "meeting": meeting,
    "room": scalar(scalars.one_of(RoomUse)),
    "hosts": hosts,
}
"""What becomes a field of Broadcast as it is."""

_LENGTH: Table[str, Reader] = {
    "duration": scalar(scalars.duration(_SECOND)),
    "end": scalar(scalars.end),
}
DEFAULTS: Table[str, Reader] = {**_LENGTH, **OPTIONS}
CHANGE: Table[str, Reader] = {
    "skip": scalar(scalars.boolean),
    "note": scalar(scalars.line),
    "title": scalar(scalars.title),
    "start": scalar(scalars.start),
    **_LENGTH,
    **{name: reader for name, reader in OPTIONS.items() if name != "room"},
}


def _change(node: Node, problems: Problems) -> Change | None:
    if isinstance(node, Scalar) and not node.is_null:
        if node.text == "skip":
            return Change(skip=True)
        problems.error(node.place, "write skip, or a mapping of what changes")
        return None
    found = fields(CHANGE)(node, problems)
    if found is None or not _one_length(node, found, problems):
        return None
    return Change(
        skip=found.get("skip", False),
        note=found.get("note", ""),
        start=found.get("start"),
        end=found.get("duration") or found.get("end"),
        options={name: value for name, value in found.items() if name in OPTIONS or name == "title"},
    )


def _changes(node: Node, problems: Problems) -> dict[str, Change] | None:
    if not isinstance(node, Mapping):
        problems.error(node.place, "expected a mapping, as in 2027-01-05: skip")
        return None
    named = {key: scalar(scalars.suffix)(Scalar(key, node.keys[key]), problems) for key in node.items}
    _told_apart(named, node, problems)
    found = {named[key]: _change(item, problems) for key, item in node.items.items()}
    return {suffix: change for suffix, change in found.items() if suffix and change}


def _told_apart(named: Table[str, str | None], node: Mapping, problems: Problems) -> None:
    """Note occurrences that are named twice, in two spellings."""
    firsts: dict[str, str] = {}
    for key, suffix in named.items():
        first = firsts.setdefault(suffix, key) if suffix else key
        if first != key:
            line = node.keys[first].line
            problems.error(
                node.keys[key], f"{shown(key)} is given twice; first in line {line}, as {shown(first)}"
            )


ENTRY: Table[str, Reader] = {
    "key": scalar(scalars.key),
    "was": scalar(scalars.key),
    "title": scalar(scalars.title),
    "timezone": scalar(scalars.zone),
    "start": scalar(scalars.start),
    **_LENGTH,
    "repeat": repeat,
    "except": exceptions,
    "also": extras,
    "change": _changes,
    **OPTIONS,
}
REQUIRED = ("key", "title", "start")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for every entry that does not say otherwise."""

    zone: str | None = None
    values: Table[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """An entry, and where its keys stand."""

    entry: Entry
    node: Mapping

    def place(self, *path: str) -> Place:
        """Return the place of a key, or of the nearest thing around it that is written."""
        node, place = self.node, self.node.place
        for key in path:
            place = node.keys.get(key, place)
            inner = node.items.get(key)
            if not isinstance(inner, Mapping):
                break
            node = inner
        return place

    def item(self, key: str, number: int) -> Place:
        """Return the place of one item of a list."""
        items = self.node.items.get(key)
        return items.items[number].place if isinstance(items, Sequence) else self.place(key)

    def own(self, key: str) -> bool:
        """Whether the entry itself says it, not the defaults."""
        return key in self.node.items


def entry(node: Node, defaults: Defaults, problems: Problems) -> Written | None:
    """Read one entry; None, with the reasons among the problems, if it is not usable."""
    own = fields(ENTRY, REQUIRED)(node, problems)
    if own is None or not isinstance(node, Mapping):
        return None
    end, complete = _end(node, own, defaults, problems), all(name in own for name in REQUIRED)
    if end is None or not complete or not all(key in own for key in node.items if key in ENTRY):
        return None
    zone = own.get("timezone") or defaults.zone
    if zone is None and not _without_zone(own, end):  # What else is wrong is looked for all the same.
        problems.error(node.keys["start"], "no time zone: write `timezone: Europe/Berlin` at the top")
    return Written(with_zones(_assembled(own, end, defaults, zone or "UTC")), node)


def _one_length(node: Node, found: Table[str, Any], problems: Problems) -> bool:
    """Whether at most one of duration and end is given; noted if both are."""
    if "duration" in found and "end" in found:
        problems.error(node.place, "duration and end cannot be combined: remove one")
        return False
    return True


def _end(
    node: Mapping, own: Table[str, Any], defaults: Defaults, problems: Problems
) -> timedelta | time | datetime | None:
    if not _one_length(node, own, problems):
        return None
    if "duration" in node.items or "end" in node.items:
        return _length(own)
    end = _length(defaults.values)
    if end is None:
        problems.error(node.place, "no duration: write `duration: 1h`, or `end: 19:00`")
    return end


def _length(values: Table[str, Any]) -> timedelta | time | datetime | None:
    return values.get("duration") or values.get("end")


def _assembled(
    own: Table[str, Any], end: timedelta | time | datetime, defaults: Defaults, zone: str
) -> Entry:
    options = {**defaults.values, **own}
    excepted, also = _by_the_clock(own.get("except", ()), zone), own.get("also", ())
    return Entry(
        key=own["key"],
        title=own["title"],
        start=own["start"],
        end=end,
        zone=zone,
        was=own.get("was"),
        repeat=own.get("repeat"),
        exceptions=tuple(what for what, _ in excepted),
        exception_notes={what: note for what, note in excepted if note},
        also=tuple(start for start, _ in also),
        also_notes={start: note for start, note in also if note},
        changes=own.get("change", {}),
        options={name: value for name, value in options.items() if name in OPTIONS},
    )


def _by_the_clock(excepted: tuple[Noted, ...], zone: str) -> list[Noted]:
    """Return them with their times by the local clock, as the rule works."""
    return [
        (local_time.wall(what, zone_of(zone)) if isinstance(what, datetime) else what, note)
        for what, note in excepted
    ]


def _without_zone(own: Table[str, Any], end: timedelta | time | datetime) -> bool:
    """Whether every time has its own offset, and nothing needs a local clock."""
    changes = own.get("change", {}).values()
    lengths = [end, *(change.end for change in changes)]
    starts = [
        own["start"],
        *(start for start, _ in own.get("also", ())),
        *(what for what, _ in own.get("except", ())),
        *(change.start for change in changes),
    ]
    moments = [each_one for each_one in (*starts, *lengths) if not isinstance(each_one, timedelta | None)]
    return "repeat" not in own and all(isinstance(m, datetime) and m.tzinfo is not None for m in moments)
