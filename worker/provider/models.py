"""From the provider's objects to ours: every shape of sections 3.6 and 4, and no secret of any.

Only what is named here is taken over: stream keys, ingest servers and tokens end where they arrive.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from jobs.run.observations import (
    NO_RECORDING,
    NO_SESSION,
    NO_STREAM,
    Meeting,
    Participant,
    Recording,
    RecordingStatus,
    Session,
    Stream,
    StreamStatus,
)
from worker.provider.errors import BadReplyError
from worker.provider.replies import data, one_line, parsed
from worker.provider.webhooks import Event, Webhook

T = TypeVar("T")

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What may stand in a path."""

_WORDS = {each.value: each for each in StreamStatus if each not in (StreamStatus.NONE, StreamStatus.UNHEARD)}


_RECORDINGS = {each.value: each for each in RecordingStatus if each.value not in ("NONE", "UNHEARD")}


def meeting(found: Any) -> Meeting:
    """Read a meeting."""
    fields = _object(found)
    return Meeting(
        id=_id(fields),
        title=_storable(fields.get("title")),
        active=_status_of_meeting(fields),
        live_stream_on_start=fields.get("live_stream_on_start") is True,
        may_record=fields.get("record_on_start") is True or bool(fields.get("recording_config")),
        created_at=_storable(fields.get("created_at")),
    )


def stream(found: Any) -> Stream:
    """Read a livestream. An empty one is no stream; an unheard-of status is kept as its word (law 7)."""
    if isinstance(found, list) and found:
        return _most_alive([stream(_object(each)) for each in found])
    if found in (None, {}, []):
        return NO_STREAM
    fields = _object(found)
    word = fields.get("status")
    if not isinstance(word, str) or not word:
        raise BadReplyError("a livestream without a status")
    return Stream(
        status=_status(word),
        id=_optional(fields, "id"),
        meeting_id=_optional(fields, "meeting_id"),
        playback_url=_optional(fields, "playback_url"),
        disabled=_truth(fields.get("disabled")),
        word=one_line(word)[:40],
    )


def session(found: Any) -> Session:
    """Read an active session; an empty one is none."""
    if found is None or found in ({}, []):
        return NO_SESSION
    fields = _object(found)
    if fields.get("status") == "ENDED":
        return NO_SESSION
    people = _number(fields.get("live_participants"))
    return Session(_text(fields, "id"), _optional(fields, "associated_id"), people)


def recording(found: Any) -> Recording:
    """Read the active recording of a meeting; an empty one is none. Of several that go on, the first."""
    if isinstance(found, list) and found:
        read = [recording(each) for each in found]
        return next((each for each in read if not each.is_off), read[0])
    if found in (None, {}, []):
        return NO_RECORDING
    fields = _object(found)
    word = _text(fields, "status").strip().upper()
    known = _RECORDINGS.get(word) if word.isascii() else None
    return Recording(known or RecordingStatus.UNHEARD, _id(fields))


def participant(found: Any) -> Participant:
    """Read a participant, without the token."""
    fields = _object(found)
    return Participant(_id(fields), _storable(fields.get("custom_participant_id")))


def preset(found: Any) -> str:
    """Read the name of a preset."""
    return _text(_object(found), "name")


def webhook(found: Any) -> Webhook:
    """Read an address to which the provider posts."""
    fields = _object(found)
    events = fields.get("events")
    return Webhook(
        id=_id(fields),
        name=one_line(_storable(fields.get("name"))),
        url=one_line(_storable(fields.get("url"))),
        events=tuple(one_line(_storable(each)) for each in events) if isinstance(events, list) else (),
        enabled=fields.get("enabled") is not False,
    )


def event(body: bytes) -> Event:
    """Read what the provider posted: its name and of what it tells. All else of it ends here.

    Raises:
        BadReplyError: it is no event.
    """
    fields = _object(parsed(body))
    meeting = fields.get("meeting")
    meeting_id = _id_or_none(meeting, "id") if isinstance(meeting, dict) else None
    return Event(one_line(_text(fields, "event"))[:64], meeting_id, _id_or_none(fields, "streamId"))


def page(found: dict[str, Any]) -> tuple[list[Any], int | None]:
    """Return the items of one page of a list, and how many there are in all (None: not said).

    The list is `data` itself, or an object that holds one list or is the one item, with `paging` at the
    top or within (API reference, section 3.6).
    """
    inner = data(found)
    paging = found.get("paging")
    if isinstance(inner, dict):
        paging = paging or inner.get("paging")
    total = _number(paging.get("total_count")) if isinstance(paging, dict) else None
    return _items(inner), total


def readable(items: Iterable[Any], read: Callable[[Any], T]) -> Iterator[T]:
    """Read what can be read: one sick item does not hide the others (law 9)."""
    for each in items:
        with suppress(BadReplyError):
            yield read(each)


def token(found: Any) -> str:
    """Read a participant's token: a secret, for `links` alone."""
    return _text(_object(found), "token")


def _items(inner: Any) -> list[Any]:
    if isinstance(inner, list):
        return inner
    if inner is None:
        return []
    fields = {name: value for name, value in _object(inner).items() if name != "paging"}
    if not fields:
        return []
    lists = [value for value in fields.values() if isinstance(value, list)]
    if "id" in fields:
        return [fields]
    if len(lists) != 1:
        raise BadReplyError("an unreadable list")
    return lists[0]


def _most_alive(streams: list[Stream]) -> Stream:
    ranks = (StreamStatus.LIVE, StreamStatus.INVOKED, StreamStatus.UNHEARD)
    return next((each for rank in ranks for each in streams if each.status is rank), streams[0])


def _status_of_meeting(fields: dict[str, Any]) -> bool:
    """Anything but INACTIVE lets people in, as far as we know."""
    return fields.get("status") != "INACTIVE"


def _status(word: str) -> StreamStatus:
    """Read a status in any case; beyond ASCII, upper case makes known words of unknown ones."""
    return _WORDS.get(word.strip().upper(), StreamStatus.UNHEARD) if word.isascii() else StreamStatus.UNHEARD


def _object(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise BadReplyError(f"{type(found).__name__} instead of an object")
    return found


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise BadReplyError(f"no {name}")
    return value


def _id(fields: dict[str, Any]) -> str:
    value = _text(fields, "id")
    if not _ID.fullmatch(value):
        raise BadReplyError("an id that no path can hold")
    return value


def _id_or_none(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _storable(value: Any) -> str:
    """Read text as it is, but for what no database takes: halves of characters, and NUL."""
    return value.encode(errors="replace").decode().replace("\0", "") if isinstance(value, str) else ""


def _optional(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value and value.isprintable() else None


def _truth(value: Any) -> bool:
    """Read `disabled`, declared a string in some places and a boolean in others."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
