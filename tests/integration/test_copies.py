"""Production on air, and a copy of its database on a second worker with the same account."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.processes import Provider, Worker, simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes

OFTEN = {"CUELIGHT_POLL__SWEEP": "1s"}
"""A sweep each second: what would take production's show off the air after five minutes does so at once."""


def copied(host: Worker, to: Path) -> Path:
    """Copy the database as a hurried operator does, while the worker writes: file by file."""
    to.mkdir(mode=0o700)
    for each in ("cuelight.db", "cuelight.db-wal"):
        shutil.copy2(host.folder / each, to / each)
    return to


def on_air(host: Worker, *, until: float = 600) -> None:
    host.start()
    host.insert("show", soon(2), soon(until), prepare="1m")
    host.insert("later", soon(3600), soon(7200), prepare="2h")
    host.await_state("show", "live")
    host.await_state("later", "ready")


def stops(provider: Provider, title: str) -> list[dict[str, object]]:
    (meeting,) = provider.meetings(title)
    return provider.calls("POST", f"/{meeting['id']}/active-livestream/stop")


def sweeps(other: Worker, at_least: int) -> None:
    """Wait until it has looked for what should not be on air so often, as an operator may ask it to."""
    for _ in range(at_least):
        assert json.loads(other.cuelight("sweep", "--json").stdout) is not None


def test_a_copy_is_refused_and_production_goes_on_until_it_is_stopped(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path / "production", provider, **OFTEN) as host:
        on_air(host)
        with worker(copied(host, tmp_path / "staging"), provider, **OFTEN) as other:
            refused = other.cuelight("run", check=False)
            assert refused.returncode == 1
            assert "it is a copy" in refused.stderr
            assert "Traceback" not in refused.stderr
            assert "origin" in other.cuelight("doctor", check=False).stdout
        assert stops(provider, "Show") == []
        host.cuelight("stop", "show")
        host.await_state("show", "ended")
        assert len(stops(provider, "Show")) == 1


def test_adopted_as_a_copy_it_works_beside_production_and_touches_nothing_of_it(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path / "production", provider, **OFTEN) as host:
        on_air(host)
        with worker(copied(host, tmp_path / "staging"), provider, **OFTEN) as other:
            done = json.loads(other.cuelight("adopt", "--as-copy", "--yes", "--json").stdout)
            assert (done["under_way"], done["to_come"]) == (["show"], 1)
            other.start()
            other.await_state("later", "ready")
            sweeps(other, 5)
            assert other.state("show") == "cancelled"
            other.insert("own", soon(1), soon(8), prepare="1m")
            other.await_state("own", "live")
            other.await_state("own", "ended")
            assert host.state("show") == "live"
            assert stops(provider, "Show") == []
            assert other.stop() == 0
        host.cuelight("stop", "show")
        host.await_state("show", "ended")
        show, later = provider.meetings("Show"), provider.meetings("Later")
        assert (len(show), len(later)) == (1, 2)
        assert {each["title"][-14:-10] for each in later} == {done["tag"], done["original_tag"]}
        assert host.alerts() == []


def test_adopted_as_moved_it_goes_on_as_the_original_would(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path / "production", provider) as host:
        on_air(host, until=20)
        host.kill()
        with worker(copied(host, tmp_path / "new"), provider) as other:
            assert other.cuelight("run", check=False).returncode == 1
            other.cuelight("adopt", "--as-moved", "--yes")
            other.start()
            other.await_state("show", "ended", within=40)
            assert len(provider.meetings("Show")) == len(provider.meetings("Later")) == 1
            assert len(stops(provider, "Show")) == 1
            assert not provider.meetings("Show")[0]["on_air"]


def test_a_moved_folder_and_a_database_restored_in_its_place_start_without_asking(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path / "here", provider) as host:
        host.start()
        assert host.stop() == 0
        (tmp_path / "here").rename(tmp_path / "there")
        with worker(tmp_path / "there", provider) as moved:
            moved.start()
            assert moved.stop() == 0
            backup = Path(shutil.copy2(moved.database, tmp_path / "backup.db"))
            moved.database.unlink()
            backup.rename(moved.database)
            moved.start()
            wait_until("it works", lambda: moved.cuelight("workers").stdout.count("working") == 1)
            assert "place_unsure" not in moved.log()
            assert moved.stop() == 0
