"""Off the air now, and on it again: through a worker, or at the provider itself where none may run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from jobs.model import Outcome
from jobs.run.decision import Stop
from jobs.run.lifecycle import OVER
from jobs.schedule import durations
from worker.gateway.performer import outcome_of
from worker.kit.clock import Clock
from worker.operations.answers import answer
from worker.operations.operator import Operator
from worker.operations.refusals import NotInStateError, NotOffError, NotWrittenError
from worker.operations.wanted import cancel, write_cancellation
from worker.provider.client import ProviderClient
from worker.provider.errors import ProviderError
from worker.store.errors import StoreError
from worker.store.records import Overview

OFF_WITHIN = 15.0
"""Seconds that a stop at the provider is given: reads may say LIVE for 10 s after it."""


class Ordered(Enum):
    """What a stop came to."""

    CANCELLED = auto()
    """It was still to come."""
    STOP = auto()
    """A worker is taking it off the air."""


class Progress(Enum):
    """How far a stop at the provider itself is."""

    ACCEPTED = auto()
    """The provider accepted it."""
    NOTHING_RUNS = auto()
    """The provider says that nothing is running there."""
    OFF = auto()
    """The stream is off."""


@dataclass(frozen=True, slots=True)
class WantedOff:
    """A broadcast of which everybody is to know that it is wanted off."""

    broadcast_id: str
    account: str
    meeting: str
    unwritten: str
    """Why the database does not say so; empty: it does."""


async def stop(operator: Operator, broadcast_id: str) -> Ordered:
    """Have a worker take a broadcast off the air now; one that is still to come is cancelled.

    Raises:
        UnknownBroadcastError: there is none with this id.
        NotPickedUpError: it is written down, and no worker has picked it up so far.
        DeclinedError: a worker refuses it; the error says why.
    """
    row = await operator.known(broadcast_id)
    if _is_to_come(operator, row):
        await cancel(operator, broadcast_id)
        return Ordered.CANCELLED
    await answer(operator, await operator.request("stop", broadcast_id))
    return Ordered.STOP


async def ask_stop(operator: Operator, broadcast_id: str) -> int | None:
    """Order the same without waiting: return the number of the request; None: it is cancelled.

    Raises:
        UnknownBroadcastError: there is none with this id.
        NotInStateError: it is over.
        ChangedError: it is not in a version that was seen.
    """
    row = await operator.known(broadcast_id)
    if row.state in OVER:
        raise NotInStateError(f"{broadcast_id} is {row.state}: there is nothing to stop")
    if _is_to_come(operator, row):
        await write_cancellation(operator, broadcast_id)
        return None
    return await operator.request("stop", broadcast_id)


async def want_off(operator: Operator, broadcast_id: str) -> WantedOff:
    """Write down that a broadcast is wanted off, without waiting for a worker.

    Before anything is said to the provider: else a worker, which wants it on air, would bring it back.

    Raises:
        UnknownBroadcastError: there is none with this id.
        NotInStateError: it has no meeting yet; that it is wanted off is written down all the same.
    """
    row = await operator.known(broadcast_id)
    unwritten = await _unwritten(operator, row)
    if row.meeting_id is None:
        raise NotInStateError(f"{row.id} has no meeting yet, so there is nothing to stop")
    return WantedOff(row.id, row.account, row.meeting_id, unwritten)


async def stop_directly(
    client: ProviderClient, clock: Clock, wanted: WantedOff, tell: Callable[[Progress], None]
) -> None:
    """Tell the provider to stop, and wait until it is off; `tell` hears of each step as it is done.

    Raises:
        NotOffError: it goes on.
        NotWrittenError: it is off, and a worker may put it on air again.
        ProviderError: the provider did not answer, or refused.
    """
    tell(await send_stop(client, wanted.meeting))
    if not await _is_off_soon(client, clock, wanted.meeting):
        cure = "try again, or end the meeting in the provider's dashboard"
        raise NotOffError(f"{wanted.broadcast_id} is not off after {OFF_WITHIN:.0f} s: {cure}")
    tell(Progress.OFF)
    if wanted.unwritten:
        raise NotWrittenError(f"a worker may put it on air again: {wanted.unwritten}; try again")


async def send_stop(client: ProviderClient, meeting: str) -> Progress:
    """Send a stop, and return what the provider made of it. Raises `ProviderError`."""
    try:
        await client.stop_stream(meeting)
    except ProviderError as error:
        if outcome_of(error, Stop()) is not Outcome.ABSENT:
            raise
        return Progress.NOTHING_RUNS
    return Progress.ACCEPTED


async def reopen(operator: Operator, broadcast_id: str, length: timedelta) -> str:
    """Put a broadcast that is over on air again, in the same meeting; return the new occurrence's id.

    Raises:
        UnknownBroadcastError: there is none with this id.
        NotPickedUpError: it is written down, and no worker has picked it up so far.
        DeclinedError: a worker refuses it; the error says why.
    """
    return await answer(operator, await ask_reopening(operator, broadcast_id, length))


async def ask_reopening(operator: Operator, broadcast_id: str, length: timedelta) -> int:
    """Order the same without waiting; return the number of the request.

    Raises:
        UnknownBroadcastError: there is none with this id.
        ChangedError: it is not in a version that was seen.
    """
    await operator.known(broadcast_id)
    return await operator.request("reopen", broadcast_id, durations.format(length))


async def _unwritten(operator: Operator, row: Overview) -> str:
    try:
        if _is_to_come(operator, row):
            await operator.store.cancel(row.id, operator.order())
        else:
            await operator.request("stop", row.id)
    except StoreError as error:
        return str(error)
    return ""


def _is_to_come(operator: Operator, row: Overview) -> bool:
    return row.starts_at is not None and operator.clock.now() < row.starts_at


async def _is_off_soon(client: ProviderClient, clock: Clock, meeting: str) -> bool:
    until = clock.monotonic() + OFF_WITHIN
    while not (await client.active_stream(meeting)).is_off:
        if clock.monotonic() > until:
            return False
        await clock.sleep(1)
    return True
