"""Sessions: the running one of a meeting, and all of them (API reference, sections 2 and 3.5)."""

from typing import Any

from worker.simulator import wire
from worker.simulator.bodies import Kick
from worker.simulator.call import Call, endpoint, found
from worker.simulator.envelopes import Reply, success
from worker.simulator.paging import choice, sounds_like
from worker.simulator.physics import Refused
from worker.simulator.session import Attendance, Session


def _active(call: Call) -> Reply:
    talk = call.meeting.session
    if talk is None:
        raise Refused(404, f"No active session found for meeting_id {call.meeting.id}")
    return success(_write(call, talk))


def _kick(call: Call) -> Reply:
    room, given = call.meeting, call.body(Kick)
    if room.session is None:
        raise Refused(404, f"No active session found for meeting_id {room.id}")
    ids, custom_ids = set(given.participant_ids or ()), set(given.custom_participant_ids or ())
    kicked = call.world.presence.leave(room, lambda a: a.id in ids or a.name in custom_ids)
    if not kicked:
        raise Refused(404, f"No user found with id {', '.join(sorted(ids | custom_ids))}")
    return success({"action": "kick", "participants": [_attendance(person) for person in kicked]})


def _kick_all(call: Call) -> Reply:
    kicked = call.world.presence.kick_all(call.meeting)
    return success({"action": "kick-all", "kicked_participants_count": kicked})


def _list(call: Call) -> Reply:
    status, room_id = choice(call.query, "status", ("LIVE", "ENDED")), call.query.get("associated_id")
    talks = [
        talk
        for talk in call.listed(call.tenant.sessions.values(), lambda talk: talk.started_at)
        if status in {None, talk.status} and room_id in {None, talk.meeting_id} and _found(call, talk)
    ]
    if choice(call.query, "sort_order", ("ASC", "DESC")) == "ASC":
        talks.reverse()
    part = call.page(talks)
    return success({"sessions": [_write(call, talk) for talk in part.items]}, paging=part.paging)


def _get(call: Call) -> Reply:
    return success(_write(call, found(call.tenant.sessions, call.params["session"], "session")))


def _found(call: Call, talk: Session) -> bool:
    title = call.tenant.meetings[talk.meeting_id].title
    return sounds_like(call.query.get("search", ""), talk.id, talk.meeting_id, title)


def _write(call: Call, talk: Session) -> dict[str, Any]:
    return wire.session(talk, call.tenant.meetings[talk.meeting_id], call.world.now, call.knobs)


def _attendance(person: Attendance) -> dict[str, str]:
    joined = wire.iso(person.joined_at)
    return {"id": person.id, "name": person.name, "created_at": joined, "updated_at": joined}


SESSIONS = (
    endpoint("GET", "/meetings/{meeting}/active-session", _active),
    endpoint("POST", "/meetings/{meeting}/active-session/kick", _kick),
    endpoint("POST", "/meetings/{meeting}/active-session/kick-all", _kick_all),
    endpoint("GET", "/sessions", _list),
    endpoint("GET", "/sessions/{session}", _get),
)
