"""From a call that was decided to the client's method, and from its answer to an outcome."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from config.meeting_fields import BOOLEANS, KEEP_ALIVE, may_be_changed
from jobs.marker import marked
from jobs.model import Outcome, Room
from jobs.run.decision import (
    AddHost,
    Call,
    Create,
    Edit,
    KickAll,
    RemoveHost,
    SetDoors,
    Start,
    Stop,
    StopRecording,
    Urgency,
)
from jobs.run.observations import Meeting
from worker.gateway.meeting_secrets import MeetingSecrets
from worker.gateway.permit import Admit, Permit, WithdrawnError, admit_always
from worker.gateway.queue import CallQueue
from worker.provider.client import ProviderClient
from worker.provider.errors import AbsentError, Effect, NotSentError, ProviderError, RefusedError

DEFAULTS: Mapping[str, object] = MappingProxyType(dict.fromkeys(BOOLEANS, False) | {KEEP_ALIVE: 60})
"""What a meeting is like where nothing is said (API reference, section 3.1)."""
NOTHING_TO_DO = frozenset({400, 404, 409})
"""Answers to stops and kick-all that mean: there was nothing running (API reference, section 5)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a call."""

    outcome: Outcome
    detail: str = ""
    meeting_id: str | None = None
    error: ProviderError | None = None


class Performer:
    """Makes the calls of one account, each once, through its group's queue."""

    def __init__(self, client: ProviderClient, queue: CallQueue, secrets: MeetingSecrets) -> None:
        self._client = client
        self._queue = queue
        self._secrets = secrets

    async def perform(
        self, call: Call, room: Room, admit: Admit = admit_always, permit: Permit | None = None
    ) -> Answer:
        """Make the call and say what is known of its effect. What the provider does never raises.

        `permit`: the one that was asked for before the call was written down. A first stop asks nobody
        whether it may leave (law 3).
        """
        gate = admit_always if call.urgency is Urgency.STOP else admit
        try:
            reply = await self._queue.call(call.urgency, self._request(call, room), gate, permit=permit)
        except WithdrawnError as error:
            return Answer(Outcome.NOT_SENT, str(error))
        except ProviderError as error:
            return Answer(outcome_of(error, call), str(error), error=error)
        return Answer(Outcome.DONE, meeting_id=reply.id if isinstance(reply, Meeting) else None)

    def _request(self, call: Call, room: Room) -> Callable[[], Awaitable[object]]:
        client, meeting_id = self._client, room.meeting_id or ""
        match call:
            case Create(title, options, flag):
                title = marked(title, room.marker)
                return partial(self._create, title, options, flag=flag)
            case Edit():
                fields = changed_fields(call, room, client.account.flavour.name)
                return partial(self._edit, meeting_id, fields)
            case SetDoors():
                return partial(client.patch_meeting, meeting_id, door_fields(call))
            case AddHost(host):
                return partial(client.add_participant, meeting_id, host.name, host.preset, host.id)
            case RemoveHost(host):
                return partial(self._remove, meeting_id, host.id)
            case Start():
                return partial(client.start_stream, meeting_id)
            case Stop():
                return partial(client.stop_stream, meeting_id)
            case KickAll():
                return partial(client.kick_all, meeting_id)
            case StopRecording(recording_id):
                return partial(client.stop_recording, recording_id)

    async def _create(self, title: str, options: Mapping[str, Any], *, flag: bool) -> Meeting:
        filled = self._secrets.put_into(options)
        return await self._client.create_meeting(title, filled, live_stream_on_start=flag)

    async def _edit(self, meeting_id: str, fields: Mapping[str, Any]) -> Meeting:
        return await self._client.patch_meeting(meeting_id, self._secrets.put_into(fields))

    async def _remove(self, meeting_id: str, custom_id: str) -> None:
        for each in await self._client.participants(meeting_id):
            if each.custom_id == custom_id:
                await self._client.remove_participant(meeting_id, each.id)


def changed_fields(edit: Edit, room: Room, flavour: str) -> dict[str, object]:
    """Return the PATCH that brings title and options up to what is wanted: only what is not so already.

    What is wanted no more is set to what the provider takes where nothing is said, if that is known. What the
    flavour takes only when a meeting is made, or never, is left out: it would refuse the rest, too.
    """
    gone = {name: DEFAULTS[name] for name in room.options if name not in edit.options and name in DEFAULTS}
    said = {
        name: value for name, value in edit.options.items() if edit.whole or not _is_so(name, value, room)
    }
    fields = {name: value for name, value in (said | gone).items() if may_be_changed(flavour, name)}
    if edit.whole or room.title != edit.title or not fields:
        return {"title": marked(edit.title, room.marker), **fields}
    return fields


def _is_so(name: str, value: object, room: Room) -> bool:
    return name in room.options and room.options[name] == value


def door_fields(call: SetDoors) -> dict[str, object]:
    """Return the PATCH that sets the doors: the flag and the status, always both."""
    return {
        "live_stream_on_start": call.live_stream_on_start,
        "status": "ACTIVE" if call.active else "INACTIVE",
    }


def outcome_of(error: ProviderError, call: Call) -> Outcome:
    """Return what the error says of the call's effect."""
    if isinstance(error, NotSentError):
        return Outcome.NOT_SENT
    told_by_the_service = isinstance(error, AbsentError | RefusedError)
    ends_something = isinstance(call, Stop | KickAll | StopRecording)
    if ends_something and told_by_the_service and error.status in NOTHING_TO_DO:
        return Outcome.ABSENT
    return Outcome.REFUSED if error.effect is Effect.NONE else Outcome.UNKNOWN
