"""What is wanted of a broadcast: added, extended, cancelled. Each order is one write of its row."""

from datetime import datetime, timedelta

from jobs.model import Broadcast, GoLive, Window
from jobs.run.intake import objection
from worker.operations.answers import picked_up
from worker.operations.operator import Operator
from worker.operations.refusals import (
    AlreadyOverError,
    IdInUseError,
    InvalidError,
    NotInStateError,
    UnknownBroadcastError,
)
from worker.store.errors import IdTakenError, NotExtendedError
from worker.store.queries import rows
from worker.store.records import Overview


def drawn_up(  # noqa: PLR0913  One for each thing that is said of a broadcast, by name.
    *,
    broadcast_id: str,
    title: str,
    starts_at: datetime,
    length: timedelta,
    account: str,
    go_live: str,
    now: datetime,
) -> Broadcast:
    """Return a broadcast that workers would run.

    Raises:
        InvalidError: they would not; the error says why.
        AlreadyOverError: it would have ended before now.
    """
    try:
        window = Window(starts_at, starts_at + length)
    except (ValueError, OverflowError) as error:
        raise InvalidError(str(error)) from None
    if window.ends_at <= now:
        raise AlreadyOverError(window.ends_at)
    found = Broadcast(id=broadcast_id, title=title, window=window, account=account, go_live=GoLive(go_live))
    if reason := rows.objection(found) or objection(found, [account]):
        raise InvalidError(reason)
    return found


async def add(operator: Operator, broadcast: Broadcast) -> None:
    """Add a broadcast beside those of a schedule.

    Raises:
        IdInUseError: there is one with its id; nothing was written.
    """
    try:
        await operator.store.add(broadcast)
    except IdTakenError:
        raise IdInUseError(f"{broadcast.id} already exists; choose another id") from None


async def extend(operator: Operator, broadcast_id: str, by: timedelta) -> datetime:
    """Move a broadcast's end; return the new one, which is in force.

    Raises:
        UnknownBroadcastError: there is none with this id.
        NotInStateError: its state does not allow it, or the new end was changed or refused meanwhile.
        NotPickedUpError: it is written down, and no worker has picked it up so far.
    """
    await operator.known(broadcast_id)
    try:
        made = await operator.store.extend(broadcast_id, by, operator.order())
    except NotExtendedError as error:
        raise _not_extended(broadcast_id, error.state) from None
    if made is None:
        raise UnknownBroadcastError(broadcast_id)
    await picked_up(operator, broadcast_id, made.version, "extended")
    row = await operator.known(broadcast_id)
    if row.ends_at != made.ends_at:
        raise _not_extended(broadcast_id, row.state)
    return made.ends_at


async def delayed(operator: Operator, broadcast_id: str) -> list[Overview]:
    """Return the broadcasts that wait for the room of this one: they start before it ends."""
    return await operator.store.delayed(broadcast_id)


async def cancel(operator: Operator, broadcast_id: str) -> None:
    """Call a broadcast off, whatever a schedule that is applied later says; on air, it is taken off.

    Raises:
        UnknownBroadcastError: there is none with this id.
        NotPickedUpError: it is written down, and no worker has picked it up so far.
    """
    version = await operator.store.cancel(broadcast_id, operator.order())
    if version is None:
        raise UnknownBroadcastError(broadcast_id)
    await picked_up(operator, broadcast_id, version, "cancelled")


def _not_extended(broadcast_id: str, state: str | None) -> NotInStateError:
    if state in ("stopping", "ended", "missed", "cancelled"):
        cure = f"put it back on air with `cuelight reopen {broadcast_id} 15m`"
        return NotInStateError(f"{broadcast_id} is {state}, so it cannot be extended; {cure}")
    if state is None:
        return NotInStateError(f"{broadcast_id} has no valid end; correct its row first")
    cure = f"`cuelight show {broadcast_id}` shows what is in force and why"
    return NotInStateError(f"{broadcast_id} was not extended: its row was changed or refused; {cure}")
