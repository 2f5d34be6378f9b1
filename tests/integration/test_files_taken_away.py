"""A real worker on SQLite whose files are deleted or replaced under it."""

import fcntl
import http.client
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.support.processes import free_port, simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes


def test_a_deleted_lock_file_is_taken_again_and_work_goes_on(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        (tmp_path / "cuelight.db.lock").unlink()
        wait_until("the lock is taken again", lambda: "lock_taken_again" in host.log())
        host.insert("show", soon(2), soon(8), prepare="1m")
        host.await_state("show", "live")
        host.await_state("show", "ended")
        assert host.alerts() == []
        assert host.stop() == 0


def test_a_lock_that_is_anothers_is_told_and_the_worker_leaves_when_nothing_is_on_air(tmp_path: Path) -> None:
    port = free_port()
    lock = tmp_path / "cuelight.db.lock"
    with simulator() as provider, worker(tmp_path, provider, CUELIGHT_HTTP__PORT=str(port)) as host:
        host.start()
        host.insert("show", soon(2), soon(12), prepare="1m")
        host.await_state("show", "live")
        lock.unlink()
        with lock.open("w") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            ready = wait_until("it is not ready", lambda: unready(port))
            assert "lock file was deleted or replaced" in ready
            wait_until("it is told", lambda: "database/files/lock_lost" in host.alerts())
            assert "lock_lost" in host.cuelight("status").stdout
            assert host.process
            assert host.process.wait(timeout=60) == 1
        assert not provider.meetings("Show")[0]["on_air"]
        assert provider.calls("POST", "/active-livestream/stop")
        host.start()
        wait_until("what was told is taken back", lambda: host.alerts() == [])
        host.await_state("show", "ended")


def test_a_database_that_is_replaced_is_told_and_what_is_on_air_is_stopped_from_memory(
    tmp_path: Path,
) -> None:
    port = free_port()
    with simulator() as provider, worker(tmp_path, provider, CUELIGHT_HTTP__PORT=str(port)) as host:
        host.start()
        host.insert("show", soon(2), soon(12), prepare="1m")
        host.await_state("show", "live")
        with (
            closing(sqlite3.connect(host.database)) as source,
            closing(sqlite3.connect(tmp_path / "b")) as copy,
        ):
            source.backup(copy)
        (tmp_path / "b").rename(host.database)
        ready = wait_until("it is not ready", lambda: unready(port))
        assert "was replaced by another file" in ready
        assert '"database_replaced"' in host.log()
        assert host.process
        assert host.process.wait(timeout=60) == 1
        assert "put the right file there" in host.log().splitlines()[-1]
        assert "`cuelight restore FILE`" in host.log().splitlines()[-1]
        assert not provider.meetings("Show")[0]["on_air"]
        assert "stopped_from_memory" in host.log()
        assert "leaving_on_air" not in host.log()


def test_a_damaged_database_is_refused_at_the_start_with_the_cure(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.cuelight("migrate")
        with host.database.open("r+b") as file:
            file.seek(4096)
            file.write(b"x" * 40960)
        refused = host.cuelight("run", check=False)
        assert refused.returncode == 1
        assert "is damaged" in refused.stderr
        assert "restore a backup: `cuelight restore FILE`" in refused.stderr
        assert "Traceback" not in refused.stderr


def unready(port: int) -> str:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5)
    except httpx.HTTPError:
        return ""
    return answer.text if answer.status_code == http.client.SERVICE_UNAVAILABLE else ""
