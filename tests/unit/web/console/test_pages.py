"""The pages for whoever is on call, as a browser without scripts has them."""

import pytest

from tests.unit.store.house import HOUR
from tests.unit.web.console.visitor import Visitor, heading
from worker.store.errors import StoreUnavailableError

PAGES = ("/", "/fortnight", "/schedule", "/workers", "/log", "/broadcasts/show")
HOSTILE = "<script>alert(1)</script>\u202e&amp;"
SCHEDULE = "timezone: UTC\nbroadcasts: [{key: a, title: A, start: 2099-12-01T18:00, duration: 1h}]\n"
ALERT = (
    "INSERT INTO alerts (id, key, severity, title, text, cure, raised_at, run_id, subject_kind, subject_id)"
    " VALUES (1, 'broadcast/show/missed', 'critical', 'missed', 'Never aired.', 'Look at the studio.',"
    " '2026-12-01T12:00:00.000000Z', 'show', 'broadcast', 'show')"
)


@pytest.fixture
async def ann(visitor: Visitor) -> Visitor:
    await visitor.interface.house.taken_up("show")
    await visitor.log_in("ann")
    return visitor


def on_air(visitor: Visitor) -> None:
    visitor.interface.house.sql("UPDATE runs SET state = 'live'")


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_shown_and_says_of_when_it_is(ann: Visitor, path: str) -> None:
    found = await ann.get(path)
    assert found.status_code == 200, found.text
    assert heading(found)
    assert "As of <time" in found.text


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_on_a_page_comes_from_elsewhere_or_stands_in_it(ann: Visitor, path: str) -> None:
    found = await ann.get(path)
    policy = found.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert found.headers["cache-control"] == "no-store"
    for word in (" style=", " onclick=", "<style", "javascript:", "http://", "//"):
        assert word not in found.text.replace("<!doctype html>", "")


async def test_tonight_says_what_is_on_and_what_is_wrong_with_its_cure(ann: Visitor) -> None:
    on_air(ann)
    ann.interface.house.sql(ALERT)
    found = (await ann.get("/")).text
    assert "1 on air" in found
    assert "LIVE" in found
    assert found.index("Look at the studio.") < found.index("1 on air</h2>")
    assert "no worker has ever run here" in found


async def test_what_others_wrote_is_shown_and_obeyed_by_no_browser(ann: Visitor) -> None:
    ann.interface.house.sql("UPDATE broadcasts SET title = ?", HOSTILE)
    for path in PAGES:
        found = (await ann.get(path)).text
        assert "<script>alert" not in found
        assert "\u202e" not in found


async def test_an_id_of_any_letters_has_its_page(ann: Visitor) -> None:
    odd = "a/b?c=d&e#f %2F@2026-12-01"
    ann.interface.house.insert(odd)
    found = await ann.get("/")
    (path,) = [each for each in found.text.split('"') if each.startswith("/broadcasts/a")][:1]
    answer = await ann.get(path)
    assert answer.status_code == 200, path


async def test_an_order_is_said_first_and_given_when_it_is_confirmed(ann: Visitor) -> None:
    page = await ann.get("/orders/extend/show")
    assert "It ends 15 minutes later" in page.text
    assert ann.interface.house.sql("SELECT count(*) FROM journal WHERE kind = 'order'") == [(0,)]
    answer = await ann.press("show", "extend")
    assert (answer.status_code, answer.headers["location"]) == (303, "/broadcasts/show")
    assert ann.interface.house.sql("SELECT who FROM journal WHERE kind = 'order'") == [("ann",)]
    assert "no worker has picked that up yet" in (await ann.get("/broadcasts/show")).text
    assert "extended it by 15m" in (await ann.get("/log")).text


async def test_of_two_who_extend_one_is_told_that_it_has_changed(ann: Visitor) -> None:
    path = "/orders/extend/show"
    seen = await ann.get(path)
    assert (await ann.press("show", "extend")).status_code == 303
    late = await ann.send(seen, path)
    assert late.status_code == 412
    assert "Nothing was done" in late.text
    assert ann.interface.house.sql("SELECT count(*) FROM journal WHERE kind = 'order'") == [(1,)]
    assert (await ann.send(late, path)).status_code == 303


async def test_a_stop_is_taken_whatever_has_changed_since_and_shows_as_asked_for(ann: Visitor) -> None:
    on_air(ann)
    ann.interface.clock.move(6.5 * HOUR)
    seen = await ann.get("/orders/stop/show")
    ann.interface.house.sql("UPDATE runs SET version = version + 1")
    answer = await ann.send(seen, "/orders/stop/show")
    assert answer.status_code == 303, answer.text
    assert ann.interface.house.sql("SELECT kind, broadcast_id, by FROM requests") == [("stop", "show", "ann")]
    assert "Asked for: stop" in (await ann.get("/broadcasts/show")).text


async def test_what_does_not_fit_a_state_is_neither_offered_nor_done(ann: Visitor) -> None:
    ann.interface.house.sql("UPDATE runs SET state = 'ended'")
    page = (await ann.get("/broadcasts/show")).text
    assert "/orders/reopen/show" in page
    assert "/orders/stop/show" not in page
    assert "this cannot be done" in (await ann.get("/orders/stop/show")).text
    secret = (await ann.get("/schedule")).text.split('name="form" value="')[1].split('"')[0]
    answer = await ann.post("/orders/stop/show", {"form": secret})
    assert (answer.status_code, heading(answer)) == (409, "The state does not allow this")


async def test_a_schedule_shows_its_errors_in_place(ann: Visitor) -> None:
    page = await ann.get("/schedule")
    answer = await ann.send(page, "/schedule/plan", text=SCHEDULE.replace("duration", "duratoin"))
    assert answer.status_code == 422
    assert '<span class="number">2</span>' in answer.text
    assert "duratoin" in answer.text
    assert "/schedule/apply" not in answer.text


async def test_a_schedule_is_planned_and_then_applied(ann: Visitor) -> None:
    planned = await ann.send(await ann.get("/schedule"), "/schedule/plan", text=SCHEDULE)
    assert planned.status_code == 200, planned.text
    assert ann.interface.house.sql("SELECT count(*) FROM schedules") == [(0,)]
    applied = await ann.send(planned, "/schedule/apply")
    assert "It is in force" in applied.text
    assert ann.interface.house.sql("SELECT text FROM schedules") == [(SCHEDULE,)]
    late = await ann.send(planned, "/schedule/apply")
    assert late.status_code == 412


async def test_a_schedule_that_removes_much_is_applied_only_when_that_is_confirmed(ann: Visitor) -> None:
    many = SCHEDULE.rstrip("]\n") + "".join(
        f", {{key: k{at}, title: K, start: 2026-12-02T18:00, duration: 1h}}" for at in range(12)
    )
    planned = await ann.send(await ann.get("/schedule"), "/schedule/plan", text=f"{many}]\n")
    assert "It is in force" in (await ann.send(planned, "/schedule/apply")).text
    emptied = await ann.send(await ann.get("/schedule"), "/schedule/plan", text=SCHEDULE)
    assert 'name="confirmed"' in emptied.text
    secret = emptied.text.split('name="form" value="')[1].split('"')[0]
    told = await ann.post("/schedule/apply", {"form": secret, "number": "1", "text": SCHEDULE})
    assert (told.status_code, "confirm it" in told.text) == (409, True)
    assert "It is in force" in (await ann.send(emptied, "/schedule/apply", confirmed="yes")).text


async def test_whoever_asks_for_no_page_is_told_the_addresses(visitor: Visitor) -> None:
    answer = await visitor.get("/", accept="*/*")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "/livez" in answer.text


async def test_a_database_that_is_away_is_said_on_the_page(ann: Visitor) -> None:
    ann.interface.house.store.upcoming = away  # type: ignore[assignment, method-assign]  # It is away.
    answer = await ann.get("/")
    assert (answer.status_code, heading(answer)) == (503, "Not available now")


async def away(*_: object) -> None:
    raise StoreUnavailableError("the database does not answer")


async def test_what_loads_beside_a_page_is_kept_and_is_there(ann: Visitor) -> None:
    page = (await ann.get("/")).text
    paths = [each for each in page.split('"') if each.startswith("/static/")]
    assert len(paths) == 3
    for path in paths:
        found = await ann.get(path)
        assert (found.status_code, "immutable" in found.headers["cache-control"]) == (200, True)


async def test_the_fortnight_has_fourteen_days_and_each_broadcast_on_its_own(ann: Visitor) -> None:
    page = (await ann.get("/fortnight")).text
    assert page.count("<h2>") == 14
    assert page.count("/broadcasts/show") == 1
