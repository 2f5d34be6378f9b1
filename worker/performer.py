"""From a call that was decided to the client's method, and from its answer to an outcome."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from jobs.decision import (
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
from jobs.marker import marked
from jobs.model import Outcome, Room
from jobs.seen import Meeting
from worker.caller import Admit, Caller, Permit, WithdrawnError, admit_always
from worker.provider.client import ProviderClient
from worker.provider.errors import AbsentError, Effect, NotSentError, ProviderError, RefusedError

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

    def __init__(self, client: ProviderClient, caller: Caller) -> None:
        self._client = client
        self._caller = caller

    async def perform(
        self, call: Call, room: Room, admit: Admit = admit_always, permit: Permit | None = None
    ) -> Answer:
        """Make the call and say what is known of its effect. What the provider does never raises.

        `permit`: the one that was asked for before the call was written down. A first stop asks nobody
        whether it may leave (law 3).
        """
        gate = admit_always if call.urgency is Urgency.STOP else admit
        try:
            reply = await self._caller.call(call.urgency, self._request(call, room), gate, permit=permit)
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
                return partial(client.create_meeting, title, options, live_stream_on_start=flag)
            case Edit(title, options):
                fields = {"title": marked(title, room.marker), **options}
                return partial(client.patch_meeting, meeting_id, fields)
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

    async def _remove(self, meeting_id: str, custom_id: str) -> None:
        for each in await self._client.participants(meeting_id):
            if each.custom_id == custom_id:
                await self._client.remove_participant(meeting_id, each.id)


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
