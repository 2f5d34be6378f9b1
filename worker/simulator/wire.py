"""Things as the provider writes them in JSON (API reference, section 3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from worker.simulator.knobs import Knobs
from worker.simulator.meeting import Meeting, Participant
from worker.simulator.recording import Recording
from worker.simulator.session import Session
from worker.simulator.stream import Livestream, LivestreamSession, Moment
from worker.simulator.webhook import Webhook

_INGEST = {"realtimekit": "rtmps://live.cloudflare.com:443/live/"}
_INGEST_IVS = "rtmps://simulated.global-contribute.live-video.net:443/app/"
_PLAYBACK = {"realtimekit": "https://customer-simulated.cloudflarestream.com/{id}/manifest/video.m3u8"}
_PLAYBACK_IVS = "https://simulated.playback.live-video.net/api/video/v1/channel.{id}.m3u8"


def iso(at: datetime) -> str:
    """Write an instant with milliseconds and Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def meeting(room: Meeting) -> dict[str, Any]:
    """Write a meeting."""
    return {"id": room.id, **room.options, "status": room.status} | _dates(room.created_at, room.updated_at)


def participant(person: Participant) -> dict[str, Any]:
    """Write a participant, without the token."""
    return {
        "id": person.id,
        "name": person.name,
        "picture": person.picture,
        "custom_participant_id": person.custom_id,
        "preset_name": person.preset,
    } | _dates(person.created_at, person.updated_at)


def livestream(stream: Livestream, seen: Moment, knobs: Knobs) -> dict[str, Any]:
    """Write a livestream as it is seen."""
    return (
        {
            "id": stream.id,
            "name": stream.name,
            "status": seen.status,
            "meeting_id": stream.meeting_id,
            "disabled": str(knobs.streams_disabled).lower()
            if knobs.disabled_type == "string"
            else knobs.streams_disabled,
        }
        | secrets(stream, knobs)
        | _dates(stream.created_at, seen.at)
    )


def secrets(stream: Livestream, knobs: Knobs) -> dict[str, Any]:
    """Write where to send to, and where to watch."""
    return {
        "ingest_server": _INGEST.get(knobs.flavour, _INGEST_IVS),
        "stream_key": stream.key,
        "playback_url": _PLAYBACK.get(knobs.flavour, _PLAYBACK_IVS).format(id=stream.id.replace("-", "")),
    }


def livestream_session(
    run: LivestreamSession, now: datetime, knobs: Knobs, *, text_counters: bool = False
) -> dict[str, Any]:
    """Write a livestream session; the counters are texts where they are declared to be."""
    seconds: float | str = run.ingested(now, timedelta(seconds=knobs.counters_lag_s))
    counted = str(seconds) if text_counters and knobs.session_shape == "declared" else seconds
    return {
        "id": run.id,
        "livestream_id": run.livestream_id,
        "err_message": run.error,
        "invoked_time": iso(run.invoked_at),
        "started_time": _iso_or_none(run.live_at),
        "stopped_time": _iso_or_none(run.ended_at),
        "ingest_seconds": counted,
        "viewer_seconds": counted,
    } | _dates(run.invoked_at, run.ended_at or run.live_at or run.invoked_at)


def recording(kept: Recording) -> dict[str, Any]:
    """Write a recording; where it is to be downloaded is not simulated."""
    return {
        "id": kept.id,
        "status": kept.status,
        "session_id": kept.session_id,
        "output_file_name": f"{kept.id}.mp4",
        "invoked_time": iso(kept.started_at),
        "started_time": iso(kept.started_at),
        "stopped_time": _iso_or_none(kept.ended_at),
        "file_size": None,
        "download_url": None,
        "download_url_expiry": None,
        "audio_download_url": None,
    }


def session(talk: Session, room: Meeting, now: datetime, knobs: Knobs) -> dict[str, Any]:
    """Write a session; the sample of a running one ends at the text "null"."""
    written = {
        "id": talk.id,
        "associated_id": talk.meeting_id,
        "meeting_display_name": room.title or "",
        "type": "meeting",
        "status": talk.status,
        "live_participants": len(talk.present),
        "max_concurrent_participants": talk.most_present,
        "minutes_consumed": round(talk.minutes(talk.ended_at or now), 4),
        "organization_id": talk.tenant,
        "started_at": iso(talk.started_at),
    } | _dates(talk.started_at, talk.updated_at)
    if talk.ended_at:
        return written | {"ended_at": iso(talk.ended_at)}
    return written | ({"ended_at": "null"} if knobs.session_shape == "sample" else {})


def webhook(kept: Webhook) -> dict[str, Any]:
    """Write a webhook."""
    return {
        "id": kept.id,
        "name": kept.name,
        "url": kept.url,
        "events": list(kept.events),
        "enabled": kept.enabled,
    } | _dates(kept.created_at, kept.updated_at)


def _dates(created_at: datetime, updated_at: datetime) -> dict[str, str]:
    return {"created_at": iso(created_at), "updated_at": iso(updated_at)}


def _iso_or_none(at: datetime | None) -> str | None:
    return iso(at) if at else None
