"""Commands that look: status, show."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.extent import Extent
from worker.cli.output import Styled, console, write_json, write_json_list, write_line
from worker.cli.parameters import ID, JSON, Instant, example
from worker.cli.quotas import quotas
from worker.kit.clock import SystemClock
from worker.view.board import Board
from worker.view.details import Details, details, summary

if TYPE_CHECKING:
    from worker.store.store import Store

REDRAWN_EVERY = 1.0
"""Seconds between two looks of `status --watch`."""


@click.command(
    epilog=example(
        "cuelight status",
        "cuelight status --watch",
        "cuelight status --json",
        "cuelight status --all --page 1",
        "cuelight status --since 2026-12-01T00:00:00Z",
    )
)
@JSON
@click.option(
    "--all", "everything", is_flag=True, help="Also broadcasts that ended long ago; the latest page."
)
@click.option("--since", type=Instant(), help="Also broadcasts that ended long ago, but not before then.")
@click.option("--page", type=click.IntRange(1), help="An earlier page; with --json this page alone.")
@click.option("--watch", is_flag=True, help="Refresh each second, until ^C.")
@pass_context
def status(  # noqa: PLR0913  One for each option, by name.
    context: Context,
    *,
    as_json: bool,
    everything: bool,
    since: datetime | None,
    page: int | None,
    watch: bool,
) -> None:
    """Show what is on air, what is next, what ended last, and what is wrong."""
    if as_json and watch:
        raise click.UsageError("--watch is for people, --json for programs: use one of them")
    extent = Extent(everything, since, page)
    if as_json:
        context.with_store(lambda store: _write(store, extent))
    elif watch:
        _watch(context, extent)
    else:
        _draw(context.with_store(lambda store: _board(store, extent)))


async def _write(store: "Store", extent: Extent) -> None:
    """Write each part as it is read: of years, a program has the first before the last is read."""
    await write_json_list([summary(each) for each in part] async for part in extent.parts(store))


def _draw(found: Board) -> None:
    from worker.view.rich.board import DrawnBoard

    console().print(DrawnBoard(found))


def _watch(context: Context, extent: Extent) -> None:
    """Redraw the board in place until interrupted."""
    import contextlib

    if not sys.stdout.isatty():
        raise click.UsageError("--watch needs a terminal: use `cuelight status`, or --json for programs")
    with contextlib.suppress(KeyboardInterrupt):
        context.with_store(lambda store: _redraw(store, extent))


async def _redraw(store: "Store", extent: Extent) -> None:
    from rich.live import Live

    from worker.view.rich.board import DrawnBoard

    clock, out = SystemClock(), console()
    found = Board([], [], [], clock.now())
    with Live(console=out, screen=True, auto_refresh=False) as live:
        while True:
            found = await looked_again(store, found, extent)
            live.update(DrawnBoard(found, lines=out.height), refresh=True)
            await clock.sleep(REDRAWN_EVERY)


async def looked_again(store: "Store", before: Board, extent: Extent) -> Board:
    """Return the board as it is now; with the database away, as it was, saying so."""
    from dataclasses import replace

    from worker.store.errors import StoreUnavailableError

    try:
        return await _board(store, extent)
    except StoreUnavailableError as error:
        trouble = f"{error}; retrying each second"
        return replace(before, now=SystemClock().now(), trouble=trouble)


async def _board(store: "Store", extent: Extent) -> Board:
    now = SystemClock().now()
    rows, rest = await extent.shown(store)
    alerts, workers = await store.open_alerts(), await store.workers()
    return Board(rows, alerts, workers, now, rest, await quotas(store, now))


@click.command(epilog=example("cuelight show product-webinar@2026-12-01"))
@ID
@JSON
@pass_context
def show(context: Context, broadcast_id: str, *, as_json: bool) -> None:
    """Show everything known about one broadcast."""
    found = context.with_store(lambda store: _details(store, broadcast_id))
    if found is None:
        raise click.ClickException(f"no such broadcast: {broadcast_id}; `cuelight status --all` lists them")
    if as_json:
        write_json(found.as_json())
        return
    for name, text in found.texts():
        write_line(f"{name:13} {text}")
    for alert in found.alerts:
        write_line(Styled(f"{alert.severity:13} {alert.text} {alert.cure}", "red"))


async def _details(store: "Store", broadcast_id: str) -> Details | None:
    row, alerts = await store.find(broadcast_id), await store.open_alerts(broadcast_id)
    return details(row, alerts, await store.reminders(broadcast_id)) if row else None
