"""Whatever a calendar holds, nothing else waits for it: stops are as punctual as without."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.schedule import parse
from tests.support.clock import NOON
from tests.support.feed_server import calendar, event, feed_server, ok
from tests.support.processes import Provider, Worker, simulator, soon, wait_until, worker
from worker.calendars.feed import UnreadableError
from worker.calendars.renewal import Whereabouts, renewed
from worker.kit.clock import SystemClock

HOUR = timedelta(hours=1)
SHOWS = 50
LATE = timedelta(seconds=2)
"""How late a stop may be, with a hostile calendar or without."""
HELD = 0.05
"""Seconds that nothing of a calendar may hold the loop."""
CLOCK = SystemClock()
NOTHING_YET = """timezone: UTC
broadcasts:
  - {key: x, title: X, start: 2099-01-01T00:00, duration: 1h}
"""


def hostile(start: datetime) -> bytes:
    """Return what costs its reader seconds: 10,000 changes of a series, rules that never fire, or end."""
    hours = [start + n * HOUR for n in range(10_000)]
    changes = (event("d", "Moved", start, HOUR, f"RECURRENCE-ID:{each:%Y%m%dT%H%M%SZ}") for each in hours)
    nothing = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    never = (event(f"n{n}", "Never", start, HOUR, nothing) for n in range(6))
    endless = event("s", "Flood", start, HOUR, "RRULE:FREQ=SECONDLY")
    return calendar(event("d", "Daily", start, HOUR, "RRULE:FREQ=DAILY"), *changes, *never, endless)


async def longest_hold(work: Callable[[], Awaitable[object]]) -> float:
    """Return for how many seconds at a time the loop did nothing else while this was done."""
    longest = 0.0
    task = asyncio.ensure_future(work())
    while not task.done():
        before = CLOCK.monotonic()
        await CLOCK.sleep(0.001)
        longest = max(longest, CLOCK.monotonic() - before)
    with suppress(UnreadableError):
        task.result()
    return longest


@pytest.mark.processes
@pytest.mark.alone
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(hostile(NOON), id="hostile"),
        pytest.param(
            calendar(*(event(f"u{n}", "Show", NOON + n * HOUR, HOUR) for n in range(1_900))), id="full"
        ),
        pytest.param(b"BEGIN:VCALENDAR\r\n" + b"X:1\r\n" * 1_000_000 + b"END:VCALENDAR\r\n", id="long"),
    ],
)
async def test_reading_a_calendar_does_not_hold_the_loop(tmp_path: Path, data: bytes) -> None:
    with feed_server(ok(data)) as feed:
        text = f"timezone: UTC\nbroadcasts:\n  - {{key: house, calendar: '{feed.url}'}}\n"
        schedule = parse(text.encode(), "f").schedule
        assert schedule
        (entry,) = schedule.entries

        async def look() -> object:
            return await renewed(entry, Whereabouts(tmp_path, {}), None, NOON, timedelta(days=14))

        held = [await longest_hold(look) for _ in range(3)]
    assert min(held) < HELD, "what holds it does so each time; what else the machine does, does not"


def stops(provider: Provider, ends_at: datetime) -> list[timedelta]:
    """Return how late each stop came."""
    found = provider.history("Show", "stream.stopping")
    return sorted(datetime.fromisoformat(each["at"]) - ends_at for each in found)


def lateness(folder: Path, *, calendars: bool) -> list[timedelta]:
    """Have fifty shows end at one moment, with calendars being read just then or without; return how late."""
    with simulator() as provider, worker(folder, provider) as host, feed_server(ok(hostile(soon(0)))) as feed:
        file = folder / "schedule.yaml"
        file.write_text(
            "timezone: UTC\nbroadcasts:\n  - {key: x, title: X, start: 2099-01-01T00:00, duration: 1h}\n"
        )
        host.start("--schedule", str(file))
        ends_at = soon(45)
        for number in range(SHOWS):
            host.insert(f"show-{number}", soon(2), ends_at, prepare="1m")
        wait_until("all are live", lambda: _live(host) == SHOWS, 30)
        if calendars:
            entries = "".join(f"  - {{key: c{n}, calendar: '{feed.url}?{n}'}}\n" for n in range(12))
            file.write_text(file.read_text() + entries)
            wait_until("the first is being read", lambda: feed.asked, 15)
            assert soon(0) < ends_at
        wait_until("all are over", lambda: host.state("show-0") == "ended" and not _live(host), 60)
        assert not calendars or soon(-3) > ends_at
        return stops(provider, ends_at)


def _live(host: Worker) -> int:
    ((count,),) = host.sql("SELECT count(*) FROM runs WHERE state = 'live'")
    return int(count)


@pytest.mark.long
@pytest.mark.processes
@pytest.mark.alone
def test_fifty_stops_are_punctual_while_hostile_calendars_are_read(tmp_path: Path) -> None:
    without = lateness(tmp_path / "without", calendars=False)
    beside = lateness(tmp_path / "with", calendars=True)
    assert len(without) == len(beside) == SHOWS
    assert timedelta(0) <= beside[0]
    assert beside[-1] < max(LATE, without[-1] + LATE / 2)
