"""Broadcasts over HTTP: who changes one says which version he saw, and nothing is undone by a repetition."""

import pytest

from tests.unit.web.api.interface_world import SHOW, Interface


async def test_what_was_added_is_there_with_its_place_and_its_version(interface: Interface) -> None:
    made = await interface.post("/broadcasts", SHOW)
    assert made.status_code == 201
    assert made.headers["location"] == "/api/v1/broadcasts/show"
    found = await interface.get("/broadcasts/show")
    assert found.headers["etag"] == made.headers["etag"]
    assert found.json() == made.json()
    said = found.json()
    assert (said["title"], said["starts_at"], said["state"], said["picked_up"]) == (
        "Show",
        "2026-12-01T18:00:00Z",
        None,
        False,
    )
    assert said["wanted"]["prepare"] == "1d"


async def test_a_length_may_be_said_instead_of_an_end(interface: Interface) -> None:
    body = {name: value for name, value in SHOW.items() if name != "ends_at"} | {"duration": "90m"}
    made = await interface.post("/broadcasts", body)
    assert made.json()["ends_at"] == "2026-12-01T19:30:00Z"


async def test_the_same_again_changes_nothing_and_is_no_error(interface: Interface) -> None:
    first = await interface.post("/broadcasts", SHOW)
    again = await interface.post("/broadcasts", SHOW)
    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])


async def test_a_script_that_adds_it_again_does_not_undo_what_an_operator_did(interface: Interface) -> None:
    await interface.post("/broadcasts", SHOW)
    tag = await interface.tag()
    assert (await interface.post("/broadcasts/show/extend", {"by": "15m"}, if_match=tag)).status_code == 202
    again = await interface.post("/broadcasts", SHOW)
    assert again.status_code == 409
    assert "another window" in again.json()["detail"]
    assert (await interface.get("/broadcasts/show")).json()["ends_at"] == "2026-12-01T19:15:00Z"


async def test_a_script_that_adds_it_again_does_not_revive_what_was_cancelled(interface: Interface) -> None:
    await interface.post("/broadcasts", SHOW)
    await interface.post("/broadcasts/show/cancel", if_match="*")
    again = await interface.post("/broadcasts", SHOW)
    assert (again.status_code, again.json()["cancelled"]) == (200, True)


async def test_a_change_leaves_what_it_does_not_say(interface: Interface) -> None:
    await interface.post("/broadcasts", SHOW | {"go_live": "at_start", "doors": "5m", "end_session": True})
    changed = await interface.patch("/broadcasts/show", {"title": "Other"}, if_match=await interface.tag())
    assert changed.status_code == 200
    wanted = changed.json()["wanted"]
    assert (wanted["title"], wanted["go_live"], wanted["doors"], wanted["end_session"]) == (
        "Other",
        "at_start",
        "5m",
        True,
    )


async def test_of_two_who_change_it_one_wins_and_the_other_is_told(interface: Interface) -> None:
    await interface.post("/broadcasts", SHOW)
    seen = await interface.tag()
    first = await interface.patch("/broadcasts/show", {"title": "By Ann"}, if_match=seen)
    second = await interface.patch("/broadcasts/show", {"title": "By Ben"}, by="ben", if_match=seen)
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.headers["content-type"] == "application/problem+json"
    assert (await interface.get("/broadcasts/show")).json()["title"] == "By Ann"


@pytest.mark.parametrize("order", ["cancel", "stop", "extend", "reopen"])
async def test_an_order_on_what_was_changed_meanwhile_is_not_carried_out(
    interface: Interface, order: str
) -> None:
    interface.house.insert("show", starts_at="2026-12-01T11:00Z", ends_at="2026-12-01T13:00Z")
    seen = await interface.tag()
    interface.house.sql("UPDATE broadcasts SET title = 'By SQL'")
    body = {"extend": {"by": "15m"}, "reopen": {"length": "15m"}}.get(order)
    told = await interface.post(f"/broadcasts/show/{order}", body, if_match=seen)
    assert told.status_code == 412
    assert interface.house.sql("SELECT count(*) FROM requests") == [(0,)]
    assert interface.house.sql("SELECT cancelled, ends_at FROM broadcasts") == [(0, "2026-12-01T13:00Z")]


async def test_the_version_moves_with_what_the_worker_does(interface: Interface) -> None:
    run = await interface.house.taken_up("show", starts_at="2026-12-01T11:00Z", ends_at="2026-12-01T13:00Z")
    seen = await interface.tag("show")
    interface.house.sql("UPDATE runs SET version = version + 1, state = 'ready'")
    assert await interface.tag("show") != seen
    told = await interface.post("/broadcasts/show/stop", if_match=seen)
    assert (run.id, told.status_code) == ("show", 412)


@pytest.mark.parametrize("order", ["cancel", "stop", "extend", "reopen"])
async def test_who_does_not_say_which_version_he_saw_is_asked_to(interface: Interface, order: str) -> None:
    interface.house.insert("show")
    told = await interface.post(
        f"/broadcasts/show/{order}", {"by": "5m"} if order == "extend" else {"length": "5m"}
    )
    assert told.status_code == 428
    assert "If-Match" in told.json()["detail"]


@pytest.mark.parametrize("seen", ['""', ",", 'W/""', '"", ""'])
async def test_what_names_no_version_is_not_taken_for_any(interface: Interface, seen: str) -> None:
    interface.house.insert("show")
    told = await interface.post("/broadcasts/show/cancel", if_match=seen)
    assert told.status_code == 412
    assert interface.house.sql("SELECT cancelled FROM broadcasts") == [(0,)]


async def test_a_tag_that_a_proxy_made_weak_is_the_same_version(interface: Interface) -> None:
    interface.house.insert("show")
    seen = f"W/{await interface.tag()}"
    assert (await interface.post("/broadcasts/show/cancel", if_match=seen)).status_code == 202


async def test_what_is_known_already_is_not_sent_again(interface: Interface) -> None:
    interface.house.insert("show")
    tag = await interface.tag()
    assert (await interface.get("/broadcasts/show", if_none_match=tag)).status_code == 304


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"starts_at": "2026-12-01T18:00"}, "body.starts_at"),
        ({"starts_at": 1764612000}, "body.starts_at"),
        ({"title": 5}, "body.title"),
        ({"title": ""}, "title"),
        ({"end_session": "yes"}, "body.end_session"),
        ({"doors": 900}, "body.doors"),
        ({"colour": "red"}, "body.colour"),
        ({"ends_at": "2026-12-01T17:00:00Z"}, "end"),
        ({"duration": "1h"}, "either"),
        ({"id": "two words"}, "id"),
    ],
)
async def test_what_is_wrong_is_named_with_its_place_and_nothing_is_written(
    interface: Interface, changed: dict[str, object], where: str
) -> None:
    told = await interface.post("/broadcasts", SHOW | changed)
    assert told.status_code == 422
    assert where in told.json()["detail"]
    assert interface.house.sql("SELECT count(*) FROM broadcasts") == [(0,)]


async def test_what_was_sent_is_not_repeated(interface: Interface) -> None:
    told = await interface.post("/broadcasts", SHOW | {"doors": "canary-secret", "canary": "canary-secret"})
    assert told.status_code == 422
    assert "canary-secret" not in told.text


async def test_what_would_have_ended_already_is_refused(interface: Interface) -> None:
    over = {"starts_at": "2026-11-30T10:00:00Z", "ends_at": "2026-11-30T11:00:00Z"}
    told = await interface.post("/broadcasts", SHOW | over)
    assert (told.status_code, "ended already" in told.json()["detail"]) == (422, True)


@pytest.mark.parametrize("state", ["stopping", "ended", "missed", "cancelled"])
async def test_what_is_over_is_not_changed_and_says_how_it_goes_on(interface: Interface, state: str) -> None:
    await interface.house.taken_up("show")
    interface.house.sql("UPDATE runs SET state = ?", state)
    told = await interface.patch("/broadcasts/show", {"title": "Other"}, if_match="*")
    assert (told.status_code, "reopen" in told.json()["detail"]) == (409, True)


async def test_nothing_is_moved_to_an_end_that_is_past(interface: Interface) -> None:
    interface.house.insert("show", starts_at="2026-12-01T11:00Z", ends_at="2026-12-01T13:00Z")
    told = await interface.patch("/broadcasts/show", {"ends_at": "2026-12-01T11:30:00Z"}, if_match="*")
    assert (told.status_code, "ended already" in told.json()["detail"]) == (422, True)
    assert interface.house.sql("SELECT ends_at FROM broadcasts") == [("2026-12-01T13:00Z",)]


async def test_what_is_over_has_nothing_to_stop(interface: Interface) -> None:
    await interface.house.taken_up("show", starts_at="2026-12-01T11:00Z", ends_at="2026-12-01T11:30Z")
    interface.house.sql("UPDATE runs SET state = 'ended'")
    told = await interface.post("/broadcasts/show/stop", if_match="*")
    assert (told.status_code, "nothing to stop" in told.json()["detail"]) == (409, True)
    assert interface.house.sql("SELECT count(*) FROM requests") == [(0,)]


async def test_a_start_that_is_past_and_an_account_with_a_meeting_stay(interface: Interface) -> None:
    await interface.house.taken_up("show")
    interface.house.sql("UPDATE runs SET state = 'live'")
    later = {"starts_at": "2026-12-01T18:30:00Z"}
    assert (await interface.patch("/broadcasts/show", later, if_match="*")).status_code == 409
    assert (await interface.patch("/broadcasts/show", {"account": "x"}, if_match="*")).status_code == 409
    end = {"ends_at": "2026-12-01T20:00:00Z"}
    assert (await interface.patch("/broadcasts/show", end, if_match="*")).status_code == 200


async def test_pages_follow_each_other_and_miss_nothing(interface: Interface) -> None:
    for number in range(25):
        interface.house.insert(f"show-{number:02}")
    seen, cursor = [], ""
    while True:
        page = (await interface.get(f"/broadcasts?limit=10&cursor={cursor}")).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"show-{number:02}" for number in range(25)]


async def test_a_cursor_whose_broadcast_is_gone_says_so(interface: Interface) -> None:
    interface.house.insert("show")
    told = await interface.get("/broadcasts?cursor=bm9uZQ")
    assert (told.status_code, "begin again" in told.json()["detail"]) == (410, True)


async def test_a_row_that_nobody_can_read_is_shown_with_its_reason(interface: Interface) -> None:
    interface.house.insert("bad", starts_at="noon")
    found = (await interface.get("/broadcasts/bad")).json()
    assert (found["wanted"], "noon" in found["why"]) == (None, True)
    told = await interface.patch("/broadcasts/bad", {"title": "Good"}, if_match="*")
    assert told.status_code == 409


async def test_the_way_to_watch_is_told_to_whoever_may_know_it(interface: Interface) -> None:
    await interface.house.taken_up("show")
    interface.house.sql("UPDATE runs SET playback_url = 'https://play.example/1'")
    for path in ("/broadcasts/show", "/broadcasts?all=true"):
        assert "play.example" not in (await interface.get(path)).text
        assert "play.example" not in (await interface.get(path, by="ann")).text
        assert "play.example" in (await interface.get(path, by="viewer")).text


async def test_the_journal_says_who(interface: Interface) -> None:
    await interface.post("/broadcasts", SHOW)
    await interface.patch("/broadcasts/show", {"title": "Other"}, if_match="*")
    await interface.post("/broadcasts/show/extend", {"by": "15m"}, by="ben", if_match="*")
    notes = (await interface.get("/broadcasts/show/journal")).json()["items"]
    assert [(each["who"], each["why"].split(":")[0]) for each in notes] == [
        ("ann", "changed title"),
        ("ben", "extended it by 15m"),
    ]
