"""What operators ask of the worker. Each request is answered when what it asks for is written down."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from jobs.ids import INSTALLATION
from jobs.model import Broadcast, Run, Window
from jobs.run.lifecycle import OVER
from jobs.run.reopen import refusal, reopened
from jobs.schedule import durations
from worker.engine.locks import TRIED_AGAIN_AFTER
from worker.engine.passes import Passes
from worker.engine.recorder import Recorder
from worker.engine.sweeper import Stray
from worker.kit.clock import Clock
from worker.kit.tasks import Nursery
from worker.leases.contract import Leases
from worker.store.errors import GarbledRowError, LockedError, StoreUnavailableError
from worker.store.records import Overview, Request

REFUSED = "refused: "
"""Begins the answer to what is not done."""
SWEPT_AGAIN_AFTER = 5.0
"""Seconds until a sweep that met a database failure is made again for whoever asked for it."""

Sweep = Callable[[str], Awaitable[list[Stray]]]
"""Sweeps one account, or all that are this worker's if none is named."""

log = structlog.get_logger(__name__)


class RequestStore(Protocol):
    """What requests need of the store."""

    async def pending_requests(self) -> list[Request]:
        """Return the requests without an answer."""
        ...

    async def answer_request(self, request_id: int, answer: str, at: datetime) -> None:
        """Answer one."""
        ...

    async def find(self, broadcast_id: str) -> Overview | None:
        """Return one row of `broadcasts` beside what became of it; None: there is no such row."""
        ...

    async def cancel(self, broadcast_id: str) -> int | None:
        """Call a broadcast off, whatever a re-applied schedule says; None: there is no such row."""
        ...

    async def reopen(self, request_id: int, wanted: Broadcast, at: datetime) -> str | None:
        """Insert the next occurrence and answer with its id, both or neither."""
        ...


@dataclass(slots=True)
class Requests:
    """Heeds each request once."""

    store: RequestStore
    recorder: Recorder
    passes: Passes
    leases: Leases
    clock: Clock
    sweep: Sweep | None = None
    """Looks for what is on air and should not be; None: this worker has no such thing."""
    _work: Nursery = field(default_factory=Nursery)
    _asked: set[tuple[int, str]] = field(default_factory=set)
    """Each with the broadcast it was asked of: that may be renamed before the answer."""
    _not_before: dict[int, float] = field(default_factory=dict)
    """When those that a lock kept from being heeded are tried again."""

    async def look(self) -> None:
        """Heed what is asked. One that cannot be heeded is refused, and holds up no other."""
        for request in await self.store.pending_requests():
            if not self.leases.held(_account(request)) or self._waits(request):
                continue
            try:
                await self._heed(request)
            except LockedError as error:
                log.info("request_locked", request=request.id, reason=str(error))
                self._not_before[request.id] = self.clock.monotonic() + TRIED_AGAIN_AFTER
            except StoreUnavailableError:
                raise
            except Exception as error:
                log.exception("request_failed", request=request.id, kind=request.kind)
                await self._answer(request, f"{REFUSED}{error}")

    def _waits(self, request: Request) -> bool:
        return self.clock.monotonic() < self._not_before.get(request.id, 0.0)

    async def _heed(self, request: Request) -> None:
        match request.kind:
            case "stop":
                await self._stop(request)
            case "reopen":
                await self._reopen(request)
            case "sweep" if self.sweep is not None:
                self._begin_sweep(request, self.sweep)
            case _:
                await self._answer(request, f"{REFUSED}unknown request {request.kind!r}")

    async def _stop(self, request: Request) -> None:
        if _asks(request) not in self._asked:
            if await self.store.find(request.broadcast_id) is None:
                await self._answer(request, f"{REFUSED}no such broadcast: {request.broadcast_id}")
                return
            await self._call_off(request.broadcast_id)
            self._asked.add(_asks(request))
            self.recorder.ask_to_stop(request.broadcast_id, self.clock.now())
            self.passes.wake(request.broadcast_id, request.marker)
        elif not self.recorder.is_stop_pending(request.broadcast_id):
            await self._answer(request, "done")
            self._asked.discard(_asks(request))

    async def _call_off(self, broadcast_id: str) -> None:
        """A stop of what never aired calls it off: else a clock set back to before its start revives it."""
        with suppress(GarbledRowError):
            record = await self.recorder.records.load(broadcast_id)
            if record and record.accepted and self._may_be_wanted_again(record.run, record.accepted):
                version = await self.store.cancel(broadcast_id)
                if version is not None:
                    self.recorder.hear_of(broadcast_id, version)

    def _may_be_wanted_again(self, run: Run, accepted: Broadcast) -> bool:
        is_to_come = accepted.window.starts_at > self.clock.now()
        return run.state not in OVER and (is_to_come or run.live_at is None)

    def _begin_sweep(self, request: Request, sweep: Sweep) -> None:
        """Sweep beside everything else: other requests do not wait for it."""
        if _asks(request) not in self._asked:
            self._asked.add(_asks(request))
            self._work.start(self._swept(request, sweep), f"sweep for request {request.id}")

    async def _swept(self, request: Request, sweep: Sweep) -> None:
        """Answer with what a sweep found; one that meets a database failure is made again after it."""
        try:
            await self._answer_in_the_end(request, await self._found(request, sweep))
        except StoreUnavailableError as error:
            log.warning("sweep_not_answered", request=request.id, reason=str(error))
            await self.clock.sleep(SWEPT_AGAIN_AFTER)
        finally:
            self._asked.discard(_asks(request))

    async def _found(self, request: Request, sweep: Sweep) -> str:
        try:
            return json.dumps([asdict(each) for each in await sweep(request.argument)])
        except StoreUnavailableError:
            raise
        except Exception as error:
            log.exception("request_failed", request=request.id, kind=request.kind)
            return f"{REFUSED}{error}"

    async def _answer_in_the_end(self, request: Request, answer: str) -> None:
        """Answer what was done once and is not to be done again for a lock on the request's row."""
        while True:
            try:
                return await self._answer(request, answer)
            except LockedError:
                await self.clock.sleep(TRIED_AGAIN_AFTER)

    async def _reopen(self, request: Request) -> None:
        record = await self.recorder.records.load(request.broadcast_id)
        if record is None or record.accepted is None:
            await self._answer(request, f"{REFUSED}no worker has picked it up")
            return
        if reason := refusal(record.run, record.accepted):
            await self._answer(request, REFUSED + reason)
            return
        now = self.clock.now()
        window = Window(now, now + durations.parse(request.argument))
        made = await self.store.reopen(request.id, reopened(record.accepted, record.run, window), now)
        log.info("reopened", run=request.broadcast_id, made=made, by=request.by)

    async def _answer(self, request: Request, answer: str) -> None:
        await self.store.answer_request(request.id, answer, self.clock.now())


def _account(request: Request) -> str:
    """Return whose request it is; `*`: that of whoever looks after what belongs to no account."""
    named = request.argument if request.kind == "sweep" else request.account
    return named or INSTALLATION


def _asks(request: Request) -> tuple[int, str]:
    return request.id, request.broadcast_id
