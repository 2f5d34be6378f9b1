"""What workers make of an order that is written down: waited for, as long as somebody at a screen would."""

from collections.abc import Awaitable, Callable

from worker.engine.requests import REFUSED
from worker.operations.operator import Operator
from worker.operations.refusals import DeclinedError, NotPickedUpError

ANSWERED_WITHIN = 10.0
"""Seconds that a worker is waited for."""
LOOK_EVERY = 0.2


async def picked_up(operator: Operator, broadcast_id: str, version: int, done: str) -> None:
    """Wait until a worker has looked at this version of the row. `done`: what the operator did to it.

    Raises:
        NotPickedUpError: none has, in 10 s.
    """

    async def looked_at() -> bool:
        return await operator.store.heeded(broadcast_id, version)

    await _wait(operator, looked_at, f"{done} in the database, but not picked up by a worker")


async def answer(operator: Operator, request: int) -> str:
    """Return a worker's answer to a request.

    Raises:
        NotPickedUpError: there is none, in 10 s.
        DeclinedError: it is a refusal.
    """

    async def answered() -> bool:
        found = await operator.store.request(request)
        return found is not None and found.answer is not None

    await _wait(operator, answered, "the request is saved, but not picked up by a worker")
    found = await operator.store.request(request)
    text = (found.answer if found else None) or ""
    if text.startswith(REFUSED):
        raise DeclinedError(text.removeprefix(REFUSED))
    return text


async def _wait(operator: Operator, done: Callable[[], Awaitable[bool]], written: str) -> None:
    clock = operator.clock
    until = clock.monotonic() + ANSWERED_WITHIN
    while clock.monotonic() < until:
        if await done():
            return
        await clock.sleep(LOOK_EVERY)
    raise NotPickedUpError(written, await operator.store.last_worker_seen())
