"""Schedules over HTTP: the same findings, plans and laws as the commands have."""

import asyncio
import threading

import pytest

from config.schedule import Reading
from tests.unit.web.api.interface_world import Interface
from worker.operations import schedules
from worker.web.api import answering

ENTRY = "  - {{key: {key}, title: {key}, start: 2026-12-0{day}T18:00, duration: 1h}}\n"


def schedule(*keys: str) -> str:
    entries = "".join(ENTRY.format(key=key, day=2 + number) for number, key in enumerate(keys))
    return f"timezone: UTC\nbroadcasts:\n{entries}"


async def put(interface: Interface, text: str, query: str = "", **how: str) -> int:
    how.setdefault("if_match", "*")
    answer = await interface.ask("PUT", f"/schedule{query}", by="ann", text=text, **how)
    return answer.status_code


async def test_every_error_is_found_with_its_place(interface: Interface) -> None:
    found = (
        await interface.ask("POST", "/schedule/validate", text="broadcasts:\n  - {key: a, colour: red}\n")
    ).json()
    assert found["is_valid"] is False
    assert {each["line"] for each in found["items"]} == {2}
    assert any("colour" in each["message"] for each in found["items"])


async def test_a_good_one_is_valid_and_planned_and_nothing_is_written(interface: Interface) -> None:
    text = schedule("a", "b")
    assert (await interface.ask("POST", "/schedule/validate", text=text)).json()["is_valid"] is True
    plan = (await interface.ask("POST", "/schedule/plan", text=text)).json()
    assert [each["id"] for each in plan["add"]] == ["a", "b"]
    assert interface.house.sql("SELECT count(*) FROM broadcasts") == [(0,)]


async def test_what_is_applied_is_in_force_and_says_who(interface: Interface) -> None:
    assert await put(interface, schedule("a", "b")) == 200
    found = (await interface.get("/schedule")).json()
    assert (found["number"], found["by"]) == (1, "apply by ann")
    assert found["text"] == schedule("a", "b")
    assert interface.house.sql("SELECT id FROM broadcasts ORDER BY id") == [("a",), ("b",)]


async def test_of_two_who_apply_one_wins_and_the_other_is_told(interface: Interface) -> None:
    seen = (await interface.get("/schedule")).headers["etag"]
    assert await put(interface, schedule("a"), if_match=seen) == 200
    assert await put(interface, schedule("b"), if_match=seen) == 412
    assert interface.house.sql("SELECT id FROM broadcasts") == [("a",)]


async def test_one_with_errors_changes_nothing(interface: Interface) -> None:
    await put(interface, schedule("a"))
    assert await put(interface, "broadcasts: 5") == 422
    assert (await interface.get("/schedule")).json()["number"] == 1


async def test_a_schedule_cannot_wipe_the_night_unless_that_is_said(interface: Interface) -> None:
    await put(interface, schedule("a", "b", "c", "d", "e"))
    assert await put(interface, schedule("a")) == 409
    assert interface.house.sql("SELECT count(*) FROM broadcasts WHERE cancelled") == [(0,)]
    assert await put(interface, schedule("a"), "?confirm_removals=true") == 200


@pytest.mark.parametrize("path", ["/etc/passwd", "https://127.0.0.1/feed.ics"])
async def test_no_calendar_is_fetched_for_whoever_posts_one(interface: Interface, path: str) -> None:
    text = f"timezone: UTC\nbroadcasts:\n  - {{key: a, title: A, calendar: '{path}'}}\n"
    assert (await interface.ask("POST", "/schedule/validate", text=text)).json()["is_valid"] is True
    for method, address in (("POST", "/schedule/plan"), ("PUT", "/schedule")):
        told = await interface.ask(method, address, by="ann", text=text, if_match="*")
        assert (told.status_code, "not fetched from here" in told.json()["detail"]) == (422, True)


@pytest.mark.parametrize("seen", ['"x"', '"1", "2"', '""', '"1.0"'])
async def test_a_version_that_is_none_supersedes_nothing(interface: Interface, seen: str) -> None:
    assert await put(interface, schedule("a"), if_match=seen) == 412


async def test_whoever_gives_up_waiting_has_no_second_thread_begun(
    interface: Interface, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A schedule that takes long is read on, though nobody waits for it; the next waits for its turn."""
    at_once, most, go_on = 0, 0, threading.Event()

    def slow(*_: object) -> Reading:
        nonlocal at_once, most
        at_once, most = at_once + 1, max(most, at_once + 1)
        go_on.wait(5)
        at_once -= 1
        return Reading(None, ())

    monkeypatch.setattr(schedules, "checked_text", slow)
    monkeypatch.setattr(answering, "ANSWERED_WITHIN", 0.05)
    told = [(await interface.ask("POST", "/schedule/validate", text="a")).status_code for _ in range(4)]
    go_on.set()
    assert (told, most) == ([503] * 4, 1)


async def test_of_two_who_apply_at_the_same_instant_one_wins(interface: Interface) -> None:
    """Between the look at what is in force and the write, somebody else applies."""
    seen = (await interface.get("/schedule")).headers["etag"]
    both = await asyncio.gather(*(put(interface, schedule(key), if_match=seen) for key in ("a", "b")))
    assert sorted(both) == [200, 412]
    assert interface.house.sql("SELECT count(*) FROM broadcasts") == [(1,)]
