from typing import Any

import pytest

from tests.unit.simulator.stage import ORG, Stage


async def test_a_meeting_is_made_with_the_documented_defaults() -> None:
    stage = Stage()
    made = await stage.post("/meetings", {})
    assert made.status_code == 201
    data = made.json()["data"]
    assert data["id"] == data["id"].lower()
    assert data | {"id": "x"} == {
        "id": "x",
        "title": None,
        "live_stream_on_start": False,
        "record_on_start": False,
        "persist_chat": False,
        "summarize_on_end": False,
        "transcribe_on_end": False,
        "session_keep_alive_time_in_secs": 60,
        "status": "ACTIVE",
        "created_at": "2026-12-01T12:00:00.000Z",
        "updated_at": "2026-12-01T12:00:00.000Z",
    }


async def test_repeating_a_create_makes_a_second_meeting() -> None:
    stage = Stage()
    assert await stage.meeting() != await stage.meeting()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"title": 7}, '"title" is not valid'),
        ({"title": "x" * 121}, '"title" is longer than 120'),
        ({"live_stream_on_start": "yes"}, '"live_stream_on_start" is not valid'),
        ({"live_stream_on_strat": True}, '"live_stream_on_strat" is not allowed'),
        ({"status": "INACTIVE"}, '"status" is not allowed'),
        ({"session_keep_alive_time_in_secs": 59}, '"session_keep_alive_time_in_secs" is not valid'),
        ({"recording_config": {"max_seconds": 59}}, '"recording_config.max_seconds" is not valid'),
        ([], '"value" is not valid'),
    ],
)
async def test_a_wrong_create_is_refused_by_name(body: Any, complaint: str) -> None:
    answer = await Stage().post("/meetings", body)
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert answer.json()["error"]["code"] == 400
    assert complaint in answer.json()["error"]["message"]


async def test_what_is_no_json_is_refused() -> None:
    stage = Stage()
    assert (await stage.call("POST", "/meetings", content=b"{nonsense")).status_code == 400
    assert stage.simulator.requests[-1].body is None


async def test_a_patch_changes_what_it_names_and_nothing_else() -> None:
    stage = Stage()
    room = await stage.meeting()
    stage.wait(1)
    patched = await stage.call("PATCH", f"/meetings/{room}", {"status": "INACTIVE", "record_on_start": True})
    data = patched.json()["data"]
    assert (data["status"], data["record_on_start"]) == ("INACTIVE", True)
    assert (data["title"], data["live_stream_on_start"]) == ("Town hall", True)
    assert data["updated_at"] == "2026-12-01T12:00:01.000Z"
    assert (await stage.get(f"/meetings/{room}")).json()["data"] == data


@pytest.mark.parametrize("body", [{"status": "CLOSED"}, {"title": None}, {"title": "x" * 121}, {"nme": "x"}])
async def test_a_wrong_patch_is_refused_and_changes_nothing(body: Any) -> None:
    stage = Stage()
    room = await stage.meeting()
    assert (await stage.call("PATCH", f"/meetings/{room}", body)).status_code == 400
    assert (await stage.get(f"/meetings/{room}")).json()["data"]["title"] == "Town hall"


async def test_unknown_and_unreadable_ids_are_told_apart() -> None:
    stage = Stage()
    unknown = "0d5a4f0e-2f0b-4d0a-9d3a-5b1f5b0c9a11"
    assert (await stage.get(f"/meetings/{unknown}")).status_code == 404
    assert (await stage.get(f"/meetings/{unknown}/active-livestream")).status_code == 404
    assert (await stage.get(f"/meetings/{unknown.upper()}")).status_code == 400
    assert (await stage.get("/meetings/town-hall")).status_code == 400
    assert (await Stage(flavour="dyte").get("/meetings/town-hall")).status_code == 404


async def test_tenants_do_not_see_each_other() -> None:
    stage = Stage()
    room = await stage.meeting()
    other = f"/client/v4/accounts/other/realtime/kit/app-1/meetings/{room}"
    assert (await stage.call("GET", other, whole=True)).status_code == 404


async def test_lists_are_paged_newest_first() -> None:
    stage = Stage()
    for number in range(60):
        await stage.meeting(title=f"Meeting {number}")
    first = (await stage.get("/meetings")).json()
    assert first["paging"] == {"total_count": 60, "start_offset": 1, "end_offset": 25}
    assert first["data"][0]["title"] == "Meeting 59"
    last = (await stage.get("/meetings?page_no=3&per_page=25")).json()
    assert last["paging"] == {"total_count": 60, "start_offset": 51, "end_offset": 60}
    assert last["data"][-1]["title"] == "Meeting 0"
    beyond = (await stage.get("/meetings?page_no=4")).json()
    assert (beyond["data"], beyond["paging"]["end_offset"]) == ([], 60)


async def test_a_page_is_never_larger_than_the_largest() -> None:
    stage = Stage(per_page=2, per_page_max=3)
    for _ in range(5):
        await stage.meeting()
    assert len((await stage.get("/meetings")).json()["data"]) == 2
    assert len((await stage.get("/meetings?per_page=100")).json()["data"]) == 3


async def test_an_empty_list_has_zero_offsets() -> None:
    assert (await Stage().get("/meetings")).json()["paging"] == {
        "total_count": 0,
        "start_offset": 0,
        "end_offset": 0,
    }


@pytest.mark.parametrize(
    "query", ["page_no=x", "per_page=-1", "per_page=inf", "status=OPEN", "start_time=noon"]
)
async def test_a_wrong_query_is_refused(query: str) -> None:
    assert (await Stage().get(f"/meetings?{query}")).status_code == 400


async def test_search_is_loose_and_filters_narrow() -> None:
    stage = Stage()
    one = await stage.meeting(title="Town hall [ab3k-7f3k2m9q]")
    two = await stage.meeting(title="Board [ab3k-00000000]")
    await stage.call("PATCH", f"/meetings/{two}", {"status": "INACTIVE"})

    async def ids(query: str) -> list[str]:
        return [room["id"] for room in (await stage.get(f"/meetings?{query}")).json()["data"]]

    assert await ids("search=7F3K2M9Q") == [one]
    assert await ids("search=AB3K") == [two, one]
    assert await ids("search=hall board") == [two, one]
    assert await ids(f"search={two}") == [two]
    assert await ids("status=INACTIVE") == [two]
    assert await ids("start_time=2026-12-01T12:00:01Z") == []
    assert await ids("end_time=2026-12-01T12:00:00") == [two, one]


async def test_new_meetings_may_appear_late_in_lists_and_later_in_searches() -> None:
    stage = Stage(list_lag_s=2, search_lag_s=5)
    room = await stage.meeting()

    async def count(query: str) -> int:
        return len((await stage.get(f"/meetings{query}")).json()["data"])

    assert await count("") == 0
    assert (await stage.get(f"/meetings/{room}")).status_code == 200
    stage.wait(2)
    assert (await count(""), await count("?search=Town")) == (1, 0)
    stage.wait(3)
    assert await count("?search=Town") == 1


async def test_a_participant_is_added_listed_given_a_new_token_and_deleted() -> None:
    stage = Stage(participant_token_prefix="canary-")  # noqa: S106 - opens nothing
    room = await stage.meeting()
    path = f"/meetings/{room}/participants"
    body = {"preset_name": "webinar_presenter", "custom_participant_id": "studio-1", "name": "Studio"}
    added = await stage.post(path, body)
    assert added.status_code == 201
    data = added.json()["data"]
    assert data["token"].startswith("canary-")
    listed = (await stage.get(path)).json()
    assert listed["data"] == [{name: value for name, value in data.items() if name != "token"}]
    token = (await stage.post(f"{path}/{data['id']}/token")).json()["data"]["token"]
    assert token.startswith("canary-")
    assert token != data["token"]
    assert (await stage.get(f"{path}/{data['id']}")).json()["data"]["custom_participant_id"] == "studio-1"
    assert (await stage.call("DELETE", f"{path}/{data['id']}")).status_code == 200
    assert (await stage.call("DELETE", f"{path}/{data['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"custom_participant_id": "x"}, 400),
        ({"preset_name": "webinar_viewer"}, 400),
        ({"preset_name": "no_such", "custom_participant_id": "x"}, 404),
    ],
)
async def test_a_wrong_participant_is_refused(body: Any, status: int) -> None:
    stage = Stage()
    room = await stage.meeting()
    assert (await stage.post(f"/meetings/{room}/participants", body)).status_code == status


@pytest.mark.parametrize("status", [201, 403])
async def test_a_closed_meeting_may_refuse_participants(status: int) -> None:
    stage = Stage(participants_when_inactive=status)
    room = await stage.meeting()
    await stage.call("PATCH", f"/meetings/{room}", {"status": "INACTIVE"})
    body = {"preset_name": "webinar_viewer", "custom_participant_id": "x"}
    assert (await stage.post(f"/meetings/{room}/participants", body)).status_code == status


async def test_an_unknown_preset_may_be_a_bad_request() -> None:
    stage = Stage(unknown_preset_status=400, presets=("only",))
    room = await stage.meeting()
    body = {"preset_name": "other", "custom_participant_id": "x"}
    assert (await stage.post(f"/meetings/{room}/participants", body)).status_code == 400
    assert [preset["name"] for preset in (await stage.get("/presets")).json()["data"]] == ["only"]


async def test_dyte_has_fields_of_its_own() -> None:
    stage = Stage(flavour="dyte")
    body = {"preferred_region": "eu-central-1", "session_keep_alive_time_in_secs": 120}
    data = (await stage.post("/meetings", body)).json()["data"]
    assert data["preferred_region"] == "eu-central-1"
    assert "session_keep_alive_time_in_secs" not in data
    assert "transcribe_on_end" not in data
    assert (await stage.get("/meetings?status=ANY")).status_code == 200
    assert list(stage.simulator.world.tenants) == [ORG]


async def test_realtimekit_drops_the_region() -> None:
    data = (await Stage().post("/meetings", {"preferred_region": "eu-central-1"})).json()["data"]
    assert "preferred_region" not in data
