"""Events -> iCalendar (RFC 5545): single instances in UTC, so that no program has to know a zone or a rule.

Texts are escaped and folded by `icalendar`, which is imported when the first calendar is written: it takes
0.1 s. Its own events would take five times as long as these lines.
"""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from worker.operations.calendar import Event

MEDIA_TYPE = "text/calendar; charset=utf-8"

_AT_ONCE = 25
"""Events in one part: 2 ms of work."""
_BEGIN = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//cuelight//broadcasts//EN",
    "NAME:Broadcasts",
    "X-WR-CALNAME:Broadcasts",
    "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    "X-PUBLISHED-TTL:PT1H",
)
"""The name and how often to look again: by RFC 7986 (5.1, 5.7), and as most programs knew them before it."""


async def document(events: AsyncIterable[Sequence[Event]]) -> AsyncIterator[bytes]:
    """Yield the document, a few events at a time: others may do something between two of them."""
    yield _joined(_BEGIN)
    async for part in events:
        for start in range(0, len(part), _AT_ONCE):
            yield _joined(line for each in part[start : start + _AT_ONCE] for line in _lines(each))
    yield _joined(["END:VCALENDAR"])


def _lines(event: Event) -> Iterator[str]:
    changed_at = _stamp(event.changed_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{changed_at}"
    yield f"LAST-MODIFIED:{changed_at}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{event.status}"
    yield f"DTSTART:{_stamp(event.starts_at)}"
    yield f"DTEND:{_stamp(_rounded_up(event.ends_at))}"
    yield _text("SUMMARY", event.title)
    if event.playback_url:
        yield _folded(f"URL:{event.playback_url}")
        yield _text("DESCRIPTION", f"Watch: {event.playback_url}")
    yield "END:VEVENT"


def _text(name: str, text: str) -> str:
    from icalendar import vText  # noqa: PLC0415  See above.

    return _folded(f"{name}:{vText(text).to_ical().decode()}")


def _folded(line: str) -> str:
    from icalendar import parser  # noqa: PLC0415  See above.

    content: Any = parser.Contentline  # It has no types.
    return str(content(line).to_ical().decode())


def _stamp(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _rounded_up(instant: datetime) -> datetime:
    """Return the end in whole seconds, which is never the start in whole seconds."""
    return instant + timedelta(microseconds=-instant.microsecond % 1_000_000)


def _joined(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()
