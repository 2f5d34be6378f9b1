"""What was read of a calendar: the instances that air, and every event that does not, with its reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOST_NAMED = 100
"""Events not taken that are named one by one; of the rest it is told how many there are."""
_SHOWN = 60


class UnreadableError(ValueError):
    """Nothing can be taken from it; what there was before stays."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One event as it takes place."""

    series: str
    """Eight characters that follow from the event's UID."""
    original: datetime | None
    """When the series has it, wherever it was moved to; None: it happens once."""
    starts_at: datetime
    ends_at: datetime
    title: str
    """On one line; empty: it has none."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that is not taken."""

    uid: str
    title: str
    on: str
    """Its date as it is written there, or empty."""
    reason: str

    def __str__(self) -> str:
        named = f"{self.title!r}" if self.title else f"UID {self.uid!r}" if self.uid else "an event"
        return f"{named} of {self.on}: {self.reason}" if self.on else f"{named}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar as it was read, from one instant to another."""

    instances: tuple[Instance, ...]
    """By start."""
    refused: tuple[Refused, ...] = ()
    """The first of them."""
    refused_count: int = 0
    cancelled: int = 0
    """Instances that the calendar itself calls cancelled."""
    events: int = 0
    """How many there are in it, whatever they say and whenever they are."""

    def as_json(self) -> dict[str, Any]:
        """Return it as it is handed on and kept."""
        return {
            "instances": [_instance_json(each) for each in self.instances],
            "refused": [[each.uid, each.title, each.on, each.reason] for each in self.refused],
            "refused_count": self.refused_count,
            "cancelled": self.cancelled,
            "events": self.events,
        }


def feed_of(found: Mapping[str, Any]) -> Feed:
    """Return what `as_json` gave.

    Raises:
        ValueError: it is something else.
    """
    try:
        return Feed(
            tuple(_instance_of(*each) for each in found["instances"]),
            tuple(Refused(*map(str, each)) for each in found["refused"]),
            int(found["refused_count"]),
            int(found["cancelled"]),
            int(found["events"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no calendar as it was read: {type(error).__name__}") from None


def feed_text(feed: Feed) -> str:
    """Return it as the database keeps it."""
    return json.dumps(feed.as_json(), ensure_ascii=False, separators=(",", ":"))


def short(text: str) -> str:
    """Return what a calendar says as a message may quote it: on one line, and no longer than that."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 3]}..."


def _instance_json(each: Instance) -> list[str | None]:
    original = each.original.isoformat() if each.original else None
    return [each.series, original, each.starts_at.isoformat(), each.ends_at.isoformat(), each.title]


def _instance_of(series: str, original: str | None, starts_at: str, ends_at: str, title: str) -> Instance:
    moved_from = _instant(original) if original is not None else None
    return Instance(str(series), moved_from, _instant(starts_at), _instant(ends_at), str(title))


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant without an offset")
    return found
