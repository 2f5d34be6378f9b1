"""Meetings, participants and presets (API reference, sections 2 and 3)."""

from functools import partial
from uuid import NAMESPACE_OID, uuid5

from worker.simulator import wire
from worker.simulator.bodies import MeetingPatch, NewMeeting, NewParticipant
from worker.simulator.call import Call, endpoint, found, paged
from worker.simulator.envelopes import Reply, success
from worker.simulator.meeting import Meeting, Participant
from worker.simulator.paging import choice, sounds_like
from worker.simulator.physics import Refused

_EPOCH = "2026-01-01T00:00:00.000Z"


def _create(call: Call) -> Reply:
    given = call.body(NewMeeting)
    _check_title(call, given.title)
    room = call.world.create_meeting(call.tenant, given.model_dump(exclude_unset=True))
    return success(wire.meeting(room), status=201)


def _list(call: Call) -> Reply:
    search = call.query.get("search", "")
    status = choice(call.query, "status", ("ACTIVE", "INACTIVE")) if _has_status_filter(call) else None
    rooms = [
        room
        for room in call.listed(call.tenant.meetings.values(), lambda room: room.created_at)
        if status in {None, room.status} and sounds_like(search, room.id, room.title)
    ]
    return paged(call.page(rooms), wire.meeting)


def _get(call: Call) -> Reply:
    return success(wire.meeting(call.meeting))


def _patch(call: Call) -> Reply:
    room, given = call.meeting, call.body(MeetingPatch)
    _check_title(call, given.title)
    if call.knobs.flavour == "dyte" and "recording_config" in given.model_fields_set:
        raise Refused(400, 'BAD_REQUEST: "recording_config" is not allowed')
    call.world.update_meeting(room, given.model_dump(exclude_unset=True))
    return success(wire.meeting(room))


def _add_participant(call: Call) -> Reply:
    given = call.body(NewParticipant).model_dump()
    person = call.world.add_participant(call.meeting, given)
    return success(wire.participant(person) | {"token": _token(call)}, status=201)


def _list_participants(call: Call) -> Reply:
    return paged(call.page(list(call.meeting.participants.values())), wire.participant)


def _get_participant(call: Call) -> Reply:
    return success(wire.participant(_participant(call, call.meeting)))


def _delete_participant(call: Call) -> Reply:
    room = call.meeting
    person = _participant(call, room)
    call.world.delete_participant(room, person)
    return success(wire.participant(person) | {"preset_id": _preset_id(call, person.preset)})


def _refresh_token(call: Call) -> Reply:
    _participant(call, call.meeting)
    return success({"token": _token(call)})


def _presets(call: Call) -> Reply:
    search = call.query.get("search", "")
    names = [name for name in call.knobs.presets if sounds_like(search, name)]
    return paged(call.page(names), partial(_preset, call))


def _preset(call: Call, name: str) -> dict[str, str]:
    return {"id": _preset_id(call, name), "name": name, "created_at": _EPOCH, "updated_at": _EPOCH}


def _preset_id(call: Call, name: str) -> str:
    return str(uuid5(NAMESPACE_OID, f"{call.tenant.name}/{name}"))


def _has_status_filter(call: Call) -> bool:
    return call.knobs.flavour == "realtimekit"


def _check_title(call: Call, title: str | None) -> None:
    if title and len(title) > call.knobs.title_max:
        raise Refused(400, f'BAD_REQUEST: "title" is longer than {call.knobs.title_max} characters')


def _participant(call: Call, room: Meeting) -> Participant:
    return found(room.participants, call.params["participant"], "participant")


def _token(call: Call) -> str:
    return call.world.physics.new_secret(call.knobs.participant_token_prefix)


MEETINGS = (
    endpoint("POST", "/meetings", _create),
    endpoint("GET", "/meetings", _list),
    endpoint("GET", "/meetings/{meeting}", _get),
    endpoint("PATCH", "/meetings/{meeting}", _patch),
    endpoint("POST", "/meetings/{meeting}/participants", _add_participant),
    endpoint("GET", "/meetings/{meeting}/participants", _list_participants),
    endpoint("GET", "/meetings/{meeting}/participants/{participant}", _get_participant),
    endpoint("DELETE", "/meetings/{meeting}/participants/{participant}", _delete_participant),
    endpoint("POST", "/meetings/{meeting}/participants/{participant}/token", _refresh_token),
    endpoint("GET", "/presets", _presets),
)
