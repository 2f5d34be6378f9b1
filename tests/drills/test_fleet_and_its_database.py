"""Workers on a PostgreSQL that dies, freezes, or loses its word on the way."""

import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.drills.fleet import fleet
from tests.drills.judge import instant, judged
from tests.drills.scene import journal, pause, someone
from tests.support.postgres import MIGRATED, Postgres, own
from tests.support.processes import Worker, soon, utc_now, wait_until
from tests.support.proxy import proxy
from worker.store.schema.migration import migrate

pytestmark = pytest.mark.processes

COUNT = int(os.environ.get("N", "1"))
MANY = pytest.mark.skipif(COUNT < 10, reason="make drills runs it")
COMMITS = range(1, 37)
"""Those of a life, counted from the beginning of its worker."""
AWAY = 40.0
"""Seconds for which the database is gone."""


@MANY
def test_shows_that_end_while_the_database_is_gone_are_stopped_on_time_and_written_up(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    ends = {"one": 18, "two": 26, "three": 34, "four": 70}
    with own() as server:
        migrate(server.url(MIGRATED))
        with fleet(tmp_path, server, {"crowd": True}) as f:
            first, _ = f.start(2)
            begun = utc_now()
            for name, seconds in ends.items():
                first.insert(name, begun + timedelta(seconds=3), begun + timedelta(seconds=seconds))
            for name in ends:
                first.await_state(name, "live")
            server.kill()
            pause(AWAY)
            server.start()
            for name, seconds in ends.items():
                first.await_state(name, "ended", within=90)
                late = stopped_at(f.provider.history(name.title()), begun + timedelta(seconds=seconds))
                record_property("drill", ("stopped without a database", late))
                assert 0 <= late < 2
            rows = first.status()
            assert not any(each["on_air"] for name in ends for each in f.provider.meetings(name.title()))
            assert all(rows[name]["off_at"] for name in ends)
            assert "from memory" in first.cuelight("why", "two").stdout


def stopped_at(history: list[dict[str, str]], end: datetime) -> float:
    """Return how many seconds after its end the stop took hold at the provider."""
    stopping = [instant(each["at"]) for each in history if each["kind"] == "stream.stopping"]
    return (stopping[0] - end).total_seconds()


@MANY
def test_backends_that_freeze_hold_up_neither_renewals_nor_stops(tmp_path: Path, postgres: Postgres) -> None:
    with fleet(tmp_path, postgres) as f:
        first, _ = f.start(2)
        with someone(f.provider, first):
            first.insert("show", soon(2), soon(14), prepare="1m")
            first.await_state("show", "live")
            frozen = backends(f.server, f.database)
            try:
                for each in frozen:
                    os.kill(each, signal.SIGSTOP)
                first.await_state("show", "ended", within=40)
            finally:
                for each in frozen:
                    os.kill(each, signal.SIGCONT)
        assert len(frozen) >= 5
        assert {term for _, term in f.leases().values()} == {1}
        assert f.holder() is first
        row = first.status()["show"]
        stop = f.provider.calls("POST", "/active-livestream/stop")[0]
        assert timedelta(0) <= instant(stop["received_at"]) - instant(row["ends_at"]) < timedelta(seconds=2)
        assert judged(f.provider, row, journal(first), utc_now()).faults == ()


def backends(server: Postgres, database: str) -> list[int]:
    """Return the processes that serve this database."""
    return [
        pid
        for (pid,) in server.sql(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            database,
            database=database,
        )
    ]


@MANY
@pytest.mark.parametrize("number", COMMITS)
def test_a_connection_cut_between_a_commit_and_its_answer_doubles_nothing(
    number: int, tmp_path: Path, postgres: Postgres
) -> None:
    with fleet(tmp_path, postgres) as f, proxy("127.0.0.1", postgres.port) as way:
        way.cut_at = number
        address = postgres.url(f.database, tcp=True).replace(f":{postgres.port}/", f":{way.port}/")
        host = f.add(CUELIGHT_DATABASE_URL=address)
        begin(host)
        wait_until("it holds the lease", lambda: f.holder() is host)
        begun = utc_now()
        with someone(f.provider, host):
            host.insert("show", begun + timedelta(seconds=6), begun + timedelta(seconds=12), prepare="1m")
            state = host.await_state("show", "ended", "missed", within=90)
        assert way.commits >= number
        assert judged(f.provider, host.status()["show"], journal(host), utc_now()).faults == ()
        (made,) = host.sql("SELECT count(*) FROM attempts WHERE kind = 'create'")
        assert made == (1,)
        # What was written down and never sent is searched for, longer than this show lasts.
        assert len(f.provider.calls("POST", "/meetings")) == (state == "ended"), state


def begin(host: Worker) -> None:
    """Begin it; one that could not, for its database did not answer, is begun again as a service is."""
    try:
        host.start()
    except AssertionError:
        wait_until("it has ended", lambda: host.process and host.process.poll() is not None)
        host.start()
