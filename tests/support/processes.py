"""Real processes: a simulator and workers, started as an operator starts them."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.support.forked import Forked
from worker.kit.clock import SystemClock

CLOCK = SystemClock()
"""Real processes live in real time."""

Sql = Callable[..., list[Any]]

CUELIGHT = str(Path(sys.executable).with_name("cuelight"))

BRISK = {
    "join_delay_s": 1,
    "invoke_to_live_s": 1,
    "invoke_jitter_s": 0,
    "stop_to_offline_s": 1,
    "status_lag_s": 0.3,
    "linger_s": 5,
}
"""A provider in a hurry: what takes it 15 s takes this one 1 s."""

QUICK = {
    "CUELIGHT_POLL__STARTING": "1s",
    "CUELIGHT_POLL__LIVE": "1s",
    "CUELIGHT_POLL__STOPPING": "1s",
    "CUELIGHT_LOG__FORMAT": "json",
    "CUELIGHT_HTTP__PORT": "0",
}
"""A worker that asks more often than it would."""


def utc_now() -> datetime:
    return CLOCK.now()


def wait_until(what: str, holds: Callable[[], Any], within: float = 15.0) -> Any:
    """Return what `holds` returns once that is true."""
    until = CLOCK.monotonic() + within
    while CLOCK.monotonic() < until:
        if found := holds():
            return found
        threading.Event().wait(0.1)
    raise AssertionError(f"not within {within} s: {what}")


@dataclass
class Provider:
    """A simulator in its own process."""

    process: Forked
    environment: dict[str, str]
    url: str

    def ask(self, path: str) -> Any:
        return httpx.get(f"{self.url}/_simulator/{path}", timeout=10).raise_for_status().json()

    def tell(self, path: str, body: object) -> Any:
        return httpx.post(f"{self.url}/_simulator/{path}", json=body, timeout=10).raise_for_status().json()

    def joins(self, title: str) -> bool:
        """Let somebody join, if the doors are open."""
        return httpx.post(f"{self.url}/_simulator/join", json={"meeting": title}, timeout=10).is_success

    def turn(self, **knobs: object) -> None:
        httpx.patch(f"{self.url}/_simulator/knobs", json=knobs, timeout=10).raise_for_status()

    def calls(self, method: str, resource: str) -> list[dict[str, Any]]:
        """Return the requests whose path ends so, in the order in which they came."""
        return [
            each
            for each in self.ask("requests")
            if each["method"] == method and each["path"].endswith(resource)
        ]

    def history(self, title: str, *kinds: str) -> list[dict[str, Any]]:
        """Return what truly happened to the meetings with this title."""
        found = [each for each in self.ask("history") if (each["title"] or "").startswith(title)]
        return [each for each in found if not kinds or each["kind"] in kinds]

    def meetings(self, title: str) -> list[dict[str, Any]]:
        return [each for each in self.ask("state")["meetings"] if each["title"].startswith(title)]


@dataclass
class Worker:
    """A worker's folder, and its process if one runs."""

    folder: Path
    environment: dict[str, str]
    process: Forked | subprocess.Popen[str] | None = None
    logs: list[Path] = field(default_factory=list)
    command: tuple[str, ...] = (CUELIGHT,)
    """What is begun; another than this in an interpreter of its own."""
    elsewhere: Sql | None = None
    """Runs a statement on its database, if that is not a SQLite file in its folder."""

    @property
    def database(self) -> Path:
        return self.folder / "cuelight.db"

    def start(self, *arguments: str) -> "Worker":
        log = self.folder / f"worker-{len(self.logs)}.log"
        self.logs.append(log)
        log.write_text("")
        self.process = process = self._begun(["run", *arguments], log)
        wait_until("the worker starts", lambda: '"started"' in log.read_text() or process.poll() is not None)
        assert process.poll() is None, self.log()
        return self

    def _begun(self, arguments: list[str], log: Path) -> Forked | subprocess.Popen[str]:
        if self.command == (CUELIGHT,):
            return Forked(arguments, self.environment, log, log)
        with log.open("w") as stream:
            command = [*self.command, *arguments]
            return subprocess.Popen(command, env=self.environment, stderr=stream, stdout=stream, text=True)

    def log(self) -> str:
        return "".join(path.read_text() for path in self.logs)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def cuelight(
        self, *arguments: str, check: bool = True, within: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Give a command, as somebody does in that folder."""
        with tempfile.TemporaryDirectory() as folder:
            out, error = Path(folder, "out"), Path(folder, "error")
            process = Forked(arguments, self.environment, out, error, within)
            try:
                code = process.wait(timeout=60)
            finally:
                process.kill()
            done = subprocess.CompletedProcess(process.args, code, out.read_text(), error.read_text())
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def status(self) -> dict[str, dict[str, Any]]:
        return {each["id"]: each for each in json.loads(self.cuelight("status", "--json").stdout)}

    def state(self, broadcast_id: str) -> str | None:
        found = self.sql("SELECT state FROM runs WHERE id = ?", broadcast_id)
        return found[0][0] if found else None

    def alerts(self) -> list[str]:
        """Return the keys of the open alerts."""
        return [key for (key,) in self.sql("SELECT key FROM alerts WHERE resolved_at IS NULL")]

    def sql(self, statement: str, *values: object) -> list[Any]:
        if self.elsewhere is not None:
            return self.elsewhere(statement.replace("?", "%s"), *values)
        database = sqlite3.connect(self.database, timeout=5, isolation_level=None)
        try:
            return database.execute(statement, values).fetchall()
        finally:
            database.close()

    def insert(self, broadcast_id: str, starts_at: datetime, ends_at: datetime, **columns: object) -> None:
        """Insert as another system would: the four columns, and what else it wants."""
        row = {
            "id": broadcast_id,
            "title": broadcast_id.title(),
            "starts_at": iso(starts_at),
            "ends_at": iso(ends_at),
        }
        row |= {name: str(value) for name, value in columns.items()}
        marks = ", ".join("?" * len(row))
        self.sql(f"INSERT INTO broadcasts ({', '.join(row)}) VALUES ({marks})", *row.values())  # noqa: S608  Our words.

    def await_state(self, broadcast_id: str, *states: str, within: float = 30.0) -> str:
        def there() -> str | None:
            state = self.state(broadcast_id)
            return state if state in states else None

        try:
            found: str = wait_until(f"{broadcast_id} is {' or '.join(states)}", there, within)
        except AssertionError as error:
            error.add_note(f"it is {self.state(broadcast_id)}; {self.log()[-4000:]}")
            raise
        return found


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def soon(seconds: float) -> datetime:
    return utc_now() + timedelta(seconds=seconds)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextmanager
def simulator(flavour: str = "realtimekit", **knobs: object) -> Iterator[Provider]:
    turned = [f"--set={name}={value}" for name, value in {**BRISK, **knobs}.items()]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUELIGHT_")}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        process = Forked(["simulate", "--flavour", flavour, *turned], kept, out, Path(os.devnull))
        try:
            environment = wait_until("the simulator listens", lambda: _exported(out))
            base = environment["CUELIGHT_ACCOUNTS__DEFAULT__BASE_URL"]
            yield Provider(process, environment, "/".join(base.split("/")[:3]))
        finally:
            process.kill()
            process.wait()


@contextmanager
def worker(folder: Path, provider: Provider, **settings: str) -> Iterator[Worker]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUELIGHT_")}
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**kept, **QUICK, **provider.environment, "CUELIGHT_STATE_DIR": str(folder), **settings}
    made = Worker(folder, environment)
    try:
        yield made
    finally:
        if made.process and made.process.poll() is None:
            made.kill()


def _exported(printed: Path) -> dict[str, str]:
    """Return the environment that the simulator prints, once it is whole; till then, nothing."""
    text = printed.read_text() if printed.exists() else ""
    lines = [line.removeprefix("export ").partition("=") for line in text.splitlines()]
    found = {name: value for name, _, value in lines}
    return found if "BASE_URL" in text and text.endswith("\n") else {}
