"""Broadcasts out of a calendar that is kept elsewhere: from its server to the air, by real processes."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
from radicale import config
from radicale.app import Application

from jobs.schedule.entry import CalendarSource, Entry
from tests.support.feed_server import FeedServer, calendar, event, feed_server, ok
from tests.support.processes import Worker, simulator, soon, wait_until, worker
from worker.calendars.feed import Feed
from worker.calendars.instances import feed_in, occurring_by
from worker.calendars.renewal import Whereabouts, renewed
from worker.store.calendars import CalendarCopy

MINUTES = timedelta(minutes=1)


def schedule(folder: Path, feed: FeedServer, options: str = "prepare: 1m") -> Path:
    file = folder / "schedule.yaml"
    file.write_text(f"timezone: UTC\nbroadcasts:\n  - {{key: house, calendar: '{feed.url}', {options}}}\n")
    return file


def ids(host: Worker, title: str) -> list[str]:
    return [id_ for (id_,) in host.sql("SELECT id FROM broadcasts WHERE title = ? ORDER BY id", title)]


def show(seconds: float, length: timedelta = MINUTES, *lines: str) -> bytes:
    return calendar(
        event("show", "Show", soon(seconds), length, *lines),
        *(event(f"later-{day}", "Later", soon(day * 86400), MINUTES) for day in range(1, 6)),
    )


@pytest.mark.long
@pytest.mark.processes
def test_an_event_goes_live_and_a_calendar_gone_bad_takes_nothing_off_the_air(tmp_path: Path) -> None:
    with (
        simulator() as provider,
        worker(tmp_path, provider) as host,
        feed_server(ok(show(20))) as feed,
    ):
        file = str(schedule(tmp_path, feed))
        host.start("--schedule", file)
        (show_id,) = wait_until("the event is a row", lambda: ids(host, "Show"))
        assert show_id.startswith("house@c")
        host.await_state(show_id, "live", within=40)
        feed.serve(b"<html>Sign in</html>")
        host.stop()
        host.start("--schedule", file)  # Who begins looks at once.
        told = "calendar/house/calendar_unreadable"
        wait_until("it is told", lambda: told in host.alerts(), 30)
        assert host.state(show_id) == "live"
        host.await_state(show_id, "ended", within=60)
        assert len(ids(host, "Later")) == 5
        assert not [row for row in host.status().values() if row["state"] == "cancelled"]
        for said in (host.log(), *host.sql("SELECT * FROM alerts"), *host.sql("SELECT text FROM schedules")):
            assert "canary" not in str(said)
        assert b"canary" not in host.database.read_bytes()


@pytest.mark.processes
def test_what_apply_puts_in_force_airs_without_a_file_that_is_followed(tmp_path: Path) -> None:
    with (
        simulator() as provider,
        worker(tmp_path, provider) as host,
        feed_server(ok(show(25, 5 * MINUTES, "RRULE:FREQ=DAILY;COUNT=2"))) as feed,
    ):
        host.start()
        file = str(schedule(tmp_path, feed))
        planned = host.cuelight("plan", file).stdout
        assert "! house: 7 events in its calendar, checked less than a minute ago" in planned
        host.cuelight("apply", file, "--yes")
        first, _ = ids(host, "Show")
        assert re.fullmatch(r"house@c[0-9a-f]{8}-\d{4}-\d\d-\d\dT\d{4}(\d\d)?", first)
        host.await_state(first, "live", within=45)
        feed.serve(calendar(event("later-1", "Later", soon(86400), MINUTES)))
        refused = host.cuelight("apply", file, "--yes", check=False)
        assert refused.returncode == 1
        assert "--confirm-removals" in refused.stderr
        assert host.state(first) == "live"
        host.cuelight("apply", file, "--yes", "--confirm-removals")
        host.await_state(first, "ended", within=30)
        wait_until("the rest is cancelled", lambda: _wanted(host) == ["Later"])


def _wanted(host: Worker) -> list[str]:
    return [title for (title,) in host.sql("SELECT title FROM broadcasts WHERE cancelled = 0")]


NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def radicale(folder: Path) -> Iterator[str]:
    """Run a Radicale that lets everybody in; return its address."""
    settings = config.load()
    own = {"auth": {"type": "none"}, "rights": {"type": "authenticated"}, "web": {"type": "none"}}
    own = {**own, "storage": {"filesystem_folder": str(folder)}, "rights": {"type": "owner_only"}}
    settings.update(own, "test", privileged=True)
    with make_server("127.0.0.1", 0, Application(settings), handler_class=_Silent) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://studio:secret@127.0.0.1:{server.server_port}/studio/shows/"
        server.shutdown()
        thread.join()


def put(url: str, name: str, *events: str) -> None:
    httpx.put(
        f"{url}{name}.ics", content=calendar(*events), headers={"content-type": "text/calendar"}
    ).raise_for_status()


ALL_DAY = """BEGIN:VEVENT
UID:d
SUMMARY:All day
DTSTART;VALUE=DATE:20261201
END:VEVENT
"""


def test_a_real_calendar_server_is_read_and_what_is_moved_keeps_its_id(tmp_path: Path) -> None:
    entry = Entry(
        key="house",
        title="house",
        start=NOON,
        end=MINUTES,
        zone="Europe/Berlin",
        calendar=CalendarSource(secret="radicale"),  # noqa: S106  Its name.
    )
    with radicale(tmp_path / "radicale") as url:
        where = Whereabouts(tmp_path, {"radicale": url})

        def look(last: CalendarCopy | None, now: datetime) -> tuple[CalendarCopy, Feed]:
            copy = asyncio.run(renewed(entry, where, last, now, timedelta(days=14)))
            feed = feed_in(copy)
            assert feed
            return copy, feed

        httpx.request("MKCALENDAR", url).raise_for_status()
        put(url, "weekly", event("w", "Weekly", NOON, 60 * MINUTES, "RRULE:FREQ=WEEKLY;COUNT=3"))
        put(url, "once", event("o", "Once", NOON + timedelta(days=2), 30 * MINUTES))
        put(url, "day", ALL_DAY.replace("\n", "\r\n"))
        copy, feed = look(None, NOON)
        assert [each.title for each in feed.instances] == ["Weekly", "Once", "Weekly", "Weekly"]
        (refused,) = map(str, feed.refused)
        assert refused == "'All day' of 2026-12-01: it lasts all day, and has no time to begin at"
        suffixes = set(occurring_by(entry, feed).instances)
        assert {each[9:] for each in suffixes} >= {"", "-2026-12-01T1300", "-2026-12-08T1300"}
        assert copy.etag or copy.last_modified
        again, _ = look(copy, NOON + 60 * MINUTES)
        assert (again.feed, again.fetched_at, again.checked_at) == (copy.feed, NOON, NOON + 60 * MINUTES)
        put(url, "once", event("o", "Once", NOON + timedelta(days=3), 30 * MINUTES))
        newest, moved = look(again, NOON + 90 * MINUTES)
        assert newest.fetched_at == NOON + 90 * MINUTES
        assert moved.instances != feed.instances
        assert set(occurring_by(entry, moved).instances) == suffixes
