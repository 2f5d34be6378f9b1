"""A row of the journal as it is posted to other systems: which ones are, under which name, and as what.

The form is that of Standard Webhooks: a type, the instant at which it happened, and what `GET /api/v1/events`
says of it. No link and no address is in it, since none is in the journal.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from jobs.run.lifecycle import State
from worker.store.records import Event

MOVE, ORDER = "move", "order"
"""The kinds of rows that are posted; attempts and what was seen are the worker's own affair."""

_EVENT = TypeAdapter(Event)
_STATES = frozenset(State)


@dataclass(frozen=True, slots=True)
class EventMessage:
    """An event that is to be posted."""

    seq: int
    at: datetime
    id: str
    """The same for every try, by whichever worker, at whichever address."""
    body: bytes


def message_of(event: Event, installation: str) -> EventMessage | None:
    """Return what is posted of an event; None: nothing is."""
    if (type_ := _type(event)) is None:
        return None
    data = _EVENT.dump_python(event, mode="json")
    body = json.dumps({"type": type_, "timestamp": data["at"], "data": data}).encode()
    return EventMessage(event.seq, event.at, _id(event, installation), body)


def _type(event: Event) -> str | None:
    match event.kind:
        case "move" if event.after in _STATES:
            return f"broadcast.{event.after}"
        case "order":
            return "broadcast.order"
        case _:
            return None


def _id(event: Event, installation: str) -> str:
    """Return its id. The instant is part of it: a database that was restored gives its numbers once more."""
    named = f"{installation}\0{event.seq}\0{event.at.isoformat()}"
    return f"event_{hashlib.sha256(named.encode()).hexdigest()[:32]}"
