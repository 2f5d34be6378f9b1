"""Pages, filters and the order of lists (API reference, section 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from worker.simulator.knobs import Knobs
from worker.simulator.physics import Refused

Item = TypeVar("Item")
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some of many items; offsets are item numbers from 1 on, and 0 when there are none at all."""

    items: Sequence[Item]
    total_count: int
    start_offset: int

    @property
    def paging(self) -> dict[str, int]:
        """As the provider writes it."""
        end = (
            min(self.start_offset + len(self.items) - 1, self.total_count) if self.items else self.total_count
        )
        start = min(self.start_offset, self.total_count)
        return {"total_count": self.total_count, "start_offset": start, "end_offset": end}


def page(items: Sequence[Item], query: Query, knobs: Knobs) -> Page[Item]:
    """Cut out the page that is asked for. Raises `Refused` with 400 for what is no number."""
    size = min(number(query, "per_page") or knobs.per_page, knobs.per_page_max)
    start = (max(1, number(query, "page_no")) - 1) * size
    return Page(items[start : start + size], len(items), start + 1)


def number(query: Query, name: str) -> int:
    """Read a number of the query, 0 if it is not there. Raises `Refused` with 400."""
    text = query.get(name) or "0"
    try:
        value = int(float(text))
    except (ValueError, OverflowError) as error:
        raise Refused(400, f'BAD_REQUEST: "{name}" must be a number') from error
    if value < 0:
        raise Refused(400, f'BAD_REQUEST: "{name}" must be larger than or equal to 0')
    return value


def choice(query: Query, name: str, allowed: Sequence[str]) -> str | None:
    """Read one of a set of words, or None. Raises `Refused` with 400."""
    value = query.get(name)
    if value and value not in allowed:
        raise Refused(400, f'BAD_REQUEST: "{name}" must be one of [{", ".join(allowed)}]')
    return value or None


def instant(query: Query, name: str) -> datetime | None:
    """Read an ISO 8601 instant, or None. Raises `Refused` with 400."""
    text = query.get(name)
    if not text:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(400, f'BAD_REQUEST: "{name}" must be in ISO 8601 date format') from error
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def created_between(created_at: datetime, start: datetime | None, end: datetime | None) -> bool:
    """Tell whether an instant lies in a range that may be open."""
    return (start is None or created_at >= start) and (end is None or created_at <= end)


def sounds_like(search: str, *texts: str | None) -> bool:
    """Match loosely, as the provider does: any word of the search, anywhere, in any case."""
    words = search.lower().split()
    return not words or any(word in text.lower() for word in words for text in texts if text)
