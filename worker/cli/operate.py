"""Commands that change what is wanted, or ask a worker for something."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import local, write_json, write_line
from worker.cli.parameters import ID, Instant, Length
from worker.cli.provider import account_settings, with_client
from worker.cli.schedule import JSON, example
from worker.cli.waiting import answered, heeded, operator
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.provider.client import ProviderClient
    from worker.store.records import Overview
    from worker.store.store import Store

OFF_WITHIN = 15.0
"""Seconds that `stop --direct` waits for the stream to go off: reads may say LIVE for 10 s after a stop."""


@click.command(
    epilog=example(
        "cuelight add town-hall --title 'Town hall' --start 2026-12-01T18:00:00+01:00 --duration 1h",
        "cuelight add rehearsal --title Rehearsal --start +10m --duration 15m --go-live at_start",
    ),
)
@ID
@click.option("--title", required=True)
@click.option("--start", required=True, type=Instant())
@click.option("--duration", required=True, type=Length())
@click.option("--account", default="default", show_default=True)
@click.option("--go-live", type=click.Choice(["on_join", "at_start"]), default="on_join", show_default=True)
@pass_context
def add(  # noqa: PLR0913, PLR0917  One for each option, by name.
    context: Context,
    broadcast_id: str,
    title: str,
    start: datetime,
    duration: timedelta,
    account: str,
    go_live: str,
) -> None:
    """Add one broadcast, beside those of a schedule."""
    from jobs.model import Broadcast, GoLive, Window
    from jobs.run.intake import objection
    from worker.store.queries import rows

    try:
        window = Window(start, start + duration)
    except (ValueError, OverflowError) as error:
        raise click.UsageError(str(error)) from None
    if window.ends_at <= SystemClock().now():
        raise click.UsageError(f"it would have ended {local(window.ends_at)} already: choose a later --start")
    wanted = Broadcast(id=broadcast_id, title=title, window=window, account=account, go_live=GoLive(go_live))
    if reason := rows.objection(wanted) or objection(wanted, [account]):
        raise click.UsageError(reason)

    async def added(store: "Store") -> None:
        if await store.find(broadcast_id):
            raise click.ClickException(f"{broadcast_id} exists already; choose another id")
        await store.add(wanted)

    context.with_store(added, makes=True)
    write_line(f"added {broadcast_id}: {local(window.starts_at)} to {local(window.ends_at)}")


@click.command(epilog=example("cuelight extend town-hall 15m"))
@ID
@click.argument("by", type=Length())
@pass_context
def extend(context: Context, broadcast_id: str, by: timedelta) -> None:
    """Let a broadcast go on for longer. It waits until a worker has heeded it."""
    from worker.store.errors import NotExtendedError

    async def extended(store: "Store") -> None:
        await _known(store, broadcast_id)
        try:
            made = await store.extend(broadcast_id, by)
        except NotExtendedError as error:
            raise _not_extended(broadcast_id, error.state) from None
        await heeded(store, broadcast_id, made.version if made else None, "extended")
        row = await _known(store, broadcast_id)
        if made is None or row.ends_at != made.ends_at:
            raise _not_extended(broadcast_id, row.state)
        write_line(f"{broadcast_id} ends {local(made.ends_at)}")

    context.with_store(extended)


def _not_extended(broadcast_id: str, state: str | None) -> click.ClickException:
    if state in ("stopping", "ended", "missed", "cancelled"):
        cure = f"`cuelight reopen {broadcast_id} 15m` puts it on air again"
        return click.ClickException(f"{broadcast_id} is {state}, so it cannot be extended; {cure}")
    if state is None:
        return click.ClickException(f"{broadcast_id} has no end that can be read; correct its row first")
    cure = f"`cuelight show {broadcast_id}` tells what is in force and why"
    return click.ClickException(f"{broadcast_id} was not extended: its row was changed or refused; {cure}")


@click.command(epilog=example("cuelight cancel town-hall"))
@ID
@pass_context
def cancel(context: Context, broadcast_id: str) -> None:
    """Call a broadcast off; on air, it is taken off. It waits until a worker has heeded it."""

    async def cancelled(store: "Store") -> None:
        await _known(store, broadcast_id)
        await _cancel(store, broadcast_id)

    context.with_store(cancelled)


@click.command(epilog=example("cuelight stop town-hall", "cuelight stop town-hall --direct"))
@ID
@click.option("--direct", is_flag=True, help="Tell the provider from here, whether a worker runs or not.")
@pass_context
def stop(context: Context, broadcast_id: str, *, direct: bool) -> None:
    """Take a broadcast off the air now; before its start, call it off.

    What is asked for is written down first, whatever becomes of the call: else a worker, which wants it on
    air, would bring it back.
    """

    async def stopped(store: "Store") -> None:
        row = await _known(store, broadcast_id)
        if direct:
            await _stop_directly(context, row, await _wanted_off(store, row))
        elif _is_to_come(row):
            await _cancel(store, broadcast_id)
        else:
            request = await store.leave_request("stop", broadcast_id, by=operator(), at=SystemClock().now())
            await answered(store, request)
            write_line(f"{broadcast_id} is being taken off the air; `cuelight show` tells when it is proven")

    context.with_store(stopped)


def _is_to_come(row: "Overview") -> bool:
    return row.starts_at is not None and SystemClock().now() < row.starts_at


async def _wanted_off(store: "Store", row: "Overview") -> str:
    """Write down that it is wanted off, without waiting for a worker; return why it was not."""
    from worker.store.errors import StoreError

    try:
        if _is_to_come(row):
            await store.cancel(row.id)
        else:
            await store.leave_request("stop", row.id, by=operator(), at=SystemClock().now())
    except StoreError as error:
        return str(error)
    return ""


@click.command(epilog=example("cuelight reopen product-webinar@2026-12-01 15m"))
@ID
@click.argument("length", type=Length())
@pass_context
def reopen(context: Context, broadcast_id: str, length: timedelta) -> None:
    """Put a broadcast that is over on air again for so long, from now on, in the same meeting.

    The new occurrence is ID.2 (then ID.3); it begins as soon as the one before is proven off.
    """
    from jobs.schedule import durations

    async def reopened(store: "Store") -> None:
        await _known(store, broadcast_id)
        request = await store.leave_request(
            "reopen",
            broadcast_id,
            durations.format(length),
            by=operator(),
            at=SystemClock().now(),
        )
        made = await answered(store, request)
        write_line(f"{made} is on its way: `cuelight show {made}`")

    context.with_store(reopened)


@click.command(epilog=example("cuelight links product-webinar@2026-12-01"))
@ID
@JSON
@pass_context
def links(context: Context, broadcast_id: str, *, as_json: bool) -> None:
    """Print a link for each host. They are secret: whoever has one comes in as that host."""

    async def printed(store: "Store") -> None:
        row = await _known(store, broadcast_id)
        if row.meeting_id is None or row.state in (None, "planned", "rejected"):
            raise click.ClickException(
                f"{broadcast_id} is {row.state or 'new'}: there are no links before it is ready"
            )
        template = account_settings(context, row.account).join_url
        record = await store.load(broadcast_id)
        hosts = record.run.room.hosts if record else {}
        tokens = await _tokens(context, row, hosts)
        found = [(host, _link(template, token, row.meeting_id)) for host, token in tokens]
        if not found:
            raise click.ClickException(f"{broadcast_id} has no hosts: give it some with `hosts:`")
        if as_json:
            write_json([{"host": host, "link": link} for host, link in found])
            return
        for host, link in found:
            write_line(f"{host}  {link}")

    context.with_store(printed)


def _link(template: str | None, token: str, meeting_id: str) -> str:
    """Return a host's link; without a template for it, the token alone."""
    if not template:
        return token
    return template.replace("{meeting}", quote(meeting_id, safe="")).replace("{token}", quote(token, safe=""))


async def _tokens(context: Context, row: "Overview", hosts: Collection[str]) -> list[tuple[str, str]]:
    """Return a token for each of these hosts, and for nobody else who was ever added to the meeting."""

    async def minted(client: "ProviderClient") -> list[tuple[str, str]]:
        meeting = row.meeting_id or ""
        people = await client.participants(meeting)
        ours = [each for each in people if each.custom_id in hosts]
        return [(each.custom_id, await client.participant_token(meeting, each.id)) for each in ours]

    return await with_client(context, row.account, minted)


async def _stop_directly(context: Context, row: "Overview", unwritten: str) -> None:
    """Tell the provider; `unwritten`: why the database does not say that it is wanted off, if it does not."""
    if row.meeting_id is None:
        raise click.ClickException(f"{row.id} has no meeting yet, so there is nothing to stop")
    meeting = row.meeting_id

    async def stopped(client: "ProviderClient") -> None:
        write_line(await _told_to_stop(client, meeting))
        if not await _is_off_soon(client, meeting):
            cure = "repeat this, or end the meeting in the provider's dashboard"
            raise click.ClickException(f"{row.id} is not off after {OFF_WITHIN:.0f} s: {cure}")
        write_line("it is off now; only a worker closes its doors, so that it cannot air again")
        if unwritten:
            raise click.ClickException(f"a worker may put it on air again: {unwritten}; repeat this")

    await with_client(context, row.account, stopped)


async def _told_to_stop(client: "ProviderClient", meeting: str) -> str:
    """Send the stop, and say what the provider made of it."""
    from worker.gateway.performer import NOTHING_TO_DO
    from worker.provider.errors import AbsentError, RefusedError

    try:
        await client.stop_stream(meeting)
    except (AbsentError, RefusedError) as error:
        if error.status not in NOTHING_TO_DO:
            raise
        return "the provider says that nothing is running there"
    return "the provider took the stop"


async def _is_off_soon(client: "ProviderClient", meeting: str) -> bool:
    """Read until it is off, for as long as a stop may take."""
    clock = SystemClock()
    until = clock.monotonic() + OFF_WITHIN
    while not (await client.active_stream(meeting)).is_off:
        if clock.monotonic() > until:
            return False
        await clock.sleep(1)
    return True


async def _cancel(store: "Store", broadcast_id: str) -> None:
    version = await store.cancel(broadcast_id)
    await heeded(store, broadcast_id, version, "called off")
    write_line(f"{broadcast_id} is called off")


async def _known(store: "Store", broadcast_id: str) -> "Overview":
    found = await store.find(broadcast_id)
    if found is None:
        raise click.ClickException(
            f"there is no broadcast {broadcast_id}; `cuelight status --all` lists them"
        )
    return found
