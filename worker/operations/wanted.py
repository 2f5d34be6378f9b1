"""What is wanted of a broadcast: added, extended, cancelled. Each order is one write of its row."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from jobs.model import Broadcast, GoLive, Window
from jobs.run.intake import objection
from jobs.run.lifecycle import OVER, State
from worker.operations.answers import picked_up
from worker.operations.operator import Operator
from worker.operations.refusals import (
    AlreadyOverError,
    ChangedError,
    IdInUseError,
    InvalidError,
    NotInStateError,
    UnknownBroadcastError,
)
from worker.store.errors import ChangedMeanwhileError, IdTakenError, NotExtendedError
from worker.store.orders import Extended
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
    options: Mapping[str, Any] = MappingProxyType({}),
) -> Broadcast:
    """Return a broadcast that workers would run. `options`: further fields of it.

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
    said = {"account": account, "go_live": GoLive(go_live), **options}
    found = Broadcast(id=broadcast_id, title=title, window=window, **said)
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
    made = await write_extension(operator, broadcast_id, by)
    await picked_up(operator, broadcast_id, made.version, "extended")
    row = await operator.known(broadcast_id)
    if row.ends_at != made.ends_at:
        raise _not_extended(broadcast_id, row.state)
    return made.ends_at


async def write_extension(operator: Operator, broadcast_id: str, by: timedelta) -> Extended:
    """Write a later end down, for a worker to pick up; return it.

    Raises:
        UnknownBroadcastError: there is none with this id.
        NotInStateError: its state does not allow it.
        ChangedError: it is not in a version that was seen.
    """
    await operator.known(broadcast_id)
    try:
        made = await operator.store.extend(broadcast_id, by, operator.order())
    except NotExtendedError as error:
        raise _not_extended(broadcast_id, error.state) from None
    except ChangedMeanwhileError as error:
        raise ChangedError(str(error)) from None
    if made is None:
        raise UnknownBroadcastError(broadcast_id)
    return made


async def delayed(operator: Operator, broadcast_id: str) -> list[Overview]:
    """Return the broadcasts that wait for the room of this one: they start before it ends."""
    return await operator.store.delayed(broadcast_id)


async def cancel(operator: Operator, broadcast_id: str) -> None:
    """Call a broadcast off, whatever a schedule that is applied later says; on air, it is taken off.

    Raises:
        UnknownBroadcastError: there is none with this id.
        NotPickedUpError: it is written down, and no worker has picked it up so far.
    """
    await picked_up(operator, broadcast_id, await write_cancellation(operator, broadcast_id), "cancelled")


async def write_cancellation(operator: Operator, broadcast_id: str) -> int:
    """Write down that a broadcast is cancelled, for a worker to pick up; return its row's new version.

    Raises:
        UnknownBroadcastError: there is none with this id.
        ChangedError: it is not in a version that was seen.
    """
    try:
        version = await operator.store.cancel(broadcast_id, operator.order())
    except ChangedMeanwhileError as error:
        raise ChangedError(str(error)) from None
    if version is None:
        raise UnknownBroadcastError(broadcast_id)
    return version


async def change(operator: Operator, broadcast_id: str, changes: Mapping[str, Any]) -> None:
    """Write down what is to be different, for a worker to pick up; the rest stays as it is.

    `changes`: fields of `Broadcast`, and `starts_at` and `ends_at`.

    Raises:
        UnknownBroadcastError: there is none with this id.
        InvalidError: workers would not run it so.
        NotInStateError: its state does not allow it.
        ChangedError: it is not in a version that was seen, or was changed just now.
    """
    row = await operator.known(broadcast_id)
    found = await operator.store.existing_broadcasts(None, [broadcast_id])
    if not found:
        raise NotInStateError(f"{broadcast_id} cannot be read: {row.why}; correct its row first")
    before = found[0]
    if reason := _frozen(before.state, changes):
        raise NotInStateError(f"{broadcast_id} is {before.state}: {reason}")
    values = _differing(before.broadcast, _changed(before.broadcast, changes, operator.clock.now()))
    seen = operator.seen or frozenset({str(row.version)})
    order = replace(operator.order(), seen=seen)
    try:
        if values and await operator.store.edit(broadcast_id, values, order) is None:
            raise UnknownBroadcastError(broadcast_id)
    except ChangedMeanwhileError as error:
        raise ChangedError(str(error)) from None


def _changed(before: Broadcast, changes: Mapping[str, Any], now: datetime) -> Broadcast:
    """Return the broadcast as it is to be.

    Raises:
        InvalidError: workers would not run it so.
        AlreadyOverError: it would have ended before now.
    """
    fields = dict(changes)
    starts_at = fields.pop("starts_at", before.window.starts_at)
    ends_at = fields.pop("ends_at", before.window.ends_at)
    try:
        found = replace(before, window=Window(starts_at, ends_at), **fields)
    except ValueError as error:
        raise InvalidError(str(error)) from None
    if found.window != before.window and ends_at <= now:
        raise AlreadyOverError(ends_at)
    if reason := rows.objection(found) or objection(found, [found.account]):
        raise InvalidError(reason)
    return found


def _differing(before: Broadcast, after: Broadcast) -> dict[str, Any]:
    """Return the columns that are to be written."""
    old, new = rows.columns(before), rows.columns(after)
    return {name: value for name, value in new.items() if old[name] != value}


def _frozen(state: State | None, changes: Mapping[str, Any]) -> str:
    """Return why a broadcast in this state cannot be changed so; empty if it can (design, section 3)."""
    if state in OVER or state is State.STOPPING:
        return "nothing of it can be changed; `reopen` puts it on air again"
    if "starts_at" in changes and state not in (None, State.PLANNED, State.READY, State.REJECTED):
        return "its start cannot be changed any more"
    if "account" in changes and state not in (None, State.PLANNED, State.REJECTED):
        return "it has a meeting already: its account cannot be changed"
    return ""


def _not_extended(broadcast_id: str, state: str | None) -> NotInStateError:
    if state in ("stopping", "ended", "missed", "cancelled"):
        cure = f"put it back on air with `cuelight reopen {broadcast_id} 15m`"
        return NotInStateError(f"{broadcast_id} is {state}, so it cannot be extended; {cure}")
    if state is None:
        return NotInStateError(f"{broadcast_id} has no valid end; correct its row first")
    cure = f"`cuelight show {broadcast_id}` shows what is in force and why"
    return NotInStateError(f"{broadcast_id} was not extended: its row was changed or refused; {cure}")
