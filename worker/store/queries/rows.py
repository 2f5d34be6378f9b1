"""A row of `broadcasts`, typed by anybody -> the broadcast it asks for, or why it asks for none.

The forms are those that the triggers understand too, so that a row which is read here has its normalised
copies, and one which has none is refused.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from config.meeting import SET_BY_US
from config.secret_fields import objections
from jobs import ids
from jobs.model import LONGEST_OVERRUN, Broadcast, GoLive, Host, RoomUse, Unreadable, Window
from jobs.schedule import durations
from worker.store.engine.columns import Garbled
from worker.store.queries import hosts, json_text
from worker.store.queries.one_line import one_line
from worker.store.queries.sources import OPERATOR, REOPENED, SCHEDULE

LONGEST = timedelta(days=366)

_INSTANT = re.compile(
    r"2[01]\d\d-\d\d-\d\d[T ]([01]\d|2[0-3]):\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-](0\d|1[0-4])(:[0-5]\d)?)",
    re.ASCII,
)
_NO_OFFSET = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d*)?)?)?", re.ASCII)
_GO_LIVE = frozenset(map(str, GoLive))
_ROOM_USE = frozenset(map(str, RoomUse))
_DURATIONS = ("doors", "prepare", "live_within", "late_start")
_SETTINGS = (
    "account",
    "go_live",
    *_DURATIONS,
    "overrun",
    "end_session",
    "keep_recording",
    "meeting",
    "hosts",
    "notify",
    "cancelled",
)
READ = (
    "id",
    "title",
    "starts_at",
    "ends_at",
    "entry",
    "source",
    "room",
    *_SETTINGS,
    "operator_fields",
    "version",
)
"""The columns that are read to know what is wanted, and in which version."""

T = TypeVar("T")
Row = Mapping[Any, Any]


def parse(row: Row) -> Broadcast | Unreadable:
    """Return what the row asks for."""
    try:
        return _broadcast(row)
    except ValueError as error:
        return Unreadable(str(row["id"]), str(error))


def objection(wanted: Broadcast) -> str:
    """Return why no worker would take its row from an operator; empty if one would."""
    found = parse({**columns(wanted), "source": OPERATOR, "operator_fields": "[]"})
    return found.reason if isinstance(found, Unreadable) else ""


def operator_fields(row: Row) -> frozenset[str]:
    """Return the columns that an operator changed.

    Raises:
        ValueError: they are not a list of names.
    """
    return frozenset(one_line(each) for each in json_text.array(_text(row["operator_fields"])))


def instant(text: str) -> datetime:
    """Return the instant that was typed, to the microsecond.

    Raises:
        ValueError: it is none, or has no offset.
    """
    if _NO_OFFSET.fullmatch(text):
        raise ValueError(f"{text[:40]!r} has no UTC offset: write it as 2026-12-01T18:00:00Z or with +01:00")
    if not _INSTANT.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a time: write it as 2026-12-01T18:00:00Z or with +01:00")
    return datetime.fromisoformat(text.upper().replace(" ", "T")).astimezone(UTC)


def _broadcast(row: Row) -> Broadcast:
    _read(row, "operator_fields", lambda _: operator_fields(row))
    starts_at, ends_at = _read(row, "starts_at", instant), _read(row, "ends_at", instant)
    room = _read(row, "room", _room)
    entry, reopened_in = _belonging(row, room)
    return Broadcast(
        id=_read(row, "id", _id),
        title=_read(row, "title", one_line),
        window=Window(starts_at, ends_at),
        entry=entry,
        reopened_in=reopened_in,
        planned_end=None,
        room=room,
        **_settings(*(row[name] for name in _SETTINGS)),
    )


@lru_cache(maxsize=64, typed=True)
def _settings(*values: Any) -> Mapping[str, Any]:
    """Return what thousands of rows have alike, so that it is read once."""
    row = dict(zip(_SETTINGS, values, strict=True))
    return MappingProxyType(
        {
            "account": _read(row, "account", one_line),
            "go_live": _read(row, "go_live", _go_live),
            **{name: _read(row, name, _duration) for name in _DURATIONS},
            "overrun": _read(row, "overrun", _overrun),
            "end_session": _flag(row, "end_session"),
            "keep_recording": _flag(row, "keep_recording"),
            "meeting": _read(row, "meeting", _meeting),
            "hosts": _hosts(row),
            "cancelled": _flag(row, "cancelled"),
        }
    )


def _belonging(row: Row, room: RoomUse) -> tuple[str | None, str | None]:
    """Return the entry it is part of, and the room it is reopened in: its source says which it may name."""
    source = row["source"]
    if source in (SCHEDULE, REOPENED):
        named = None if row["entry"] is None else _read(row, "entry", one_line)
        return (named, None) if source == SCHEDULE else (None, named)
    if row["entry"] is not None:
        raise ValueError("entry: only for broadcasts of a schedule: leave it out")
    if room is RoomUse.SHARED:
        raise ValueError("room: only broadcasts of a schedule can share one: write own, or leave it out")
    return None, None


def _hosts(row: Row) -> tuple[Host, ...]:
    people = _read(row, "hosts", hosts.people)
    return _read(row, "notify", lambda text: hosts.told(people, text))


def _read(row: Row, column: str, parser: Callable[[str], T]) -> T:
    try:
        return parser(_text(row[column]))
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not text")  # noqa: TRY004 - every fault of a row is a ValueError
    return value


def _flag(row: Row, column: str) -> bool:
    value = row[column]
    if isinstance(value, Garbled):
        raise ValueError(f"{column}: {value.found[:40]} is neither 0 nor 1")  # noqa: TRY004 - as above
    return bool(value)


def _id(text: str) -> str:
    if objection := ids.objection(text):
        raise ValueError(objection)
    return text


@lru_cache(maxsize=256)
def _duration(text: str) -> timedelta:
    found = durations.parse(text)
    if found > LONGEST:
        raise ValueError(f"{text[:40]} is longer than {LONGEST.days} days")
    return found


def _overrun(text: str) -> timedelta:
    found = _duration(text)
    if found > LONGEST_OVERRUN:
        raise ValueError(f"{text[:40]} is longer than {durations.format(LONGEST_OVERRUN)}")
    return found


def _go_live(text: str) -> GoLive:
    if text not in _GO_LIVE:
        raise ValueError(f"{text[:40]!r}: write {' or '.join(GoLive)}")
    return GoLive(text)


def _room(text: str) -> RoomUse:
    if text not in _ROOM_USE:
        raise ValueError(f"{text[:40]!r}: write {' or '.join(RoomUse)}")
    return RoomUse(text)


def _meeting(text: str) -> Mapping[str, Any]:
    found = json_text.mapping(text)
    if forbidden := sorted(SET_BY_US & found.keys()):
        raise ValueError(f"{forbidden[0]} cannot be set here: it is derived from the other columns")
    for _, reason in objections(found):
        raise ValueError(reason)
    return MappingProxyType(found)


def columns(broadcast: Broadcast) -> dict[str, Any]:
    """Return the columns that `parse` reads, with the source, as this broadcast, durations to the second."""
    return {
        "id": broadcast.id,
        "title": broadcast.title,
        "starts_at": written(broadcast.window.starts_at),
        "ends_at": written(broadcast.window.ends_at),
        "account": broadcast.account,
        "entry": broadcast.entry if broadcast.reopened_in is None else broadcast.reopened_in,
        "go_live": broadcast.go_live.value,
        "room": broadcast.room.value,
        **{name: durations.format(getattr(broadcast, name)) for name in _DURATIONS},
        "overrun": durations.format(broadcast.overrun),
        "meeting": json_text.of_mapping(broadcast.meeting),
        "hosts": hosts.of_people(broadcast.hosts),
        "notify": hosts.of_contacts(broadcast.hosts),
        "end_session": broadcast.end_session,
        "keep_recording": broadcast.keep_recording,
        "cancelled": broadcast.cancelled,
    }


def written(instant: datetime) -> str:
    """Return the instant as `instant` reads it.

    Raises:
        ValueError: it is naive.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} is a time without a UTC offset")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
