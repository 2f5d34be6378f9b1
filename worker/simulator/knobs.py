"""Every assumption about the provider that a test may want otherwise."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Flavour = Literal["realtimekit", "dyte", "realtime-v2"]
Shape = Literal["sample", "declared"]
Envelope = Literal["own", "message", "gateway", "html", "empty"]
Move = Literal["join", "leave"]


def _number(given: Any) -> Any:
    """Return the number that was spelt out, as a command line does."""
    return int(given) if isinstance(given, str) and given.isdecimal() else given


_SPELT = BeforeValidator(_number)
_CALLS: dict[Flavour, int] = {"realtimekit": 1200, "dyte": 2000, "realtime-v2": 2000}
_WINDOW_S: dict[Flavour, float] = {"realtimekit": 300, "dyte": 60, "realtime-v2": 60}


class Knobs(BaseModel):
    """How the simulated provider behaves; the defaults are what the documentation says or integrators saw.

    Names ending in `_s` are seconds. A value that is no valid knob raises `pydantic.ValidationError`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True
    )

    flavour: Flavour = "realtimekit"
    """Base path, authorization and fields of the API."""
    seed: int = 0
    """Of every random choice: ids, keys, jitter, faults."""

    # A stream's life.
    invoke_to_live_s: float = Field(default=15, ge=0)
    """From the start of the exporter to media being ingested."""
    invoke_jitter_s: float = Field(default=5, ge=0)
    """Added to or taken from the above, evenly."""
    stop_to_offline_s: float = Field(default=5, ge=0)
    """From an accepted stop to off air; until then the status stays and a start is refused."""
    status_lag_s: float = Field(default=2, ge=0)
    """Reads show a livestream as it was this long ago; writes act on what it is."""
    max_stream_s: float = Field(default=86_400, gt=0)
    """A livestream ends by itself after being live for this long."""
    counters_lag_s: float = Field(default=45, ge=0)
    """After the end, `ingest_seconds` and `viewer_seconds` read 60 for this long."""
    start_status: Literal["INVOKED", "OFFLINE"] = "INVOKED"
    """What a livestream reads until it is live."""
    final_status: Literal["OFFLINE", "IDLE"] = "OFFLINE"
    """What a livestream reads when it is over."""
    livestream_id: Literal["per_start", "per_meeting"] = "per_start"
    """Whether each start makes a livestream, or a meeting keeps one."""
    errored_probability: float = Field(default=0, ge=0, le=1)
    """Of an exporter to fail instead of going live."""
    err_message: str = "exporter failed to reach the ingest server"
    """The reason such a failure gives."""
    streams_disabled: bool = False
    """Livestreams read `disabled`, and never go live."""

    # Answers that the documentation leaves open.
    none_active_response: Literal["404", "200_null", "200_empty", "200_list", "200_idle"] = "404"
    """Reading the active livestream when there is none."""
    stop_none_status: Annotated[Literal[200, 400, 404, 409], _SPELT] = 404
    """Stopping when nothing runs."""
    stop_ignored_first_n: int = Field(default=0, ge=0)
    """So many stops of each livestream session are answered 200 and do nothing."""
    stop_when_inactive: Annotated[Literal[200, 404], _SPELT] = 200
    """Stopping in an INACTIVE meeting; 404 does nothing."""
    start_dup_status: Annotated[Literal[400, 409], _SPELT] = 400
    """Starting while a livestream runs or is still stopping."""
    start_no_session_status: Annotated[Literal[201, 400, 404, 409], _SPELT] = 400
    """Starting with nobody there; 201 begins a session with only the exporter in it."""
    kick_none_status: Annotated[Literal[400, 404, 409], _SPELT] = 404
    """Emptying a meeting without a session."""
    participants_when_inactive: Annotated[Literal[201, 403], _SPELT] = 201
    """Adding a participant to an INACTIVE meeting."""
    unknown_preset_status: Annotated[Literal[400, 404], _SPELT] = 404
    """Adding a participant with a preset that does not exist."""
    presets: tuple[str, ...] = (
        "group_call_host",
        "group_call_participant",
        "webinar_presenter",
        "webinar_viewer",
        "livestream_host",
        "livestream_viewer",
    )
    """Names of the presets that exist."""
    title_max: int = Field(default=120, gt=0)
    """Longest title accepted."""

    # The form of answers.
    list_shape: Shape = "sample"
    """GET /livestreams: an array, or one object with the paging inside."""
    session_shape: Shape = "sample"
    """Livestream sessions: as in the samples, or as declared."""
    active_livestream_shape: Literal["object", "list"] = "object"
    """Reading the active livestream, which a summary calls a list."""
    disabled_type: Literal["bool", "string"] = "bool"
    """Of the field `disabled`."""
    error_envelope: Envelope = "own"
    """The body of every refusal."""
    error_code_type: Literal["number", "string"] = "number"
    """Of `error.code`."""
    keys_in_active: bool = True
    """Whether reading the active livestream shows ingest server and stream key."""
    stream_key_prefix: str = ""
    """Begins every stream key, so that a leak can be looked for."""
    participant_token_prefix: str = ""
    """Begins every participant token, so that a leak can be looked for."""
    per_page: int = Field(default=25, gt=0)
    """Items on a page when the call names no number."""
    per_page_max: int = Field(default=100, gt=0)
    """Most items on a page, whatever the call names."""
    list_lag_s: float = Field(default=0, ge=0)
    """A new thing is missing from lists for this long."""
    search_lag_s: float = Field(default=0, ge=0)
    """A new thing is missing from searches for this long."""

    # Limits and faults.
    rate_limit: int = Field(default=1200, gt=0)
    """Calls of one credential in any `rate_window_s`; a flavour's own unless given."""
    rate_window_s: float = Field(default=300, gt=0)
    """The window of the above; a flavour's own unless given."""
    block_s: float = Field(default=300, ge=0)
    """Every call is refused for this long once the limit was passed."""
    credentials_state: Literal["valid", "unauthorized", "forbidden"] = "valid"
    """Whether good credentials are still good: revoke them with 401, or take their right with 403."""
    error_rate: float = Field(default=0, ge=0, le=1)
    """Of calls answered 500, 502 or 503 by the edge; half of them have had their effect."""
    timeout_after_commit_rate: float = Field(default=0, ge=0, le=1)
    """Of calls that have their effect and are never answered."""
    latency_s: float = Field(default=0, ge=0)
    """Before each answer, after the effect."""

    # Webhooks.
    webhook_delay_s: float = Field(default=1, ge=0)
    """From what happens to its being posted."""
    webhook_drop: float = Field(default=0, ge=0, le=1)
    """Of events never posted."""
    webhook_duplicate: float = Field(default=0, ge=0, le=1)
    """Of events posted twice."""
    webhook_reorder: float = Field(default=0, ge=0, le=1)
    """Of events held back for 10 s, so that later ones overtake them."""
    webhook_signs: Literal["body", "compact"] = "body"
    """Whether the body as it is posted is signed, or the same JSON without its blanks."""

    # People.
    crowd: bool = False
    """Somebody joins each meeting that opens, and leaves when it is closed and off air."""
    join_delay_s: float = Field(default=5, ge=0)
    """From the opening of a meeting to the crowd's coming."""
    linger_s: float = Field(default=30, ge=0)
    """From a closed meeting going off air to the crowd's leaving."""
    rejoin_after_end: bool = False
    """Somebody tries to join again `join_delay_s` after a session has ended."""
    keep_alive_s: float = Field(default=60, ge=0)
    """A session outlives its last participant by this, where the meeting does not say."""
    plan: tuple[tuple[float, str, Move], ...] = ()
    """Comings and goings: seconds from the beginning, part of the meeting's title, `join` or `leave`."""

    @model_validator(mode="before")
    @classmethod
    def _flavours_own_limit(cls, given: Any) -> Any:
        if not isinstance(given, dict) or given.get("flavour") not in _CALLS:
            return given
        flavour = given["flavour"]
        return {"rate_limit": _CALLS[flavour], "rate_window_s": _WINDOW_S[flavour]} | given

    def turned(self, **changes: Any) -> "Knobs":
        """Return these knobs with some turned. Raises `pydantic.ValidationError` for what is no knob."""
        return Knobs.model_validate(self.model_dump() | changes)
