"""What is looked at over HTTP: alerts, workers, the quota, what happened, and why."""

from datetime import timedelta

from tests.support.clock import NOON
from tests.unit.store.house import note
from tests.unit.web.api.interface_world import SHOW, Interface


async def test_events_follow_each_other_by_their_numbers(interface: Interface) -> None:
    await interface.post("/broadcasts", SHOW)
    for _ in range(5):
        await interface.post("/broadcasts/show/extend", {"by": "1m"}, if_match="*")
    first = (await interface.get("/events?limit=2")).json()
    rest = (await interface.get(f"/events?after={first['after']}")).json()
    seen = [each["seq"] for each in (*first["items"], *rest["items"])]
    assert (len(seen), sorted(set(seen))) == (5, seen)
    assert {(each["broadcast_id"], each["kind"], each["who"]) for each in rest["items"]} == {
        ("show", "order", "ann")
    }
    again = (await interface.get(f"/events?after={rest['after']}")).json()
    assert (again["items"], again["after"]) == ([], rest["after"])


async def test_what_is_committed_late_under_an_earlier_number_is_not_missed(interface: Interface) -> None:
    """A number is given before its row is there: whoever asks in between must not go past it."""
    await interface.house.taken_up("show")
    last = interface.house.sql("SELECT max(id) FROM journal")[0][0]
    now = interface.clock.now()
    interface.house.sql(
        "INSERT INTO journal (id, run_id, at, kind, who) VALUES (?, 'show', ?, 'seen', 'w')",
        last + 2,
        f"{now:%Y-%m-%dT%H:%M:%S.%fZ}",
    )
    early = (await interface.get(f"/events?after={last}")).json()
    assert (early["items"], early["after"]) == ([], last)
    interface.house.sql(
        "INSERT INTO journal (id, run_id, at, kind, who) VALUES (?, 'show', ?, 'seen', 'w')",
        last + 1,
        f"{now:%Y-%m-%dT%H:%M:%S.%fZ}",
    )
    found = (await interface.get(f"/events?after={last}")).json()
    assert [each["seq"] for each in found["items"]] == [last + 1, last + 2]


async def test_a_number_that_was_given_and_never_used_holds_nothing_up_for_long(interface: Interface) -> None:
    await interface.house.taken_up("show")
    last = interface.house.sql("SELECT max(id) FROM journal")[0][0]
    at = NOON - timedelta(minutes=1)
    interface.house.sql(
        "INSERT INTO journal (id, run_id, at, kind, who) VALUES (?, 'show', ?, 'seen', 'w')",
        last + 7,
        f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
    )
    assert (await interface.get(f"/events?after={last}")).json()["after"] == last + 7


async def test_why_tells_it_in_sentences(interface: Interface) -> None:
    await interface.post("/broadcasts", SHOW)
    told = (await interface.get("/broadcasts/show/why")).json()
    assert (told["exists"], told["title"]) == (True, "Show")
    assert any("none has ever run" in each["text"] for each in told["explanation"])
    assert (await interface.get("/broadcasts/other/why")).status_code == 404


async def test_alerts_are_listed_with_their_cure_and_resolved_by_name(interface: Interface) -> None:
    interface.house.sql(
        "INSERT INTO alerts (id, key, severity, title, text, cure, raised_at, subject_kind, subject_id)"
        " VALUES (7, 'broadcast/show/missed', 'critical', 'missed', 'Missed.', 'Look.',"
        " '2026-12-01T12:00:00.000000Z', 'broadcast', 'show')"
    )
    (found,) = (await interface.get("/alerts")).json()["items"]
    assert (found["id"], found["cure"]) == (7, "Look.")
    assert (await interface.post("/alerts/7/resolve", {"note": "seen to"})).status_code == 200
    assert (await interface.post("/alerts/7/resolve")).status_code == 409
    assert (await interface.post("/alerts/8/resolve")).status_code == 404
    assert (await interface.get("/alerts")).json()["items"] == []
    assert len((await interface.get("/alerts?all=true")).json()["items"]) == 1


async def test_workers_and_their_quota_are_told(interface: Interface) -> None:
    assert (await interface.get("/workers")).json() == {"items": []}
    assert (await interface.get("/quota")).json() == {"items": []}
    interface.house.sql("INSERT INTO leases (quota_group, holder, term) VALUES ('default', 'w', 1)")
    await interface.house.store.reserve(
        "default", '{"at": "2026-12-01T12:00:00+00:00", "used": 10, "spoken_for": 20, "left": 30}'
    )
    (found,) = (await interface.get("/quota")).json()["items"]
    assert (found["quota_group"], found["used"], found["spoken_for"], found["left"]) == (
        "default",
        10,
        20,
        30,
    )


async def test_a_request_is_told_with_its_answer(interface: Interface) -> None:
    interface.house.insert("show", starts_at="2026-12-01T11:00Z", ends_at="2026-12-01T13:00Z")
    asked = await interface.post("/broadcasts/show/stop", if_match="*")
    where = asked.headers["location"].removeprefix("/api/v1")
    found = (await interface.get(where)).json()
    assert (found["kind"], found["by"], found["answer"]) == ("stop", "ann", None)
    await interface.house.store.answer_request(found["id"], "done", NOON)
    assert (await interface.get(where)).json()["answer"] == "done"


async def test_a_stop_before_the_start_cancels_and_asks_nobody(interface: Interface) -> None:
    interface.house.insert("show")
    told = await interface.post("/broadcasts/show/stop", if_match="*")
    assert (told.status_code, told.json()["cancelled"]) == (202, True)
    assert told.headers["location"] == "/api/v1/broadcasts/show"
    assert interface.house.sql("SELECT count(*) FROM requests") == [(0,)]


async def test_the_journal_of_what_is_not_there_is_not_found(interface: Interface) -> None:
    assert (await interface.get("/broadcasts/other/journal")).status_code == 404
    await interface.house.taken_up("show")
    await interface.house.store.note("show", note("seen"))
    assert (await interface.get("/broadcasts/show/journal")).json()["items"]
