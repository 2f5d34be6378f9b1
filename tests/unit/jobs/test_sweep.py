"""The sweep: what is ours and on air without a window is stopped; what is not ours is never touched."""

import asyncio
import json
from dataclasses import replace

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from jobs.marker import marker
from jobs.model import Room, Run
from jobs.run.lifecycle import OVER, State
from jobs.run.observations import NO_RECORDING, Meeting, Recording, RecordingStatus, Stream, StreamStatus
from jobs.sweep import ATTENDED, Found, Kept, Use, Verdict, use_of, verdict, waiting_in
from tests.support.clock import NOON, HandClock
from tests.support.gateway import gateway_of
from tests.support.leases import HeldLeases
from tests.support.provider import LaidOutClient
from worker.alerting.alerts import Alerts
from worker.engine.sweeper import AGAIN_AFTER, Sweeper
from worker.provider.errors import UnansweredError
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.records import Note, Overview

TAG = "ours"
MARKER = marker(TAG, "default", "show")
OURS = f"Show{MARKER}"
ROOM = Kept(MARKER, "m", (Use("show", State.ENDED, MARKER),))


def found(meeting_id: str = "m", title: str = OURS, *, on_air: bool = True, is_open: bool = True) -> Found:
    return Found(meeting_id, title, on_air, is_open)


@pytest.mark.parametrize(
    ("meeting", "room", "what"),
    [
        (found(), ROOM, Verdict.STOP),
        (found(on_air=False), ROOM, Verdict.LEAVE),
        (found(), replace(ROOM, uses=(Use("show", State.LIVE),)), Verdict.LEAVE),
        (found(), replace(ROOM, uses=(Use("show", State.READY),)), Verdict.LEAVE),
        (found(), replace(ROOM, uses=(Use("show", State.STOPPING),)), Verdict.LEAVE),
        (found(), replace(ROOM, uses=(Use("show", State.PLANNED),)), Verdict.STOP),
        (found("twin"), ROOM, Verdict.STOP),
        (found("twin", on_air=False), ROOM, Verdict.CLOSE),
        (found("twin", on_air=False, is_open=False), ROOM, Verdict.LEAVE),
        (found("twin", on_air=False), replace(ROOM, meeting_id=None), Verdict.LEAVE),
        (found("twin"), replace(ROOM, meeting_id=None), Verdict.STOP),
        (found("lost", f"X{marker(TAG, 'default', 'other')}", on_air=False), ROOM, Verdict.CLOSE),
        (found("foreign", "Show [othr-abcdefgh]"), ROOM, Verdict.FOREIGN),
        (found("foreign", "Show"), ROOM, Verdict.FOREIGN),
        (found("foreign", "Show", on_air=False), ROOM, Verdict.LEAVE),
        (found("m", "Renamed by hand"), ROOM, Verdict.STOP),
    ],
)
def test_what_is_done_about_a_meeting(meeting: Found, room: Kept, what: Verdict) -> None:
    assert verdict(meeting, [room], TAG) is what


def test_a_twin_belongs_to_the_run_whose_marker_it_bears() -> None:
    assert use_of(found("twin"), [ROOM]) == ROOM.uses[0]
    assert use_of(found("x", "Show"), [ROOM]) is None


WAITS, AIRS = Use("later", State.READY), Use("show", State.LIVE)


@pytest.mark.parametrize(
    ("uses", "waiting"),
    [
        ((WAITS,), (WAITS,)),
        ((AIRS, WAITS), ()),
        ((replace(AIRS, state=State.STOPPING), WAITS), ()),
        ((replace(AIRS, state=State.ENDED), WAITS), (WAITS,)),
        ((AIRS,), ()),
    ],
)
def test_who_waits_for_its_start_hears_of_a_stream_unless_another_run_airs_it(
    uses: tuple[Use, ...], waiting: tuple[Use, ...]
) -> None:
    assert waiting_in(found(), [replace(ROOM, uses=uses)]) == waiting


TITLES = st.sampled_from([OURS, "Show", "Show [othr-abcdefgh]", f"A{marker(TAG, 'default', 'b')}", "[ours-"])
MEETINGS = st.builds(Found, st.sampled_from("mnop"), TITLES, st.booleans(), st.booleans())
USES = st.lists(st.builds(Use, st.sampled_from("ab"), st.sampled_from(State)), max_size=3).map(tuple)
ROOMS = st.lists(st.builds(Kept, st.just(MARKER), st.sampled_from([None, *"mnop"]), USES), max_size=3)


@given(MEETINGS, ROOMS)
def test_nothing_foreign_and_nothing_that_a_run_looks_after_is_ever_touched(
    meeting: Found, rooms: list[Kept]
) -> None:
    what = verdict(meeting, rooms, TAG)
    adopted = [room for room in rooms if room.meeting_id == meeting.meeting_id]
    ours = adopted or TAG in meeting.title.partition(" [")[2]
    if what in (Verdict.STOP, Verdict.CLOSE):
        assert ours
        assert not adopted or not any(use.state in ATTENDED for use in adopted[0].uses)
    assert set(OVER) & ATTENDED == set()


def overview(id_: str, *, cancelled: bool) -> Overview:
    return Overview(
        id=id_,
        title="Show",
        account="default",
        state=State.LIVE,
        why="",
        entered_at=None,
        starts_at=None,
        ends_at=None,
        entry=None,
        source="sql",
        cancelled=cancelled,
    )


class Rooms:
    def __init__(self) -> None:
        self.kept = [ROOM]
        self.notes: list[tuple[str, str]] = []
        self.away = False
        self.full = False
        self.called_off = False

    async def rooms_behind(self, _ids: object, _markers: object) -> list[Kept]:
        if self.away:
            raise StoreUnavailableError("the database does not answer")
        return self.kept

    async def find(self, broadcast_id: str) -> Overview | None:
        return overview(broadcast_id, cancelled=self.called_off)

    async def note(self, run_id: str, note: Note) -> None:
        if self.full:
            raise StoreUnavailableError("database or disk is full")
        self.notes.append((run_id, note.why))


class World:
    def __init__(self) -> None:
        self.clock, self.client, self.rooms, self.leases = HandClock(), LaidOutClient(), Rooms(), HeldLeases()
        gateway = gateway_of(self.client, self.clock)
        self.alerts = Alerts(inline(), self.clock)
        self.woken: list[tuple[str, str]] = []
        self.in_hand: Run | None = None
        self.sweeper = Sweeper(
            rooms=self.rooms,
            gateways={"default": gateway},
            leases=self.leases,
            alerts=self.alerts,
            clock=self.clock,
            worker="w",
            installation=TAG,
            wake=lambda *use: self.woken.append(use),
            holder_of=lambda meeting_id: self.in_hand if self.in_hand and meeting_id == "m" else None,
        )

    def put_on_air(self, meeting_id: str, title: str, *, may_record: bool = False) -> None:
        meeting = Meeting(meeting_id, title, active=True, live_stream_on_start=True, may_record=may_record)
        self.client.found = (meeting,)
        self.client.streams_of[meeting_id] = Stream(StreamStatus.LIVE, meeting_id=meeting_id)

    def changed(self) -> list[str]:
        return [each for each in self.client.asked if each.startswith(("stop", "patch", "kick"))]


@pytest.mark.parametrize(
    ("recording", "told", "calls"),
    [
        (Recording(RecordingStatus.RECORDING, "r1"), "stop_recording done", ["stop recording r1"]),
        (NO_RECORDING, "recording none", []),
    ],
)
async def test_what_is_recorded_beside_it_ends_with_it(
    recording: Recording, told: str, calls: list[str]
) -> None:
    world = World()
    world.put_on_air("m", OURS, may_record=True)
    world.client.recordings_of["m"] = recording
    await world.sweeper.sweep()
    assert world.changed()[2:] == calls
    assert world.rooms.notes == [("show", f"sweep: meeting m stopped; stop done, close done, {told}")]
    await world.sweeper.close()


async def test_a_recording_that_cannot_be_read_keeps_nothing_from_being_swept() -> None:
    world = World()
    world.put_on_air("m", OURS, may_record=True)

    def fail_on_recordings() -> None:
        is_asked = world.client.asked[-1].startswith("recording")
        world.client.trouble = UnansweredError("too late") if is_asked else None

    world.client.on_ask = fail_on_recordings
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    assert world.rooms.notes[0][1].endswith("close done, recording unknown: too late")
    await world.sweeper.close()


async def test_what_is_on_air_after_its_end_is_stopped_closed_journalled_and_told() -> None:
    world = World()
    world.put_on_air("m", OURS)
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    assert world.changed() == ["stop m", "patch m {'live_stream_on_start': False, 'status': 'INACTIVE'}"]
    assert world.rooms.notes == [("show", "sweep: meeting m stopped; stop done, close done")]
    assert (world.woken, world.alerts.open()) == ([("show", MARKER)], ["meeting/default/m/swept"])
    world.client.streams_of.clear()
    await world.sweeper.sweep()
    assert world.alerts.open() == []
    await world.sweeper.close()


async def test_a_sweep_that_did_not_get_through_takes_nothing_back() -> None:
    world = World()
    world.put_on_air("m", OURS)
    await world.sweeper.sweep()
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    await world.sweeper.sweep()
    assert world.alerts.open() == ["meeting/default/m/swept"]
    world.client.trouble = None
    world.client.streams_of.clear()
    await world.sweeper.sweep()
    assert world.alerts.open() == []
    await world.sweeper.close()


async def test_an_account_that_is_read_takes_back_what_is_over_there_and_nothing_of_another() -> None:
    world = World()
    other = LaidOutClient()
    world.sweeper.gateways = {
        **world.sweeper.gateways,
        "events": replace(gateway_of(other, world.clock), account="events"),
    }
    world.put_on_air("m", OURS)
    other.found, other.streams_of = world.client.found, dict(world.client.streams_of)
    await world.sweeper.sweep()
    assert world.alerts.open() == ["meeting/default/m/swept", "meeting/events/m/swept"]
    other.trouble = UnansweredError("no whole answer within 8 s")
    world.client.streams_of.clear()
    await world.sweeper.sweep()
    assert world.alerts.open() == ["meeting/events/m/swept"]
    await world.sweeper.close()


async def test_streams_of_others_are_said_once_though_a_sweep_between_failed() -> None:
    world = World()
    world.put_on_air("theirs", "Their show")
    with structlog.testing.capture_logs() as lines:
        for trouble in (None, UnansweredError("no whole answer within 8 s"), None):
            world.client.trouble = trouble
            await world.sweeper.sweep()
    assert sum(each["event"] == "foreign_streams" for each in lines) == 1
    await world.sweeper.close()


async def test_what_was_on_air_is_swept_again_soon_until_nothing_is() -> None:
    world = World()
    world.put_on_air("m", OURS)
    await world.sweeper.sweep()
    for _ in range(3):
        for _ in range(30):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
        world.clock.move(AGAIN_AFTER)
    for _ in range(30):
        await asyncio.sleep(0)  # noqa: TID251  As above.
    assert world.changed().count("stop m") == 4
    await world.sweeper.close()


async def test_a_sweep_that_did_not_get_through_is_made_again_soon() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    assert await world.sweeper.sweep() == []
    world.client.trouble = None
    for _ in range(2):
        for _ in range(30):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
        world.clock.move(AGAIN_AFTER)
    assert "stop m" in world.changed()
    await world.sweeper.close()


async def test_a_sweep_that_met_a_database_failure_is_made_again_soon() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.away = True
    with pytest.raises(StoreUnavailableError):
        await world.sweeper.sweep()
    for away in (True, False, False):
        for _ in range(30):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
        world.rooms.away = away
        world.clock.move(AGAIN_AFTER)
    for _ in range(30):
        await asyncio.sleep(0)  # noqa: TID251  As above.
    assert "stop m" in world.changed()
    await world.sweeper.close()


async def test_what_cannot_be_noted_is_stopped_all_the_same_and_holds_up_no_other() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.client.found += (Meeting("m2", OURS, active=True, live_stream_on_start=True),)
    world.client.streams_of["m2"] = Stream(StreamStatus.LIVE, meeting_id="m2")
    world.rooms.full = True
    await world.sweeper.sweep()
    assert [each for each in world.changed() if each.startswith("stop")] == ["stop m", "stop m2"]
    await world.sweeper.close()


def in_state(state: State) -> Run:
    room = Room(key="show", account="default", marker=MARKER, meeting_id="m", held_by="show")
    return Run(id="show", state=state, room=room, entered_at=NOON)


@pytest.mark.parametrize("state", [State.STARTING, State.LIVE, State.INTERRUPTED])
async def test_a_show_that_this_worker_knows_to_be_in_its_window_is_not_swept_though_its_row_is_lost(
    state: State,
) -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.kept = []
    world.in_hand = in_state(state)
    with structlog.testing.capture_logs() as lines:
        assert await world.sweeper.sweep() == []
    assert world.changed() == []
    assert [each["run"] for each in lines if each["event"] == "row_lost"] == ["show"]
    world.client.streams_of.clear()
    assert await world.sweeper.sweep() == []
    assert world.changed() == []


async def test_a_backstage_whose_row_is_lost_is_not_closed_and_what_airs_before_its_start_is_stopped() -> (
    None
):
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.kept = []
    world.in_hand = in_state(State.READY)
    streams = dict(world.client.streams_of)
    world.client.streams_of.clear()
    assert await world.sweeper.sweep() == []
    world.client.streams_of |= streams
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    await world.sweeper.close()


@pytest.mark.parametrize("state", [None, State.STOPPING])
async def test_what_is_over_or_to_be_off_is_swept_when_its_row_is_lost(state: State | None) -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.kept = []
    world.in_hand = in_state(state) if state else None
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    await world.sweeper.close()


async def test_what_is_called_off_is_swept_when_its_row_is_lost() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.rooms.kept, world.rooms.called_off = [], True
    world.in_hand = in_state(State.LIVE)
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    await world.sweeper.close()


async def test_a_twin_of_a_show_in_its_window_is_swept() -> None:
    world = World()
    world.put_on_air("twin", OURS)
    world.in_hand = in_state(State.LIVE)
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.STOP]
    await world.sweeper.close()


async def test_a_foreign_stream_is_found_and_left_alone() -> None:
    world = World()
    world.put_on_air("theirs", "Their show")
    assert [each.what for each in await world.sweeper.sweep()] == [Verdict.FOREIGN]
    assert (world.changed(), world.alerts.open()) == ([], [])


async def test_without_the_lease_nothing_is_asked_or_done() -> None:
    world = World()
    world.put_on_air("m", OURS)
    world.leases.release()
    assert await world.sweeper.sweep() == []
    assert world.client.asked == []


async def test_sweeps_that_fail_for_a_quarter_of_an_hour_are_told_and_change_nothing() -> None:
    world = World()
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    await world.sweeper.sweep()
    assert world.alerts.open() == []
    world.clock.move(900)
    await world.sweeper.sweep()
    assert world.alerts.open() == ["sweep/default/sweep_failed"]
    world.client.trouble = None
    await world.sweeper.sweep()
    assert world.alerts.open() == []


def test_findings_can_be_written_as_json() -> None:
    assert json.loads(json.dumps({"what": Verdict.STOP})) == {"what": "stopped"}


async def test_who_is_in_is_read_once_for_all_that_is_live_and_not_where_nothing_is() -> None:
    world = World()
    await world.sweeper.sweep()
    assert "list sessions" not in world.client.asked
    world.put_on_air("m", OURS)
    await world.sweeper.sweep()
    assert world.client.asked.count("list sessions") == 1
    await world.sweeper.close()
