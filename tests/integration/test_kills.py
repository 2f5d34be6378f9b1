"""Workers killed at the worst moment, calls that take effect unheard, and a database that is locked."""

import json
import signal
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.processes import Provider, Worker, simulator, soon, utc_now, wait_until, worker

pytestmark = pytest.mark.processes


def ends_on_time(provider: Provider, host: Worker, within: float = 1.0) -> None:
    """One meeting, stopped at its end, closed and off."""
    host.await_state("show", "ended", within=40)
    row = host.status()["show"]
    assert len(provider.calls("POST", "/meetings")) == 1
    stops = [at(each["received_at"]) for each in provider.calls("POST", "/active-livestream/stop")]
    assert min(abs((stop - at(row["ends_at"])).total_seconds()) for stop in stops) < within
    assert not any(stop < at(row["ends_at"]) for stop in stops)
    truth = provider.meetings("Show")[0]
    assert (truth["status"], truth["live_stream_on_start"], truth["on_air"]) == ("INACTIVE", False, False)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_killed_while_preparing(tmp_path: Path) -> None:
    with simulator(crowd=False) as provider, worker(tmp_path, provider) as host:
        provider.tell("faults", {"method": "POST", "path": "^/meetings$", "delay_s": 0, "latency_s": 3})
        host.start()
        host.insert("show", soon(6), soon(10), prepare="1m")
        wait_until("the create is sent", lambda: provider.calls("POST", "/meetings"))
        host.kill()
        host.start()
        host.await_state("show", "starting")
        wait_until("somebody joins", lambda: provider.joins("Show"))
        ends_on_time(provider, host)
        assert "adopted" in host.log()


def test_killed_while_live(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(2), soon(9), prepare="1m")
        host.await_state("show", "live")
        host.kill()
        host.start()
        ends_on_time(provider, host)


def test_killed_while_stopping(tmp_path: Path) -> None:
    with simulator(stop_to_offline_s=4) as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(2), soon(7), prepare="1m")
        host.await_state("show", "stopping")
        host.kill()
        host.start()
        ends_on_time(provider, host)


def began_at(host: Worker) -> datetime:
    """Return when the worker that was started last had begun: how long that takes depends on the machine."""
    lines = map(json.loads, host.logs[-1].read_text().splitlines())
    return at(next(line["timestamp"] for line in lines if line["event"] == "started"))


def test_a_worker_that_was_away_over_the_end_stops_at_once(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(2), soon(6), prepare="1m")
        host.await_state("show", "live")
        host.kill()
        wait_until(
            "the end has passed",
            lambda: utc_now() > at(host.status()["show"]["ends_at"]) + timedelta(seconds=2),
        )
        host.start()
        stop = wait_until("it is stopped", lambda: provider.calls("POST", "/active-livestream/stop"))[0]
        assert at(stop["received_at"]) - began_at(host) < timedelta(seconds=1)
        host.await_state("show", "ended")


def test_a_create_that_timed_out_after_taking_effect_is_adopted(tmp_path: Path) -> None:
    with simulator(crowd=False) as provider, worker(tmp_path, provider) as host:
        provider.tell("faults", {"method": "POST", "path": "^/meetings$", "then": "hang", "effect": True})
        host.start()
        host.insert("show", soon(12), soon(17), prepare="1m")
        host.await_state("show", "starting")
        wait_until("somebody joins", lambda: provider.joins("Show"))
        ends_on_time(provider, host)
        meetings = provider.meetings("Show")
        assert len(meetings) == 1
        assert host.status()["show"]["meeting_id"] == meetings[0]["id"]
        assert "adopted" in host.log()


def test_a_database_locked_over_the_end_delays_no_stop(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(2), soon(7), prepare="1m")
        host.await_state("show", "live")
        ends_at = at(host.status()["show"]["ends_at"])
        with closing(sqlite3.connect(host.database, timeout=5, isolation_level=None)) as locked:
            locked.execute("BEGIN EXCLUSIVE")
            stop = wait_until("it is stopped", lambda: provider.calls("POST", "/active-livestream/stop"))[0]
            assert timedelta(0) <= at(stop["received_at"]) - ends_at < timedelta(seconds=2)
            wait_until("well past the end", lambda: utc_now() > ends_at + timedelta(seconds=4))
            locked.execute("ROLLBACK")
        host.await_state("show", "ended")
        assert "stop" in host.cuelight("why", "show").stdout


def test_sigterm_cuts_no_show_and_says_so(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(2), soon(60), prepare="1m")
        host.await_state("show", "live")
        told_at = utc_now()
        assert host.stop() == 0
        assert utc_now() - told_at < timedelta(seconds=3)
        assert "exiting with 1 on air" in host.log()
        assert "leaving/leaving_on_air" in host.alerts()
        assert provider.meetings("Show")[0]["on_air"]
        assert not provider.calls("POST", "/active-livestream/stop")
        host.start()
        wait_until("it is over", lambda: "leaving/leaving_on_air" not in host.alerts())


def test_a_second_worker_is_refused(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        refused = host.cuelight("run", check=False)
        assert refused.returncode == 1
        assert "only one worker can run on a SQLite database; stop that one first" in refused.stderr
        assert host.process
        assert host.process.poll() is None
        host.process.send_signal(signal.SIGTERM)
        assert host.process.wait(10) == 0
