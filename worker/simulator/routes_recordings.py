"""Recordings, and pushes by RTMP (API reference, sections 2 and 10a)."""

from worker.simulator import wire
from worker.simulator.bodies import RecordingChange, RecordingStart
from worker.simulator.call import Call, endpoint, found, paged
from worker.simulator.envelopes import Reply, success
from worker.simulator.physics import Refused


def _start(call: Call) -> Reply:
    given = call.body(RecordingStart)
    room = found(call.tenant.meetings, given.meeting_id, "meeting")
    return success(wire.recording(call.world.recorder.start(call.tenant, room, "requested")), status=201)


def _active(call: Call) -> Reply:
    going_on = call.meeting.recording
    if going_on is None:
        raise Refused(404, f"No active recording found for meeting_id {call.meeting.id}")
    return success(wire.recording(going_on))


def _change(call: Call) -> Reply:
    given = call.body(RecordingChange)
    kept = found(call.tenant.recordings, call.params["recording"], "recording")
    if given.action == "stop":
        call.world.recorder.stop(call.tenant.meetings[kept.meeting_id], kept, "requested")
    else:
        kept.paused = given.action == "pause"
    return success(wire.recording(kept))


def _get(call: Call) -> Reply:
    return success(wire.recording(found(call.tenant.recordings, call.params["recording"], "recording")))


def _list(call: Call) -> Reply:
    room = call.query.get("meeting_id")
    kept = call.listed(call.tenant.recordings.values(), lambda each: each.started_at)
    return paged(call.page([each for each in kept if room in {None, each.meeting_id}]), wire.recording)


RECORDINGS = (
    endpoint("POST", "/recordings", _start),
    endpoint("GET", "/recordings", _list),
    endpoint("GET", "/recordings/active-recording/{meeting}", _active),
    endpoint("GET", "/recordings/{recording}", _get),
    endpoint("PUT", "/recordings/{recording}", _change),
)
