"""An address to which the provider posts what happens (API reference, section 9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Event = Literal[
    "meeting.started",
    "meeting.ended",
    "meeting.participantJoined",
    "meeting.participantLeft",
    "meeting.chatSynced",
    "recording.statusUpdate",
    "livestreaming.statusUpdate",
    "meeting.transcript",
    "meeting.summary",
]
EVENTS: tuple[Event, ...] = get_args(Event)
"""What can be asked for. Simulated are those of meetings starting and ending, and of livestreams."""


@dataclass(slots=True)
class Webhook:
    """As it was registered."""

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    enabled: bool
    created_at: datetime
    updated_at: datetime
