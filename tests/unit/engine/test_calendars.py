"""Calendars are looked at in their time; one that means ill changes nothing, and is told."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.clock import NOON, HandClock
from tests.support.feed_server import PATH, Answer, FeedServer, calendar, event, feed_server, ok
from worker.alerting.alerts import Alerts
from worker.calendars import fetching
from worker.calendars.renewal import SPARE, Whereabouts
from worker.engine.calendars import CalendarWatch
from worker.engine.schedule_file import Follower
from worker.store.calendars import CalendarCopy
from worker.store.opening import inline

HOUR = timedelta(hours=1)
HORIZON = timedelta(days=14)
PERIOD = timedelta(minutes=15)
UNREADABLE, WOULD_REMOVE = "calendar/house/calendar_unreadable", "calendar/house/calendar_would_remove"


def shows(*days: int) -> bytes:
    return calendar(*(event(f"u{day}", f"Show {day}", NOON + timedelta(days=day), HOUR) for day in days))


FIVE = shows(1, 2, 3, 4, 5)


@dataclass
class World:
    follower: Follower
    watch: CalendarWatch
    clock: HandClock
    server: FeedServer

    async def after_a_period(self, answer: Answer | bytes) -> list[str]:
        """Have the calendar be so, and whoever looks look; return the titles that are wanted still."""
        self.server.answer = ok(answer) if isinstance(answer, bytes) else answer
        self.clock.move(PERIOD)
        await self.follower.follow()
        await self.watch.look(self.follower.following)
        await self.follower.follow()
        return sorted(row.title for row in await self.follower.store.overview() if not row.cancelled)

    def told(self) -> list[str]:
        return sorted(self.watch.alerts.open())

    async def copy(self) -> CalendarCopy:
        (found,) = await self.follower.store.calendars(["house"])
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock, store = HandClock(), inline()
    alerts = Alerts(store, clock)
    path = tmp_path / "schedule.yaml"
    with feed_server(ok(FIVE)) as server:
        path.write_text(f"timezone: UTC\nbroadcasts:\n  - {{key: house, calendar: '{server.url}'}}\n")
        follower = Follower(path, store, ["default"], HORIZON, alerts, clock)
        watch = CalendarWatch(store, HORIZON, lambda: Whereabouts(tmp_path, {}), alerts, clock)
        yield World(follower, watch, clock, server)


ALL = [f"Show {day}" for day in (1, 2, 3, 4, 5)]


async def test_what_a_calendar_says_becomes_rows_and_follows_it(world: World) -> None:
    assert await world.after_a_period(FIVE) == ALL
    ids = [row.id for row in await world.follower.store.overview()]
    assert all(each.startswith("house@c") for each in ids)
    assert await world.after_a_period(shows(1, 2, 3, 4, 5, 6)) == [*ALL, "Show 6"]
    moved = shows(1, 2, 3, 4, 5, 6).replace(b"DTSTART:20261202T12", b"DTSTART:20261202T11")
    await world.after_a_period(moved)
    assert len(await world.follower.store.overview()) == 6
    assert await world.after_a_period(shows(1, 2, 3, 4, 5)) == ALL
    assert world.told() == []


async def test_it_is_looked_at_in_its_time_and_at_no_other(world: World) -> None:
    await world.after_a_period(FIVE)
    for _ in range(3):
        await world.watch.look(world.follower.following)
    assert len(world.server.asked) == 1
    world.clock.move(PERIOD)
    await world.watch.look(world.follower.following)
    assert len(world.server.asked) == 2


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"x" * 65536)


def broken(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"\x00\xff nonsense")


def not_modified(request: BaseHTTPRequestHandler) -> None:
    request.send_response(304)
    request.end_headers()


def redirected(location: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("location", location)
        request.send_header("content-length", "0")
        request.end_headers()

    return answer


def silent(request: BaseHTTPRequestHandler) -> None:
    request.rfile.read(1)


DAILY = event("d", "Daily", NOON, HOUR, "RRULE:FREQ=DAILY")
OVERRIDES = "".join(
    event("d", f"{n}", NOON, HOUR, f"RECURRENCE-ID:{NOON + n * HOUR:%Y%m%dT%H%M%SZ}") for n in range(10_000)
)
HOSTILE: dict[str, tuple[Answer, str]] = {
    "endless": (endless, UNREADABLE),
    "huge": (ok(b"BEGIN:VCALENDAR\r\n" + b"X" * fetching.MOST_BYTES), UNREADABLE),
    "redirected to a private address": (redirected("https://10.0.0.1/x"), UNREADABLE),
    "redirected for ever": (redirected(PATH), UNREADABLE),
    "broken": (broken, UNREADABLE),
    "304 to who did not ask": (not_modified, UNREADABLE),
    "silent": (silent, UNREADABLE),
    "cut off": (ok(FIVE[:-20]), UNREADABLE),
    "a login page": (ok(b"<!DOCTYPE html><html>Sign in</html>"), UNREADABLE),
    "nothing": (ok(b""), UNREADABLE),
    "10,000 overrides": (ok(calendar(DAILY, OVERRIDES)), UNREADABLE),
    "an empty calendar": (ok(calendar()), WOULD_REMOVE),
    "another calendar": (ok(shows(6, 7)), WOULD_REMOVE),
    "three fewer": (ok(shows(1, 2)), WOULD_REMOVE),
}


@pytest.mark.parametrize("which", HOSTILE)
async def test_a_hostile_server_changes_nothing_and_is_told(
    world: World, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "DEADLINE", 1.0)
    monkeypatch.setattr(fetching.fetch, "__defaults__", (fetching.NEVER_FETCHED, 1.0))
    answer, told = HOSTILE[which]
    assert await world.after_a_period(FIVE) == ALL
    before = await world.copy()
    assert await world.after_a_period(answer) == ALL
    assert world.told() == [told]
    assert await world.copy() == before
    assert await world.after_a_period(FIVE) == ALL
    assert world.told() == []


async def test_a_calendar_that_is_empty_of_a_sudden_takes_not_even_one_away(world: World) -> None:
    assert await world.after_a_period(shows(1)) == ALL[:1]
    assert await world.after_a_period(calendar()) == ALL[:1]
    assert world.told() == [WOULD_REMOVE]
    assert await world.after_a_period(shows(2)) == ["Show 2"]
    assert world.told() == []


async def test_no_alert_and_no_row_says_where_it_is(world: World, tmp_path: Path) -> None:
    await world.after_a_period(FIVE)
    for answer, _ in (HOSTILE["broken"], HOSTILE["redirected for ever"], HOSTILE["an empty calendar"]):
        await world.after_a_period(answer)
        await world.watch.alerts.write()
        said = [repr(await world.copy()), repr(await world.follower.store.open_alerts())]
        assert "canary" not in "".join(said)
        assert "127.0.0.1" not in "".join(said)
    assert (tmp_path / "schedule.yaml").read_text().count("canary") == 1


async def test_by_the_second_is_refused_by_name_and_the_others_air(world: World) -> None:
    seconds = event("s", "Flood", NOON, HOUR, "RRULE:FREQ=SECONDLY")
    assert (
        await world.after_a_period(FIVE.replace(b"END:VCALENDAR", f"{seconds}END:VCALENDAR".encode())) == ALL
    )
    assert world.told() == ["calendar/house/calendar_events_refused"]
    await world.watch.alerts.write()
    (alert,) = await world.follower.store.open_alerts()
    assert "'Flood' of 2026-12-01: FREQ=SECONDLY repeats within the day" in alert.text


async def test_304_for_ever_does_not_run_dry(world: World) -> None:
    """Before what was read ends, the calendar is read again, whatever its server says of it."""

    def tagged(request: BaseHTTPRequestHandler) -> None:
        if request.headers.get("if-none-match"):
            not_modified(request)
            return
        body = calendar(DAILY)
        request.send_response(200)
        request.send_header("etag", '"1"')
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    await world.after_a_period(tagged)
    first = await world.copy()
    for _ in range(4):
        world.clock.move(timedelta(days=20))
        await world.after_a_period(tagged)
        found = await world.copy()
        assert found.reaches - world.clock.now() > SPARE
        assert found.checked_at == world.clock.now()
    assert found.reaches > first.reaches
    assert world.told() == []


async def test_a_calendar_that_was_never_read_takes_nothing_away(world: World) -> None:
    await world.after_a_period(FIVE)
    text = world.follower.path.read_text()
    world.follower.path.write_text(text.replace("key: house", "key: home, was: house"))
    assert await world.after_a_period(broken) == ALL
    assert world.told() == ["calendar/home/calendar_unreadable"]
    assert await world.after_a_period(FIVE) == ALL
    assert all(row.entry == "home" for row in await world.follower.store.overview())


async def test_what_is_accepted_by_hand_is_followed(world: World) -> None:
    await world.after_a_period(FIVE)
    await world.after_a_period(shows(1))
    assert world.told() == [WOULD_REMOVE]
    watch = CalendarWatch(inline(), HORIZON, world.watch.whereabouts, world.watch.alerts, world.clock)
    await watch.look(world.follower.following)
    (accepted,) = await watch.store.calendars(["house"])
    await world.follower.store.keep_calendar(accepted)
    assert world.told() == []


async def test_one_that_fails_keeps_no_other_from_being_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = world.follower.path.read_text()
    entry = text.partition("broadcasts:\n")[2]
    world.follower.path.write_text(text + entry.replace("house", "other"))
    failing: Callable[[CalendarCopy], object] = world.follower.store.keep_calendar

    async def keep(copy: CalendarCopy) -> None:
        if copy.entry == "house":
            raise RuntimeError("a bug")
        await failing(copy)  # type: ignore[misc]  # It is awaited as it is.

    monkeypatch.setattr(world.follower.store, "keep_calendar", keep)
    await world.follower.follow()
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(world.watch.look(world.follower.following), 30)
    assert [each.entry for each in await world.follower.store.calendars(["house", "other"])] == ["other"]
