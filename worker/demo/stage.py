"""The two processes, in a folder of their own, and nothing of the caller's settings."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from worker.demo.script import KNOBS, SETTINGS

CUELIGHT = (sys.executable, "-c", "from worker.cli import main; main(prog_name='cuelight')")
"""This very program, wherever it is installed."""
UP_WITHIN = 20.0
"""Seconds for a process to say that it is there."""
DOWN_WITHIN = 5.0
NOT_OURS = frozenset({"CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET"})
"""What a service manager gives a service: secrets of real accounts, and a place to say that it works."""
TAIL = 2000
"""Characters of a log that are shown of a process that failed."""


class StageError(Exception):
    """A process did not come up, or ended before its time."""


@dataclass(slots=True)
class Stage:
    """Where it all happens."""

    folder: Path
    environment: dict[str, str]
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def provider_url(self) -> str:
        """Where the provider's control API is."""
        return "/".join(self.environment["CUELIGHT_ACCOUNTS__DEFAULT__BASE_URL"].split("/")[:3])

    @property
    def worker_log(self) -> Path:
        """What the worker wrote, as JSON lines."""
        return self.folder / "worker.log"

    async def start_provider(self) -> None:
        """Start the simulator; the environment that it prints is the worker's from then on.

        Raises:
            StageError: it printed none.
        """
        turned = [f"--set={name}={value}" for name, value in KNOBS.items()]
        process = await self._start("simulate", *turned, log=self.folder / "provider.log", reads=True)
        try:
            async with asyncio.timeout(UP_WITHIN):
                self.environment |= await _exports(process)
        except TimeoutError:
            raise self._failed("simulate", self.folder / "provider.log") from None

    async def start_worker(self, schedule: Path) -> None:
        """Start the worker; it follows the schedule."""
        await self._start("run", "--schedule", str(schedule), log=self.worker_log)

    async def command(self, *arguments: str) -> str:
        """Give a command as an operator would; return what it says.

        Raises:
            StageError: it failed.
        """
        process = await asyncio.create_subprocess_exec(
            *CUELIGHT, *arguments, env=self.environment, stdout=PIPE, stderr=PIPE
        )
        try:
            said, complained = await process.communicate()
        finally:
            if process.returncode is None:  # nobody waits for it any more
                process.kill()
        if process.returncode:
            raise StageError(f"cuelight {' '.join(arguments)}: {complained.decode().strip()}")
        return said.decode().strip()

    def check(self) -> None:
        """See that both still run.

        Raises:
            StageError: one does not.
        """
        logs = {"run": self.worker_log, "simulate": self.folder / "provider.log"}
        for name, process in self.processes.items():
            if process.returncode is not None:
                raise self._failed(name, logs[name])

    async def clear(self) -> None:
        """End the worker as it likes to be ended, then the provider."""
        for name in ("run", "simulate"):
            if (process := self.processes.get(name)) and process.returncode is None:
                await _ended(process)

    async def _start(self, *arguments: str, log: Path, reads: bool = False) -> Process:
        with log.open("wb") as written:
            process = await asyncio.create_subprocess_exec(
                *CUELIGHT,
                *arguments,
                env=self.environment,
                cwd=self.folder,
                stdin=DEVNULL,
                stdout=PIPE if reads else written,
                stderr=written,
                start_new_session=True,
            )
        self.processes[arguments[0]] = process
        return process

    def _failed(self, name: str, log: Path) -> StageError:
        code = self.processes[name].returncode
        what = "did not come up" if code is None else f"ended with {code}"
        return StageError(f"`cuelight {name}` {what}; its log ends:\n{log.read_text()[-TAIL:]}")


@asynccontextmanager
async def stage(folder: Path, environ: Mapping[str, str]) -> AsyncIterator[Stage]:
    """Set the stage, and clear it whatever happens."""
    made = Stage(folder, {**bare(environ), **SETTINGS, "CUELIGHT_STATE_DIR": str(folder)})
    try:
        yield made
    finally:
        await made.clear()


async def _exports(process: Process) -> dict[str, str]:
    """Read the environment that the simulator prints; nothing if it ends before."""
    assert process.stdout  # noqa: S101  It was asked for.
    found = {}
    async for line in process.stdout:
        name, _, value = line.decode().removeprefix("export ").strip().partition("=")
        found[name] = value
        if name.endswith("BASE_URL"):
            return found
    await process.wait()
    raise TimeoutError


async def _ended(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(DOWN_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def bare(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without anything that could lead to a real account, or to another database."""
    ours = {name for name in environ if not name.startswith("CUELIGHT_")} - NOT_OURS
    return {name: environ[name] for name in ours}


def environ() -> Mapping[str, str]:
    """Return the caller's environment."""
    return os.environ
