import json
from datetime import datetime

import pytest

from tests.unit.simulator.stage import Stage
from worker.simulator import Fault, Knobs, Simulator
from worker.simulator.control import MovableClock


async def test_people_are_driven_by_title_or_id() -> None:
    stage = Stage()
    room = await stage.meeting()
    joined = await stage.control("POST", "/join", {"meeting": "Town", "person": "ann"})
    assert joined["id"]
    await stage.control("POST", "/join", {"meeting": room, "person": "bob"})
    state = await stage.control("GET", "/state")
    assert state["meetings"][0]["present"] == ["ann", "bob"]
    assert await stage.control("POST", "/leave", {"meeting": room, "person": "ann"}) == {"left": 1}
    assert await stage.control("POST", "/leave", {"meeting": room}) == {"left": 1}


async def test_what_cannot_be_done_is_said() -> None:
    stage = Stage()
    assert "no meeting" in (await stage.control("POST", "/join", {"meeting": "Nowhere"}))["error"]
    assert "meeting" in (await stage.control("POST", "/join", {}))["error"]
    room = await stage.meeting()
    await stage.call("PATCH", f"/meetings/{room}", {"status": "INACTIVE"})
    assert "INACTIVE" in (await stage.control("POST", "/join", {"meeting": room}))["error"]
    assert "error" in await stage.control("PATCH", "/knobs", {"no_such_knob": 1})
    assert "error" in await stage.control("POST", "/faults", {"status": 7})
    assert "seconds" in (await stage.control("POST", "/advance", {"seconds": -1}))["error"]


async def test_the_exporter_fails_and_drops_on_command() -> None:
    stage = Stage()
    room = await stage.on_air()
    told = await stage.control("POST", "/fail", {"meeting": room, "message": "broke"})
    assert told == {"failed": True}
    assert await stage.control("POST", "/drop", {"meeting": room}) == {"dropped": False}
    assert await stage.status(room) == "ERRORED"


async def test_time_moves_on_command_and_the_truth_can_be_read() -> None:
    stage = Stage(status_lag_s=2)
    room = await stage.meeting()
    stage.simulator.join(room)
    (truth,) = (await stage.control("GET", "/state"))["meetings"]
    assert (truth["livestream_phase"], truth["on_air"]) == ("starting", False)
    moved = await stage.control("POST", "/advance", {"seconds": 15})
    assert moved == {"now": "2026-12-01T12:00:15.000000+00:00"}
    (truth,) = (await stage.control("GET", "/state"))["meetings"]
    assert (truth["livestream_phase"], truth["on_air"]) == ("live", True)
    assert await stage.status(room) == "INVOKED"
    history = await stage.control("GET", "/history")
    assert [change["kind"] for change in history] == [
        "meeting.created",
        "session.started",
        "person.joined",
        "stream.started",
        "stream.live",
    ]
    assert {change["meeting_id"] for change in history} == {room}
    assert datetime.fromisoformat(history[-1]["at"]).second == 15


async def test_a_clock_that_cannot_be_moved_says_so() -> None:
    stage = Stage()
    assert isinstance(stage.clock, MovableClock)
    stage.simulator.clock = Simulator().clock
    assert "cannot be moved" in (await stage.control("POST", "/advance", {"seconds": 1}))["error"]


async def test_requests_are_kept_without_their_authorization() -> None:
    stage = Stage()
    await stage.post("/meetings?x=1", {"title": "Kept"})
    await stage.get("/meetings/nonsense")
    first, second = await stage.control("GET", "/requests")
    assert first | {"path": ""} == {
        "number": 1,
        "received_at": "2026-12-01T12:00:00.000000+00:00",
        "method": "POST",
        "path": "",
        "resource": "/meetings",
        "query": {"x": "1"},
        "body": {"title": "Kept"},
        "status": 201,
        "outcome": "answered",
        "had_effect": True,
    }
    assert (second["status"], second["resource"]) == (400, "/meetings/nonsense")
    assert stage.secret not in json.dumps([first, second])
    await stage.control("DELETE", "/requests")
    assert await stage.control("GET", "/requests") == []


async def test_faults_and_knobs_are_set_while_it_goes() -> None:
    stage = Stage()
    coming = await stage.control("POST", "/faults", [{"status": 500}, {"then": "drop", "times": 2}])
    assert [(fault["status"], fault["left"]) for fault in coming] == [(500, 1), (None, 2)]
    assert (await stage.get("/meetings")).status_code == 500
    assert len(await stage.control("GET", "/faults")) == 1
    await stage.control("DELETE", "/faults")
    knobs = await stage.control("PATCH", "/knobs", {"error_envelope": "html"})
    assert knobs == await stage.control("GET", "/knobs")
    assert (await stage.get("/meetings/nonsense")).text.startswith("<html>")


async def test_the_meter_counts_from_the_start_to_the_end_of_the_exporter() -> None:
    stage = Stage()
    room = await stage.meeting(live_stream_on_start=False)
    other = await stage.meeting()
    stage.simulator.join(room)
    stage.wait(600)
    assert stage.simulator.bill().export_minutes == 0
    await stage.post(f"/meetings/{room}/livestreams")
    stage.wait(3600)
    await stage.post(f"/meetings/{room}/active-session/kick-all")
    stage.wait(3600)
    meter = await stage.control("GET", "/meter")
    assert meter["export_minutes"] == meter["meetings"][room]["export_minutes"] == 60
    assert meter["participant_minutes"] == 70
    assert meter["usd"] == pytest.approx(0.6 + 0.14)
    assert meter["meetings"][other]["usd"] == 0


async def test_a_failed_exporter_costs_nothing_more() -> None:
    stage = Stage()
    room = await stage.on_air()
    stage.wait(45)
    stage.simulator.fail(room)
    stage.wait(3600)
    assert stage.simulator.bill().export_minutes == 1


async def test_control_asks_for_no_credentials_and_costs_no_quota() -> None:
    stage = Stage(rate_limit=1)
    for _ in range(5):
        await stage.control("GET", "/state")
    assert (await stage.get("/meetings")).status_code == 200


def test_what_is_no_knob_is_refused() -> None:
    with pytest.raises(ValueError, match="no_such"):
        Knobs().turned(no_such=1)


def test_a_secret_is_made_up_for_each_simulator_and_never_shown() -> None:
    one, two = Simulator().credentials, Simulator().credentials
    assert one.secrets != two.secrets
    assert one.secrets[0] not in repr(one)


async def test_scripted_faults_do_not_touch_the_control_api() -> None:
    stage = Stage()
    stage.simulator.script(Fault(status=500, times=9))
    assert "meetings" in await stage.control("GET", "/state")
