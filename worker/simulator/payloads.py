"""What webhooks tell: camelCase, and without a word of when (API reference, section 9)."""

from collections.abc import Mapping
from typing import Any

from worker.simulator import wire
from worker.simulator.history import Change, Kind
from worker.simulator.knobs import Knobs
from worker.simulator.meeting import Meeting, Tenant

_TOLD = {"LIVE", "OFFLINE", "IDLE"}
"""The states of a livestream that are told; there is no word of INVOKED or ERRORED."""


def payload(change: Change, tenants: Mapping[str, Tenant], knobs: Knobs) -> dict[str, Any] | None:
    """Return what is told of a change; None: nothing is."""
    tenant = tenants[change.tenant]
    room = tenant.meetings[change.meeting_id]
    match change.kind:
        case Kind.SESSION_STARTED:
            return {"event": "meeting.started", "meeting": _meeting(tenant, room, change.subject)}
        case Kind.SESSION_ENDED:
            meeting = _meeting(tenant, room, change.subject) | {"endedAt": wire.iso(change.at)}
            return {"event": "meeting.ended", "meeting": meeting, "reason": _reason(change)}
        case Kind.STREAM_LIVE | Kind.STREAM_OFF if change.value in _TOLD:
            return _livestream(change, tenant, room, knobs)
        case _:
            return None


def _meeting(tenant: Tenant, room: Meeting, session_id: str) -> dict[str, Any]:
    """Write a meeting; its status says LIVE even when it has ended."""
    return {
        "id": room.id,
        "sessionId": session_id,
        "title": room.title,
        "status": "LIVE",
        "createdAt": wire.iso(room.created_at),
        "startedAt": wire.iso(tenant.sessions[session_id].started_at),
        "organizedBy": {"id": tenant.name, "name": "simulated"},
    }


def _reason(change: Change) -> str:
    return "HOST_ENDED_MEETING" if change.reason == "kick-all" else "ALL_PARTICIPANTS_LEFT"


def _livestream(change: Change, tenant: Tenant, room: Meeting, knobs: Knobs) -> dict[str, Any]:
    """Write a livestream: with its meeting and its key, or, as Dyte does, hardly at all."""
    told = {"event": "livestreaming.statusUpdate", "streamId": change.subject, "status": change.value}
    if knobs.flavour != "realtimekit":
        return told
    keys = wire.secrets(tenant.livestreams[change.subject], knobs)
    return told | {
        "manualIngest": False,
        "playbackUrl": keys["playback_url"],
        "ingestServer": keys["ingest_server"],
        "streamKey": keys["stream_key"],
        "meeting": {"id": room.id, "title": room.title, "status": "LIVE"},
    }
