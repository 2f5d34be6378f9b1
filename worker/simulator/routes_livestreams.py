"""Livestreams: of a meeting, and all of them (API reference, sections 2, 3.3 and 3.6)."""

from collections.abc import Sequence
from typing import Any

from worker.simulator import wire
from worker.simulator.bodies import Body, LivestreamStart
from worker.simulator.call import Call, endpoint, found, paged
from worker.simulator.envelopes import Reply, success
from worker.simulator.meeting import Meeting
from worker.simulator.paging import Page, choice, number
from worker.simulator.physics import Refused
from worker.simulator.stream import Livestream, LivestreamSession, Moment, Phase

Seen = tuple[Livestream, Moment]
_STATUSES = ("LIVE", "IDLE", "ERRORED", "INVOKED")
_KEYS = ("ingest_server", "stream_key")


def _start(call: Call) -> Reply:
    room, given = call.meeting, call.body(LivestreamStart)
    stream = call.world.start_livestream(call.tenant, room, given.name)
    status = stream.moments[-1].status
    return success({"id": stream.id, "status": status} | wire.secrets(stream, call.knobs), status=201)


def _stop(call: Call) -> Reply:
    room, _ = call.meeting, call.body(Body)
    call.world.stop_livestream(room)
    return success({"message": "Stopped live stream successfully"})


def _active(call: Call) -> Reply:
    seen = _last_seen(call, call.meeting.livestreams)
    if seen is None or seen[1].phase is Phase.OFF:
        return _none_active(call, call.meeting, seen)
    written = _write(call, seen)
    shown = written if call.knobs.keys_in_active else {k: v for k, v in written.items() if k not in _KEYS}
    return success([shown] if call.knobs.active_livestream_shape == "list" else shown)


def _none_active(call: Call, room: Meeting, seen: Seen | None) -> Reply:
    match call.knobs.none_active_response:
        case "404":
            raise Refused(404, f"No active livestream found for meeting_id {room.id}")
        case "200_null":
            return success(None)
        case "200_empty":
            return success({})
        case "200_list":
            return success([])
        case "200_idle":
            last = _write(call, seen) if seen else {"meeting_id": room.id}
            return success(last | {"status": "IDLE"})


def _of_meeting(call: Call) -> Reply:
    seen = _all_seen(call, call.meeting.livestreams[::-1])
    runs = [run for stream, _ in seen for run in stream.sessions[::-1]]
    part = call.page(runs)
    sessions = [_write_session(call, run, text_counters=True) for run in part.items]
    if call.knobs.session_shape == "declared":
        data = {
            "livestreams": [_write(call, one) for one in seen],
            "sessions": sessions[0] if sessions else {},
        }
        return success(data | {"paging": part.paging})
    return success(
        {"livestream": _write(call, seen[0]) if seen else {}, "sessions": sessions}, paging=part.paging
    )


def _list(call: Call) -> Reply:
    status = choice(call.query, "status", _STATUSES)
    every = [] if call.query.get("exclude_meetings") == "true" else list(call.tenant.livestreams.values())
    listed = _all_seen(call, call.listed(every, lambda stream: stream.created_at))
    kept = [one for one in listed if status in {None, one[1].status}]
    if choice(call.query, "sort_order", ("ASC", "DSC")) == "ASC":
        kept.reverse()
    if call.knobs.list_shape == "declared":
        return _one_of_list(call, kept)
    return paged(call.page(kept), lambda one: _write(call, one))


def _one_of_list(call: Call, kept: Sequence[Seen]) -> Reply:
    """Answer as declared: one object with the paging inside, so that a page holds one."""
    start = max(1, number(call.query, "page_no"))
    part = Page(kept[start - 1 : start], len(kept), start)
    written = _write(call, part.items[0]) if part.items else {}
    return success(written | {"paging": part.paging})


def _get(call: Call) -> Reply:
    stream, moment = _seen_or_404(call)
    part = call.page(stream.sessions[::-1])
    sessions = [_write_session(call, run) for run in part.items]
    data: dict[str, Any] = {"livestream": _write(call, (stream, moment))}
    if call.knobs.session_shape == "declared":
        return success(data | {"session": sessions[0] if sessions else {}, "paging": part.paging})
    return success(data | {"sessions": sessions}, paging=part.paging)


def _active_session(call: Call) -> Reply:
    stream, moment = _seen_or_404(call)
    if moment.phase is Phase.OFF:
        raise Refused(404, f"No active livestream session found for livestream {stream.id}")
    session = _write_session(call, stream.sessions[-1], text_counters=True)
    return success({"livestream": _write(call, (stream, moment)), "session": session})


def _session(call: Call) -> Reply:
    runs = {run.id: run for stream in call.tenant.livestreams.values() for run in stream.sessions}
    return success(_write_session(call, found(runs, call.params["run"], "livestream session")))


def _of_session(call: Call) -> Reply:
    talk = found(call.tenant.sessions, call.params["session"], "session")
    streams = call.tenant.meetings[talk.meeting_id].livestreams
    part = call.page([run for stream in streams for run in stream.sessions if run.session_id == talk.id])
    sessions = [_write_session(call, run) for run in part.items]
    if call.knobs.session_shape == "declared":
        return success(sessions[0] if sessions else {})
    return success({"data": sessions, "paging": part.paging})


def _seen_or_404(call: Call) -> Seen:
    stream = found(call.tenant.livestreams, call.params["livestream"], "livestream")
    seen = _last_seen(call, [stream])
    if seen is None:
        raise Refused(404, f"No livestream found with id {stream.id}")
    return seen


def _all_seen(call: Call, streams: Sequence[Livestream]) -> list[Seen]:
    return [(stream, seen) for stream in streams if (seen := call.seen(stream))]


def _last_seen(call: Call, streams: Sequence[Livestream]) -> Seen | None:
    return next(((stream, seen) for stream in reversed(streams) if (seen := call.seen(stream))), None)


def _write(call: Call, seen: Seen) -> dict[str, Any]:
    return wire.livestream(*seen, call.knobs)


def _write_session(call: Call, run: LivestreamSession, *, text_counters: bool = False) -> dict[str, Any]:
    return wire.livestream_session(run, call.world.now, call.knobs, text_counters=text_counters)


LIVESTREAMS = (
    endpoint("POST", "/meetings/{meeting}/livestreams", _start),
    endpoint("GET", "/meetings/{meeting}/active-livestream", _active),
    endpoint("POST", "/meetings/{meeting}/active-livestream/stop", _stop),
    endpoint("GET", "/meetings/{meeting}/livestream", _of_meeting),
    endpoint("GET", "/livestreams", _list),
    endpoint("GET", "/livestreams/sessions/{run}", _session),
    endpoint("GET", "/livestreams/{livestream}", _get),
    endpoint("GET", "/livestreams/{livestream}/active-livestream-session", _active_session),
    endpoint("GET", "/sessions/{session}/livestream-sessions", _of_session),
)
