"""Commands that change what is wanted, or ask a worker for something: add, extend, cancel, stop, links."""

import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import local
from worker.cli.schedule import example
from worker.clock import SystemClock

if TYPE_CHECKING:
    from worker.provider.client import ProviderClient
    from worker.store.records import Overview
    from worker.store.store import Store

T = TypeVar("T")

HEEDED_WITHIN = 10.0
"""Seconds that a command waits for a worker."""
LOOK_EVERY = 0.2

ID = click.argument("broadcast_id", metavar="ID")


class Length(click.ParamType[timedelta]):
    """A duration as the schedule writes it."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read 15m, 1h30m, 90s."""
        from jobs import durations

        try:
            return durations.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Instant(click.ParamType[datetime]):
    """An instant with its offset."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read 2026-12-01T18:00:00Z or with an offset."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail(f"{value!r}: write 2026-12-01T18:00:00Z, or with an offset", param, ctx)
        return found.astimezone(UTC)


@click.command(
    epilog=example(
        "cuelight add town-hall --title 'Town hall' --start 2026-12-01T18:00:00+01:00 --duration 1h"
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

    try:
        window = Window(start, start + duration)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    wanted = Broadcast(id=broadcast_id, title=title, window=window, account=account, go_live=GoLive(go_live))

    async def added(store: "Store") -> None:
        if await _find(store, broadcast_id):
            raise click.ClickException(f"{broadcast_id} exists already; choose another id")
        await store.add(wanted)

    context.with_store(added)
    click.echo(f"added {broadcast_id}: {local(window.starts_at)} to {local(window.ends_at)}")


@click.command(epilog=example("cuelight extend town-hall 15m"))
@ID
@click.argument("by", type=Length())
@pass_context
def extend(context: Context, broadcast_id: str, by: timedelta) -> None:
    """Let a broadcast go on for longer. It waits until a worker has heeded it."""

    async def extended(store: "Store") -> None:
        row = await _known(store, broadcast_id)
        if row.state in ("stopping", "ended", "missed", "cancelled"):
            reason = f"{broadcast_id} is {row.state}, so it cannot be extended"
            raise click.ClickException(f"{reason}; `cuelight add` makes a new broadcast")
        if row.ends_at is None:
            raise click.ClickException(f"{broadcast_id} has no end that can be read; correct its row first")
        ends_at = row.ends_at + by
        version = await store.extend(broadcast_id, ends_at)
        await _heeded(store, broadcast_id, version, "extended")
        click.echo(f"{broadcast_id} ends {local(ends_at)}")

    context.with_store(extended)


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
    """Take a broadcast off the air now; before its start, call it off."""

    async def stopped(store: "Store") -> None:
        row = await _known(store, broadcast_id)
        if direct:
            await _stop_directly(context, row)
        clock = SystemClock()
        if row.starts_at and clock.now() < row.starts_at:
            await _cancel(store, broadcast_id)
            return
        request = await store.leave_request("stop", broadcast_id, by=getpass.getuser(), at=clock.now())
        if direct:
            return

        async def answered() -> bool:
            found = await store.request(request)
            return found is not None and found.answer is not None

        await _wait(store, answered, "the request is left, but not heeded")
        click.echo(f"{broadcast_id} is being taken off the air; `cuelight show` tells when it is proven")

    context.with_store(stopped)


@click.command(epilog=example("cuelight links product-webinar@2026-12-01"))
@ID
@pass_context
def links(context: Context, broadcast_id: str) -> None:
    """Print a link for each host. They are secret: whoever has one comes in as that host."""

    async def printed(store: "Store") -> None:
        row = await _known(store, broadcast_id)
        if row.meeting_id is None or row.state in (None, "planned", "rejected"):
            raise click.ClickException(
                f"{broadcast_id} is {row.state or 'new'}: there are no links before it is ready"
            )
        template = context.settings().accounts[row.account].join_url or "{token}"
        for custom_id, token in await _tokens(context, row):
            click.echo(f"{custom_id}  {template.replace('{token}', token)}")

    context.with_store(printed)


async def _tokens(context: Context, row: "Overview") -> list[tuple[str, str]]:
    async def minted(client: "ProviderClient") -> list[tuple[str, str]]:
        meeting = row.meeting_id or ""
        people = await client.participants(meeting)
        return [(each.custom_id, await client.participant_token(meeting, each.id)) for each in people]

    return await _with_client(context, row.account, minted)


async def _stop_directly(context: Context, row: "Overview") -> None:
    async def stopped(client: "ProviderClient") -> None:
        meeting = row.meeting_id or ""
        await client.stop_stream(meeting)
        stream = await client.active_stream(meeting)
        click.echo(f"the provider took the stop; the stream is {stream.word or 'off'} now")

    if row.meeting_id is None:
        raise click.ClickException(f"{row.id} has no meeting yet, so there is nothing to stop")
    await _with_client(context, row.account, stopped)


async def _with_client(context: Context, account: str, work: Callable[["ProviderClient"], Awaitable[T]]) -> T:
    """Speak to the provider from here.

    Raises:
        ClickException: the account is not set up, or the provider did not do it.
    """
    from worker.bootstrap import account_of
    from worker.provider.client import ProviderClient
    from worker.provider.errors import ProviderError
    from worker.provider.transport import Transport

    settings = context.settings().accounts.get(account)
    if settings is None:
        raise click.ClickException(
            f"account {account} is not set up here: set CUELIGHT_ACCOUNTS__{account.upper()}__*"
        )
    transport = Transport()
    try:
        return await work(ProviderClient(account_of(account, settings), transport, SystemClock()))
    except ProviderError as error:
        raise click.ClickException(f"the provider: {error}") from None
    finally:
        await transport.close()


async def _cancel(store: "Store", broadcast_id: str) -> None:
    version = await store.cancel(broadcast_id)
    await _heeded(store, broadcast_id, version, "called off")
    click.echo(f"{broadcast_id} is called off")


async def _heeded(store: "Store", broadcast_id: str, version: int | None, what: str) -> None:
    """Wait until a worker has looked at this version of the row."""
    if version is None:
        raise click.ClickException(f"{broadcast_id} is gone meanwhile")
    await _wait(store, lambda: store.heeded(broadcast_id, version), f"{what} in the database, but not heeded")


async def _wait(store: "Store", done: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """Wait until a worker has heeded what was written.

    Raises:
        ClickException: none did, in 10 s.
    """
    clock = SystemClock()
    until = clock.monotonic() + HEEDED_WITHIN
    while clock.monotonic() < until:
        if await done():
            return
        await clock.sleep(LOOK_EVERY)
    seen_at = await store.last_worker_seen()
    since = f"no worker since {local(seen_at)}" if seen_at else "no worker has ever run on this database"
    raise click.ClickException(f"{otherwise}: {since}; start one with `cuelight run`")


async def _find(store: "Store", broadcast_id: str) -> "Overview | None":
    return next((each for each in await store.overview() if each.id == broadcast_id), None)


async def _known(store: "Store", broadcast_id: str) -> "Overview":
    found = await _find(store, broadcast_id)
    if found is None:
        raise click.ClickException(
            f"there is no broadcast {broadcast_id}; `cuelight status --all` lists them"
        )
    return found
