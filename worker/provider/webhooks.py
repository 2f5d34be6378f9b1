"""What the provider posts by itself, and where it is told to (API reference, section 9)."""

from dataclasses import dataclass

EVENTS = ("meeting.started", "meeting.ended", "livestreaming.statusUpdate")
"""The events that are worth a look at their meeting."""


@dataclass(frozen=True, slots=True)
class Event:
    """That something happened. It carries no state: nothing in it says when, or in which order."""

    name: str
    meeting_id: str | None
    stream_id: str | None


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address to which the provider posts, as it is registered there."""

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    enabled: bool
