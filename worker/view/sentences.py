"""Steps of a broadcast's life as sentences: what the journal has, and what was asked and told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from jobs.model import Kind, Outcome
from jobs.run.lifecycle import State
from worker.store.records import Alert, Note, Request

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_MOVES: Mapping[str, str] = {
    State.PLANNED: "It is planned",
    State.READY: "It is ready, with a meeting whose doors are closed",
    State.STARTING: "It is starting",
    State.LIVE: "It is on air",
    State.INTERRUPTED: "Its stream is gone, in its window",
    State.STOPPING: "It is being taken off the air",
    State.ENDED: "It is over, and proven off the air",
    State.MISSED: "It was missed",
    State.CANCELLED: "It is cancelled",
    State.REJECTED: "It is rejected",
}
_CALLS: Mapping[str, str] = {
    Kind.CREATE: "create its meeting",
    Kind.ADD_HOST: "add a host",
    Kind.REMOVE_HOST: "remove a host",
    Kind.EDIT: "change the meeting's title or options",
    Kind.SHUT: "close the doors until the start",
    Kind.BACKSTAGE: "open the backstage",
    Kind.OPEN: "open the doors",
    Kind.START: "start the stream",
    Kind.STOP: "stop the stream",
    Kind.CLOSE: "close the meeting",
    Kind.KICK_ALL: "put everybody out",
    Kind.STOP_RECORDING: "end the recording",
}
_OUTCOMES: Mapping[str, str] = {
    Outcome.DONE: "done",
    Outcome.REFUSED: "refused",
    Outcome.ABSENT: "there was nothing to do it to",
    Outcome.NOT_SENT: "not sent",
    Outcome.UNKNOWN: "no usable answer, so it may have taken effect",
    Outcome.PENDING: "no answer yet",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that is known, and since when; programs are told each field by its name."""

    at: datetime | None
    """None: it is no event."""
    kind: str
    """schedule, absent, row, step, request, now, next, alert or file."""
    text: str


def clock(instant: datetime, zone: tzinfo | None) -> str:
    """Return an instant by the clock of a zone, with its day and the zone's short name."""
    return f"{instant.astimezone(zone):%a %d %b %Y %H:%M:%S %Z}"


def localised(text: str, zone: tzinfo | None) -> str:
    """Return a text with each instant in it by the clock of a zone."""
    return _INSTANT.sub(lambda found: clock(datetime.fromisoformat(found[0]), zone), text)


def of_note(note: Note, zone: tzinfo | None) -> str:
    """Return what a row of the journal says."""
    return localised(_ended(_of_note(note)), zone)


def of_request(request: Request) -> str:
    """Return what was asked of a worker, and what it said."""
    what = " ".join(filter(None, (request.kind, request.argument)))
    answer = f"a worker answered: {request.answer}" if request.answer else "no worker has answered yet"
    return _ended(f"{request.by or 'Somebody'} asked for `{what}`; {answer}")


def of_alert(alert: Alert, zone: tzinfo | None) -> str:
    """Return what was told, and until when."""
    until = f" (resolved {clock(alert.resolved_at, zone)})" if alert.resolved_at else ""
    text = f"Alert {alert.title}, {alert.severity}{until}: {alert.text.rstrip('.')}. {alert.cure}"
    return localised(_ended(text), zone)


def _of_note(note: Note) -> str:
    because = f": {note.why}" if note.why else ""
    match note.kind:
        case "move" if not note.before:
            return f"{note.who} picked it up. {_MOVES.get(note.after, note.after)}{_refused(note)}"
        case "move":
            return f"{_MOVES.get(note.after, note.after)}{because}"
        case "order":
            return f"{_who(note.who)} {note.why}"
        case "edit" if note.after == "accepted":
            return f"The row as it stands is in force{because}"
        case "edit" if note.after == "refused":
            return f"The row as it stands is refused{because}"
        case "edit":
            return f"{_who(note.who)} gave it another id, {note.after} instead of {note.before}{because}"
        case "alert":
            return f"{note.who} resolved the alert {note.before}{because}"
        case _:
            return _of_call(note, because)


def _refused(note: Note) -> str:
    """Return why it cannot be run; that one that can was picked up is said already."""
    return f": {note.why}" if note.after == State.REJECTED and note.why else ""


def _of_call(note: Note, because: str) -> str:
    asked = _CALLS.get(note.before, note.before)
    match note.kind:
        case "attempt":
            outcome = _OUTCOMES.get(note.after, note.after)
            return f"The provider was asked to {asked}: {outcome}" + (f" ({note.why})" if note.why else "")
        case "wait" if note.after == "waits":
            return f"The call to {asked} waits{because}"
        case "wait":
            return f"The call to {asked} goes on{because}"
        case "seen":
            return f"Seen{because}"
        case _:
            return " ".join(filter(None, (note.kind, note.before, note.after))) + because


def _who(by: str) -> str:
    """Return who changed something: an operator, or a schedule that was put in force."""
    if by == "follow":
        return "The schedule file that a worker follows"
    if by == "rule":
        return "The rule `overrun`"
    if by.startswith("apply by "):
        return f"{by.removeprefix('apply by ')}, with `cuelight apply`,"
    return by


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
