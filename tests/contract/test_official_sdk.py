"""The vendor's own client, strict about every reply, makes each call that a worker makes."""

from collections.abc import AsyncIterator
from typing import Any

import cloudflare
import httpx
import pytest
from cloudflare import AsyncCloudflare
from cloudflare.resources.realtime_kit import AsyncRealtimeKitResource

from tests.support.clock import HandClock
from worker.simulator import Credentials, Fault, Knobs, Simulator

ACCOUNT, APP = "0" * 32, "14a396e7-ca44-4937-bf1f-050a69118543"
SECRET = "let-me-in"  # noqa: S105 - opens nothing
WHERE: dict[str, Any] = {"account_id": ACCOUNT}
WHICH: dict[str, Any] = {"account_id": ACCOUNT, "app_id": APP}
UNKNOWN = "0d5a4f0e-2f0b-4d0a-9d3a-5b1f5b0c9a11"


class Vendor:
    """A simulator whose shapes are those declared, and the SDK pointed at it."""

    def __init__(self, client: httpx.AsyncClient, simulator: Simulator, clock: HandClock) -> None:
        self.simulator = simulator
        self._clock = clock
        self._sdk = AsyncCloudflare(
            api_token=SECRET,
            base_url="http://simulator/client/v4",
            http_client=client,
            max_retries=0,
            _strict_response_validation=True,
        )

    @property
    def kit(self) -> AsyncRealtimeKitResource:
        return self._sdk.realtime_kit

    async def meeting(self) -> str:
        made = await self.kit.meetings.create(APP, **WHERE, title="Town hall", live_stream_on_start=True)
        assert made.data
        return made.data.id

    async def on_air(self) -> str:
        room = await self.meeting()
        self.simulator.join(room)
        self.wait(20)
        return room

    def wait(self, seconds: float) -> None:
        self._clock.move(seconds)
        self.simulator.advance()


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    clock = HandClock()
    declared = Knobs(
        list_shape="declared",
        session_shape="declared",
        disabled_type="string",
        final_status="IDLE",
        status_lag_s=0,
        invoke_jitter_s=0,
    )
    simulator = Simulator(declared, clock, Credentials((SECRET,), ACCOUNT, APP, ""))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(simulator.app)) as client:
        yield Vendor(client, simulator, clock)


async def test_a_meeting_is_made_read_changed_and_found(vendor: Vendor) -> None:
    room = await vendor.meeting()
    patched = await vendor.kit.meetings.update_meeting_by_id(
        room, **WHICH, status="INACTIVE", live_stream_on_start=False
    )
    assert patched.data
    assert (patched.data.status, patched.data.live_stream_on_start) == ("INACTIVE", False)
    read = await vendor.kit.meetings.get_meeting_by_id(room, **WHICH)
    assert read.data
    assert (read.data.id, read.data.title, read.data.status) == (room, "Town hall", "INACTIVE")
    listed = await vendor.kit.meetings.get(APP, **WHERE, search="Town hall", per_page=10, status="INACTIVE")
    assert [each.id for each in listed.data] == [room]
    assert (listed.paging.total_count, listed.paging.start_offset, listed.paging.end_offset) == (1, 1, 1)


async def test_a_participant_is_added_listed_renewed_and_deleted(vendor: Vendor) -> None:
    room = await vendor.meeting()
    added = await vendor.kit.meetings.add_participant(
        room, **WHICH, preset_name="webinar_presenter", custom_participant_id="studio-1"
    )
    assert added.data
    listed = await vendor.kit.meetings.get_meeting_participants(room, **WHICH)
    assert [each.id for each in listed.data] == [added.data.id]
    renewed = await vendor.kit.meetings.refresh_participant_token(added.data.id, **WHICH, meeting_id=room)
    assert renewed.data.token != added.data.token
    one = await vendor.kit.meetings.get_meeting_participant(added.data.id, **WHICH, meeting_id=room)
    assert one.data.custom_participant_id == "studio-1"
    deleted = await vendor.kit.meetings.delete_meeting_participant(added.data.id, **WHICH, meeting_id=room)
    assert deleted.data
    assert deleted.data.custom_participant_id == "studio-1"


async def test_an_active_session_is_read_and_emptied(vendor: Vendor) -> None:
    room = await vendor.on_air()
    session = await vendor.kit.active_session.get_active_session(room, **WHICH)
    assert session.data
    assert (session.data.status, session.data.associated_id, session.data.live_participants) == (
        "LIVE",
        room,
        1,
    )
    vendor.simulator.join(room, "second")
    kicked = await vendor.kit.active_session.kick_participants(
        room, **WHICH, custom_participant_ids=["second"], participant_ids=["nobody"]
    )
    assert kicked.data
    assert kicked.data.action == "kick"
    emptied = await vendor.kit.active_session.kick_all_participants(room, **WHICH)
    assert emptied.data
    assert emptied.data.kicked_participants_count == 1
    with pytest.raises(cloudflare.NotFoundError):
        await vendor.kit.active_session.get_active_session(room, **WHICH)


async def test_a_livestream_is_started_read_listed_and_stopped(vendor: Vendor) -> None:
    room = await vendor.meeting()
    await vendor.kit.meetings.update_meeting_by_id(room, **WHICH, live_stream_on_start=False)
    vendor.simulator.join(room)
    streams = vendor.kit.livestreams
    started = await streams.start_livestreaming_a_meeting(room, **WHICH, name="main")
    assert started.data
    assert started.data.status == "INVOKED"
    vendor.wait(20)
    active = await streams.get_meeting_active_livestreams(room, **WHICH)
    assert active.data
    assert (active.data.id, active.data.status, active.data.meeting_id) == (started.data.id, "LIVE", room)
    listed = await streams.get_all_livestreams(APP, **WHERE, status="LIVE", sort_order="DSC", per_page=25)
    assert listed.data
    assert listed.data.paging
    assert (listed.data.id, listed.data.paging.total_count) == (started.data.id, 1)
    stopped = await streams.stop_livestreaming_a_meeting(room, **WHICH)
    assert stopped.success
    vendor.wait(5)
    with pytest.raises(cloudflare.NotFoundError):
        await streams.get_meeting_active_livestreams(room, **WHICH)


async def test_livestream_sessions_are_read(vendor: Vendor) -> None:
    room = await vendor.on_air()
    streams = vendor.kit.livestreams
    active = await streams.get_meeting_active_livestreams(room, **WHICH)
    assert active.data
    assert active.data.id
    whole = await streams.get_livestream_session_for_livestream_id(active.data.id, **WHICH)
    running = await streams.get_active_livestreams_for_livestream_id(active.data.id, **WHICH)
    assert whole.data
    assert whole.data.session
    assert running.data
    assert running.data.session
    assert whole.data.session.id == running.data.session.id
    assert (whole.data.session.ingest_seconds, running.data.session.ingest_seconds) == (60, "60.0")
    alone = await streams.get_livestream_session_details_for_session_id(str(whole.data.session.id), **WHICH)
    assert alone.data
    assert alone.data.livestream_id == active.data.id


async def test_a_recording_is_begun_read_listed_and_ended(vendor: Vendor) -> None:
    room, recordings = await vendor.on_air(), vendor.kit.recordings
    begun = await recordings.start_recordings(APP, **WHERE, meeting_id=room)
    active = await recordings.get_active_recordings(room, **WHICH)
    assert begun.data
    assert (active.data.id, active.data.status) == (begun.data.id, "RECORDING")
    listed = await recordings.get_recordings(APP, **WHERE, meeting_id=room)
    assert [each.id for each in listed.data] == [active.data.id]
    ended = await recordings.pause_resume_stop_recording(active.data.id, **WHICH, action="stop")
    assert ended.data
    assert ended.data.status == "UPLOADED"
    with pytest.raises(cloudflare.NotFoundError):
        await recordings.get_active_recordings(room, **WHICH)
    with pytest.raises(cloudflare.BadRequestError):
        await recordings.pause_resume_stop_recording(active.data.id, **WHICH, action="stop")


async def test_a_failure_tells_its_reason(vendor: Vendor) -> None:
    room = await vendor.on_air()
    vendor.simulator.fail(room, "the encoder broke")
    active = await vendor.kit.livestreams.get_meeting_active_livestreams(room, **WHICH)
    assert active.data
    assert active.data.status == "ERRORED"
    told = await vendor.kit.livestreams.get_active_livestreams_for_livestream_id(str(active.data.id), **WHICH)
    assert told.data
    assert told.data.session
    assert told.data.session.err_message == "the encoder broke"


async def test_sessions_and_presets_are_listed(vendor: Vendor) -> None:
    room = await vendor.on_air()
    sessions = await vendor.kit.sessions.get_sessions(APP, **WHERE, status="LIVE", associated_id=room)
    assert sessions.data
    (session,) = sessions.data.sessions or []
    details = await vendor.kit.sessions.get_session_details(session.id, **WHICH)
    assert details.data
    assert (details.data.id, details.data.associated_id) == (session.id, room)
    presets = await vendor.kit.presets.get(APP, **WHERE, per_page=100)
    assert "webinar_presenter" in [preset.name for preset in presets.data]


async def test_webhooks_are_registered_read_changed_and_deleted(vendor: Vendor) -> None:
    hooks, url = vendor.kit.webhooks, "https://cuelight.example.org/webhooks/provider"
    made = await hooks.create_webhook(APP, **WHERE, name="ours", url=url, events=["meeting.started"])
    listed = await hooks.get_webhooks(APP, **WHERE)
    assert [(each.id, each.url, each.enabled) for each in listed.data] == [(made.data.id, url, True)]
    one = await hooks.get_webhook_by_id(made.data.id, **WHICH)
    assert one.data.model_dump() == made.data.model_dump()
    edited = await hooks.edit_webhook(made.data.id, **WHICH, enabled=False)
    assert (edited.data.enabled, edited.data.events) == (False, ["meeting.started"])
    replaced = await hooks.replace_webhook(
        made.data.id, **WHICH, name="ours", url=url, events=["meeting.ended"]
    )
    assert (replaced.data.enabled, replaced.data.events) == (True, ["meeting.ended"])
    deleted = await hooks.delete_webhook(made.data.id, **WHICH)
    assert deleted.data.id == made.data.id
    assert (await hooks.get_webhooks(APP, **WHERE)).data == []
    with pytest.raises(cloudflare.NotFoundError):
        await hooks.get_webhook_by_id(made.data.id, **WHICH)


async def test_refusals_become_the_exceptions_of_their_status(vendor: Vendor) -> None:
    room = await vendor.on_air()
    with pytest.raises(cloudflare.BadRequestError):
        await vendor.kit.livestreams.start_livestreaming_a_meeting(room, **WHICH)
    with pytest.raises(cloudflare.NotFoundError):
        await vendor.kit.meetings.get_meeting_by_id(UNKNOWN, **WHICH)
    with pytest.raises(cloudflare.BadRequestError):
        await vendor.kit.meetings.get_meeting_by_id("TOWN-HALL", **WHICH)
    vendor.simulator.turn(credentials_state="unauthorized")
    with pytest.raises(cloudflare.AuthenticationError):
        await vendor.meeting()
    vendor.simulator.turn(credentials_state="forbidden")
    with pytest.raises(cloudflare.PermissionDeniedError):
        await vendor.meeting()
    vendor.simulator.turn(credentials_state="valid", rate_limit=1)
    with pytest.raises(cloudflare.RateLimitError) as limited:
        await vendor.meeting()
    assert limited.value.response.headers["retry-after"] == "300"


async def test_a_fault_becomes_an_error_of_the_server(vendor: Vendor) -> None:
    vendor.simulator.script(Fault(status=502, envelope="html"))
    with pytest.raises(cloudflare.InternalServerError):
        await vendor.meeting()


@pytest.mark.parametrize("undeclared", [{"list_shape": "sample"}, {"disabled_type": "bool"}])
async def test_the_samples_are_not_what_is_declared(vendor: Vendor, undeclared: dict[str, str]) -> None:
    """Should this fail after an update of the SDK, the description has come closer to the samples."""
    await vendor.on_air()
    vendor.simulator.turn(**undeclared)
    with pytest.raises(cloudflare.APIResponseValidationError):
        await vendor.kit.livestreams.get_all_livestreams(APP, **WHERE)
