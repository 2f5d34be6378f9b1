"""The pulse: what the watchdog and the pages are told, and when they are told nothing."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.clock import NOON, HandClock, settle
from worker.engine.passes import Passes
from worker.health.pulse import DEAD_AFTER, EMPTY_EVERY, NOBODY, Pulse
from worker.kit.service_manager import FED_EVERY, ServiceManager


class Systemd:
    """The service manager's end of NOTIFY_SOCKET."""

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.setblocking(False)  # noqa: FBT003  The socket's own signature.

    def heard(self) -> list[str]:
        """Return what was said since, without the status lines."""
        found = []
        while True:
            try:
                found += self._socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                return [line for line in found if not line.startswith("STATUS=")]

    def close(self) -> None:
        self._socket.close()


class World:
    """Passes, their pulse and a service manager; `block` holds up every pass from then on."""

    def __init__(self, address: str) -> None:
        self.clock = HandClock()
        self.passed: list[str] = []
        self.block: asyncio.Event | None = None
        self.passes = Passes(self.reconcile, self.clock)
        self.service_manager = ServiceManager(address, self.clock, lambda: "1 on air")
        self.pulse = Pulse(self.clock, self.passes.wake, self.service_manager.feed)
        self.passes.follow(self.pulse.beat)

    async def reconcile(self, run_id: str) -> datetime | None:
        if self.block:
            await self.block.wait()
        self.passed.append(run_id)
        return None

    async def after(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.clock.move(1)
            while self.passes.start_due():
                pass
            await settle()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    made = Systemd(tmp_path / "notify")
    yield made
    made.close()


async def test_the_service_is_ready_after_the_first_finished_pass_and_not_before(systemd: Systemd) -> None:
    world = World(systemd.address)
    world.passes.wake("show")
    assert systemd.heard() == []
    await world.after(1)
    assert systemd.heard() == ["READY=1", "WATCHDOG=1"]
    world.passes.wake("show")
    await world.after(1)
    assert systemd.heard() == ["WATCHDOG=1"]


async def test_a_blocked_reconciler_feeds_no_watchdog(systemd: Systemd) -> None:
    world = World(systemd.address)
    beating = asyncio.create_task(world.pulse.run())
    await settle()
    await world.after(10)
    assert systemd.heard().count("WATCHDOG=1") > 1
    world.block = asyncio.Event()
    await world.after(EMPTY_EVERY)
    systemd.heard()
    for run_id in ("show", "another"):
        world.passes.wake(run_id)
    await world.after(120)
    assert systemd.heard() == []
    assert world.pulse.silent_for > DEAD_AFTER
    assert world.passes.oldest() >= 119
    world.block.set()
    await world.after(1)
    assert systemd.heard() == ["WATCHDOG=1"]
    assert world.passes.oldest() == 0
    beating.cancel()


async def test_an_idle_worker_shows_that_it_lives_by_empty_passes(systemd: Systemd) -> None:
    world = World(systemd.address)
    beating = asyncio.create_task(world.pulse.run())
    await settle()
    await world.after(60)
    assert set(world.passed) == {NOBODY}
    assert 60 / EMPTY_EVERY - 1 <= systemd.heard().count("WATCHDOG=1") <= 60 / EMPTY_EVERY + 1
    assert world.pulse.last_at
    assert world.pulse.last_at > NOON + timedelta(seconds=50)
    beating.cancel()


async def test_a_busy_worker_does_not_flood_the_service_manager(systemd: Systemd) -> None:
    world = World(systemd.address)
    for number in range(200):
        world.passes.wake(f"show-{number}")
    await world.after(FED_EVERY)
    assert len(world.passed) == 200
    assert systemd.heard() == ["READY=1", "WATCHDOG=1"]


async def test_a_pass_that_failed_is_none_that_finished() -> None:
    beats: list[int] = []

    async def reconcile(run_id: str) -> datetime | None:
        raise RuntimeError(run_id)

    passes = Passes(reconcile, HandClock())
    passes.follow(lambda: beats.append(1))
    passes.wake("show")
    passes.start_due()
    await settle()
    assert beats == []
    assert passes.oldest() == 0


def test_stopping_is_told(systemd: Systemd) -> None:
    World(systemd.address).service_manager.stopping()
    assert systemd.heard() == ["STOPPING=1"]


def test_an_abstract_address_is_understood() -> None:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind("\0cuelight-test-notify")
    World("@cuelight-test-notify").service_manager.feed()
    assert listener.recv(4096).startswith(b"READY=1\n")
    listener.close()


@pytest.mark.parametrize("address", [None, "", "/nowhere/at/all"])
def test_without_a_service_manager_nothing_happens(address: str | None) -> None:
    manager = ServiceManager(address, HandClock(), lambda: "")
    manager.feed()
    manager.stopping()
