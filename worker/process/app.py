"""The process: start, supervise, drain."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from jobs.conditions import leaving_on_air
from worker.alerting.alerts import Alerts
from worker.alerting.courier import Courier
from worker.alerting.deliveries import Deliveries
from worker.engine.failsafe import Failsafe
from worker.engine.inbox import Inbox
from worker.engine.passes import Passes
from worker.gateway.queue import CallQueue
from worker.health.pulse import Pulse
from worker.kit.clock import Clock
from worker.kit.service_manager import ServiceManager
from worker.kit.tasks import supervise
from worker.leases.contract import SharedLeases
from worker.process.clock_watch import ClockWatch
from worker.process.files_watch import FilesLostError, FilesWatch
from worker.process.handover import LEAVING, Handover
from worker.process.heartbeat import Heartbeat
from worker.process.housekeeping import Housekeeping
from worker.store.errors import StoreUnavailableError

DRAIN_SECONDS = 2.0
"""The calls under way get this long when the worker is told to stop (law 11)."""
LOOKED_AROUND_WITHIN = 0.3
"""Seconds that the database gets to tell who else is there."""
RESIGNED_WITHIN = 0.4
"""Seconds that the database gets to take the leases back; else they expire."""

log = structlog.get_logger(__name__)


class Service(Protocol):
    """What runs for as long as the worker does."""

    async def run(self) -> None:
        """Serve until cancelled."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One worker, put together by bootstrap."""

    clock: Clock
    leases: SharedLeases
    handover: Handover
    queues: Mapping[str, CallQueue]
    """By quota group."""
    inbox: Inbox
    passes: Passes
    failsafe: Failsafe
    alerts: Alerts
    deliveries: Deliveries
    courier: Courier
    heartbeat: Heartbeat | None
    """None: none is wanted."""
    housekeeping: Housekeeping
    clock_watch: ClockWatch
    pulse: Pulse
    service_manager: ServiceManager
    pages: Service | None
    """None: none are wanted."""
    probes: Service | None
    """On a port of their own; None: not wanted."""
    files: FilesWatch | None
    """None: the database is no file."""
    farewell: Callable[[], Awaitable[None]]
    """Closes what bootstrap opened."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop, then drain. It returns within 3 s of being told.

        Raises:
            FilesLostError: it left because it works on files that nobody else works on.
        """
        await self.handover.begin()
        log.info("started", holds=sorted(self.leases.terms()))
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(supervise(name, duty, self.clock), name=name)
                for name, duty in self._duties()
            ]
            lost = await self._told_to_stop(stop)
            await self._drain()
            for task in tasks:
                task.cancel()
        await self._leave()
        if lost:
            raise FilesLostError(lost)

    async def _told_to_stop(self, stop: asyncio.Event) -> str:
        """Wait until somebody says so, or the files are lost; return what is lost of them."""
        if self.files is None:
            await stop.wait()
            return ""
        told = asyncio.ensure_future(stop.wait())
        lost = asyncio.ensure_future(self.files.lost())
        await asyncio.wait({told, lost}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        lost.cancel()
        return "" if stop.is_set() else lost.result()

    def _duties(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        queues = [(f"calls of {group}", queue.run) for group, queue in self.queues.items()]
        pages = [("pages", self.pages.run)] if self.pages else []
        probes = [("probes", self.probes.run)] if self.probes else []
        heartbeat = [("heartbeat", self.heartbeat.run)] if self.heartbeat else []
        files = [("files", self.files.run)] if self.files else []
        return [
            *queues,
            *pages,
            *probes,
            *heartbeat,
            *files,
            ("handover", self.handover.run),
            ("courier", self.courier.run),
            ("pulse", self.pulse.run),
            ("clock watch", self.clock_watch.run),
            ("inbox", self.inbox.run),
            ("passes", self.passes.run),
            ("failsafe", self.failsafe.run),
            ("alerts", self.alerts.run),
            ("housekeeping", self.housekeeping.run),
        ]

    async def _drain(self) -> None:
        self.service_manager.stopping()
        await self._warn_of_what_goes_on()
        for queue in self.queues.values():
            queue.close()
        for _ in range(int(DRAIN_SECONDS / 0.05)):
            if not self._is_under_way():
                break
            await self.clock.sleep(0.05)

    def _is_under_way(self) -> bool:
        """Whether a call is not answered yet, or somebody has not heard that it is left on air."""
        calls = any(queue.under_way for queue in self.queues.values())
        return calls or (LEAVING in self.alerts.about() and self.deliveries.waiting() > 0)

    async def _warn_of_what_goes_on(self) -> None:
        """SIGTERM never cuts a show; but nobody watches it from here on, and that is said first."""
        on_air = [run.id for run in self.failsafe.on_air()]
        if on_air and not await has_successor(self.leases):
            self.alerts.tell(LEAVING, [leaving_on_air(on_air)])
            text = f"exiting with {len(on_air)} on air and no other worker to stop them"
            log.critical("leaving_on_air", text=text, runs=on_air, cure="Start a worker before they end.")

    async def _leave(self) -> None:
        with suppress(StoreUnavailableError, TimeoutError):
            async with asyncio.timeout(RESIGNED_WITHIN):
                await self.leases.resign()
        await self.passes.close()
        await self.failsafe.close()
        await self.courier.close()
        await self.farewell()
        log.info("stopped")


async def has_successor(leases: SharedLeases) -> bool:
    """Whether somebody takes over; who came just now is not known before it is looked for."""
    if not leases.successors():
        with suppress(StoreUnavailableError, TimeoutError):
            async with asyncio.timeout(LOOKED_AROUND_WITHIN):
                await leases.look_around()
    return bool(leases.successors())


async def run_until_signalled(app: App) -> None:
    """Run until SIGTERM or SIGINT; SIGHUP reads the schedule again."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, app.housekeeping.now, "follow_again")
    await app.run(stop)
