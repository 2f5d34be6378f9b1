"""Request bodies, refused as the provider would refuse them (API reference, sections 3 and 7)."""

import json
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from worker.simulator.physics import Refused
from worker.simulator.webhook import Event


class Body(BaseModel):
    """A body of known fields only, each of its exact type."""

    model_config = ConfigDict(strict=True, extra="forbid")


class RecordingConfig(BaseModel):
    """Of which only the length is checked."""

    model_config = ConfigDict(strict=True, extra="allow")

    max_seconds: Annotated[float, Field(ge=60, le=86_400)] | None = None


KeepAlive = Annotated[float, Field(ge=60, le=600)]
Region = Literal["ap-south-1", "ap-southeast-1", "us-east-1", "eu-central-1"]


class NewMeeting(Body):
    """POST /meetings: nothing is required, and the status cannot be set."""

    title: str | None = None
    live_stream_on_start: bool | None = None
    record_on_start: bool | None = None
    persist_chat: bool = False
    summarize_on_end: bool = False
    transcribe_on_end: bool = False
    session_keep_alive_time_in_secs: KeepAlive | None = None
    preferred_region: Region | None = None
    recording_config: RecordingConfig | None = None
    ai_config: dict[str, Any] | None = None


class MeetingPatch(Body):
    """PATCH /meetings/{m}: only what is given is changed."""

    title: str = ""
    status: Literal["ACTIVE", "INACTIVE"] = "ACTIVE"
    live_stream_on_start: bool = False
    record_on_start: bool = False
    persist_chat: bool = False
    summarize_on_end: bool = False
    transcribe_on_end: bool = False
    session_keep_alive_time_in_secs: KeepAlive = 60
    preferred_region: Region | None = None
    recording_config: RecordingConfig = RecordingConfig()
    ai_config: dict[str, Any] = {}


class NewParticipant(Body):
    """POST /meetings/{m}/participants."""

    preset_name: str
    custom_participant_id: str
    name: str | None = None
    picture: str | None = None


Url = Annotated[str, Field(pattern=r"^https?://[^/\s]+")]


class NewWebhook(Body):
    """POST /webhooks, and PUT: what is not given is as it is by default."""

    name: str
    url: Url
    events: list[Event]
    enabled: bool = True


class WebhookPatch(Body):
    """PATCH /webhooks/{id}: only what is given is changed."""

    name: str = ""
    url: Url = ""
    events: list[Event] = []
    enabled: bool = True


class VideoConfig(Body):
    """Of a started livestream."""

    width: int | None = None
    height: int | None = None


class LivestreamStart(Body):
    """POST /meetings/{m}/livestreams."""

    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9-_]*$")] | None = None
    video_config: VideoConfig | None = None
    manual_ingest: bool | None = None


class RecordingStart(BaseModel):
    """POST /recordings, of which only the meeting is read: much else may stand there."""

    model_config = ConfigDict(strict=True, extra="allow")

    meeting_id: str


class RecordingChange(Body):
    """PUT /recordings/{id}."""

    action: Literal["stop", "pause", "resume"]


class Kick(Body):
    """POST /meetings/{m}/active-session/kick: one of the two lists is needed."""

    participant_ids: Annotated[list[str], Field(min_length=1)] | None = None
    custom_participant_ids: Annotated[list[str], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> "Kick":
        if self.participant_ids is None and self.custom_participant_ids is None:
            raise ValueError("must name participant_ids or custom_participant_ids")
        return self


AnyBody = TypeVar("AnyBody", bound=BaseModel)


def parsed(model: type[AnyBody], raw: bytes) -> AnyBody:
    """Read a body; none at all counts as `{}`. Raises `Refused` with 400, naming the field."""
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        raise Refused(400, f"BAD_REQUEST: {_complaint(error)}") from error


def as_json(raw: bytes) -> Any:
    """Read a body for the record: JSON, or None for what is not."""
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    field = f'"{".".join(map(str, first["loc"])) or "value"}"'
    match first["type"]:
        case "missing":
            return f"{field} is required"
        case "extra_forbidden":
            return f"{field} is not allowed"
        case _:
            return f"{field} is not valid: {first['msg']}"
