"""What the measured provider answers: the paths of the realtimekit flavour, as cheaply as can be."""

import json
from collections.abc import Callable, Collection
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from tests.performance.world import Meeting, World

_DATES = '"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"'
PAGE = 100


class Asked(NamedTuple):
    """A call: whose meeting it names, and what else it says."""

    meeting: str
    query: str
    body: bytes

    def fields(self) -> dict[str, Any]:
        return dict(json.loads(self.body or b"{}"))

    def argument(self, name: str, default: str = "") -> str:
        return parse_qs(self.query).get(name, [default])[0]


class Answer(NamedTuple):
    status: int
    body: str


def kind_of(method: str, path: str) -> tuple[str, str]:
    """Return the call's kind, with `{}` for the meeting, and the meeting's id."""
    parts = path.strip("/").split("/")
    meeting = parts[1] if len(parts) > 1 else ""
    parts[1:2] = ["{}"] if meeting else []
    return f"{method} /{'/'.join(parts)}", meeting


def answer(world: World, kind: str, asked: Asked) -> Answer:
    """Do what is asked for, and say what came of it."""
    whole = _OF_ALL.get(kind)
    if whole:
        return whole(world, asked)
    of_one, meeting = _OF_ONE.get(kind), world.meetings.get(asked.meeting)
    if of_one is None or meeting is None:
        return _refused(404, "not found")
    return of_one(world, meeting, asked)


def _create(world: World, asked: Asked) -> Answer:
    fields = asked.fields()
    made = world.create(fields.get("title", ""), flag=fields.get("live_stream_on_start") is True)
    return _done(_meeting(made), 201)


def _search(world: World, asked: Asked) -> Answer:
    return _page(list(map(_meeting, world.search(asked.argument("search")))), asked)


def _streams(world: World, asked: Asked) -> Answer:
    return _page(world.on_air.get(asked.argument("status"), {}).values(), asked, _stream)


def _sessions(world: World, asked: Asked) -> Answer:
    return _page(world.sessions.values(), asked, _session)


def _read(_world: World, meeting: Meeting, _asked: Asked) -> Answer:
    return _done(_meeting(meeting))


def _patch(world: World, meeting: Meeting, asked: Asked) -> Answer:
    world.change(meeting, asked.fields())
    return _done(_meeting(meeting))


def _participants(_world: World, _meeting: Meeting, asked: Asked) -> Answer:
    return _page([], asked)


def _add(_world: World, _meeting: Meeting, asked: Asked) -> Answer:
    custom = json.dumps(asked.fields().get("custom_participant_id", ""))
    return _done(f'{{"id":"p1","custom_participant_id":{custom},"token":"none",{_DATES}}}', 201)


def _start(world: World, meeting: Meeting, _asked: Asked) -> Answer:
    return _done(_stream(meeting), 201) if world.start(meeting) else _refused(400, "no session")


def _active(_world: World, meeting: Meeting, _asked: Asked) -> Answer:
    return _done(_stream(meeting)) if meeting.stream else _refused(404, "no active livestream")


def _stop(world: World, meeting: Meeting, _asked: Asked) -> Answer:
    return _done('{"message":"Stopped"}') if world.stop(meeting) else _refused(404, "no active livestream")


def _active_session(_world: World, meeting: Meeting, _asked: Asked) -> Answer:
    return _done(_session(meeting)) if meeting.session else _refused(404, "no active session")


def _kick_all(world: World, meeting: Meeting, _asked: Asked) -> Answer:
    return _done('{"action":"kick-all"}') if world.kick_all(meeting) else _refused(404, "no active session")


_OF_ALL: dict[str, Callable[[World, Asked], Answer]] = {
    "POST /meetings": _create,
    "GET /meetings": _search,
    "GET /livestreams": _streams,
    "GET /sessions": _sessions,
}
_OF_ONE: dict[str, Callable[[World, Meeting, Asked], Answer]] = {
    "GET /meetings/{}": _read,
    "PATCH /meetings/{}": _patch,
    "GET /meetings/{}/participants": _participants,
    "POST /meetings/{}/participants": _add,
    "POST /meetings/{}/livestreams": _start,
    "GET /meetings/{}/active-livestream": _active,
    "POST /meetings/{}/active-livestream/stop": _stop,
    "GET /meetings/{}/active-session": _active_session,
    "POST /meetings/{}/active-session/kick-all": _kick_all,
}


def _done(data: str, status: int = 200) -> Answer:
    return Answer(status, f'{{"success":true,"data":{data}}}')


def _refused(status: int, message: str) -> Answer:
    return Answer(status, f'{{"success":false,"error":{{"code":{status},"message":"{message}"}}}}')


def _page(found: Collection[Any], asked: Asked, write: Callable[[Any], str] = str) -> Answer:
    size = min(PAGE, int(asked.argument("per_page", "25")))
    first = (int(asked.argument("page_no", "1")) - 1) * size
    items = ",".join(map(write, islice(found, first, first + size)))
    last = min(first + size, len(found))
    paging = f'{{"total_count":{len(found)},"start_offset":{first + 1},"end_offset":{last}}}'
    return Answer(200, f'{{"success":true,"data":[{items}],"paging":{paging}}}')


def _meeting(meeting: Meeting) -> str:
    flag, status = str(meeting.flag).lower(), "ACTIVE" if meeting.active else "INACTIVE"
    return (
        f'{{"id":"{meeting.id}","title":{json.dumps(meeting.title)},"live_stream_on_start":{flag},'
        f'"record_on_start":false,"persist_chat":false,"summarize_on_end":false,"status":"{status}",{_DATES}}}'
    )


def _stream(meeting: Meeting) -> str:
    return (
        f'{{"id":"s{meeting.id}","name":null,"status":"{meeting.stream}","meeting_id":"{meeting.id}",'
        f'"disabled":false,"ingest_server":"rtmps://ingest.invalid/live/","stream_key":"none",'
        f'"playback_url":"https://playback.invalid/{meeting.id}/manifest/video.m3u8",{_DATES}}}'
    )


def _session(meeting: Meeting) -> str:
    return (
        f'{{"id":"t{meeting.id}","associated_id":"{meeting.id}","status":"LIVE","type":"meeting",'
        f'"live_participants":1,"max_concurrent_participants":1,{_DATES}}}'
    )
