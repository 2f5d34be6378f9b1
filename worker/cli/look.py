"""Commands that look: status, show, why."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.extent import Extent
from worker.cli.output import Styled, console, local, write_json, write_json_list, write_line
from worker.cli.parameters import ID, Instant, instant
from worker.cli.quotas import quotas
from worker.cli.schedule import JSON, example
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.store.records import Alert, Note, Overview
    from worker.store.store import Store
    from worker.view.board import Board

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
@click.option("--all", "everything", is_flag=True, help="Also what is long over, the latest page of it.")
@click.option("--since", type=Instant(), help="Also what is long over, but for what was so before then.")
@click.option("--page", type=click.IntRange(1), help="An earlier page; with --json this page alone.")
@click.option("--watch", is_flag=True, help="Look again each second, until ^C.")
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
    """Show what is on air, what comes, what was last over, and what is wrong."""
    if as_json and watch:
        raise click.UsageError("--watch draws for people, and --json is for programs: use one of them")
    extent = Extent(everything, since, page)
    if as_json:
        context.with_store(lambda store: _write(store, extent))
    elif watch:
        _watch(context, extent)
    else:
        console().print(context.with_store(lambda store: _board(store, extent)))


async def _write(store: "Store", extent: Extent) -> None:
    """Write each part as it is read: of years, a program has the first before the last is read."""
    await write_json_list([_summary(each) for each in part] async for part in extent.parts(store))


def _watch(context: Context, extent: Extent) -> None:
    """Redraw the board in place until interrupted."""
    import contextlib

    if not sys.stdout.isatty():
        raise click.UsageError("--watch needs a terminal: use `cuelight status`, or --json for programs")
    with contextlib.suppress(KeyboardInterrupt):
        context.with_store(lambda store: _redraw(store, extent))


async def _redraw(store: "Store", extent: Extent) -> None:
    from dataclasses import replace

    from rich.live import Live

    from worker.view.board import Board

    clock, out = SystemClock(), console()
    board = Board([], [], clock.now(), None)
    with Live(console=out, screen=True, auto_refresh=False) as live:
        while True:
            board = await looked_again(store, board, extent)
            live.update(replace(board, lines=out.height), refresh=True)
            await clock.sleep(REDRAWN_EVERY)


async def looked_again(store: "Store", before: "Board", extent: Extent) -> "Board":
    """Return the board as it is now; with the database away, as it was, saying so."""
    from dataclasses import replace

    from worker.store.errors import StoreUnavailableError

    try:
        return await _board(store, extent)
    except StoreUnavailableError as error:
        trouble = f"{error}; it is tried again each second"
        return replace(before, now=SystemClock().now(), trouble=trouble)


async def _board(store: "Store", extent: Extent) -> "Board":
    from worker.view.board import Board

    now = SystemClock().now()
    rows, rest = await extent.shown(store)
    alerts, workers = await store.open_alerts(), await store.workers()
    seen_at = max((each.seen_at for each in workers if not each.left_at), default=None)
    left_at = max((each.left_at for each in workers if each.left_at), default=None)
    shown = rows if extent.of_history else _current(rows)
    return Board(shown, alerts, now, seen_at, left_at=left_at, quotas=await quotas(store, now), rest=rest)


@click.command(epilog=example("cuelight show product-webinar@2026-12-01"))
@ID
@JSON
@pass_context
def show(context: Context, broadcast_id: str, *, as_json: bool) -> None:
    """Show everything known of one broadcast."""

    async def read(store: "Store") -> tuple["Overview | None", list["Alert"]]:
        return await store.find(broadcast_id), await store.open_alerts(broadcast_id)

    found, alerts = context.with_store(read)
    if found is None:
        raise click.ClickException(
            f"there is no broadcast {broadcast_id}; `cuelight status --all` lists them"
        )
    facts = {**_summary(found), "why": found.why, "source": found.source, "cancelled": found.cancelled}
    if as_json:
        write_json({**facts, "alerts": [each.text for each in alerts]})
        return
    for name, value in facts.items():
        text = local(value) if isinstance(value, datetime) else "" if value is None else str(value)
        write_line(f"{name:13} {text}")
    for alert in alerts:
        write_line(Styled(f"{alert.severity:13} {alert.text} {alert.cure}", "red"))


@click.command(
    epilog=example("cuelight why product-webinar@2026-12-01", "cuelight why town-hall 2026-12-01T18:05:00Z")
)
@ID
@click.argument("at", required=False)
@JSON
@pass_context
def why(context: Context, broadcast_id: str, at: str | None, *, as_json: bool) -> None:
    """Tell what happened to a broadcast, step by step; with AT, only until then."""
    until = _instant(at) if at else None

    async def read(store: "Store") -> list["Note"]:
        return [each for each in await store.journal(broadcast_id) if until is None or each.at <= until]

    notes = context.with_store(read)
    if not notes:
        raise click.ClickException(f"nothing is written of {broadcast_id}")
    if as_json:
        write_json(notes)
        return
    for note in notes:
        change = " -> ".join(part for part in (note.before, note.after) if part)
        write_line(f"{local(note.at)}  {note.kind:8} {change:22} {note.why}".rstrip())


def _summary(row: "Overview") -> dict[str, object]:
    names = (
        "id",
        "title",
        "account",
        "state",
        "starts_at",
        "ends_at",
        "meeting_id",
        "playback_url",
        "live_at",
        "off_at",
    )
    return {name: getattr(row, name) for name in names}


def _current(rows: list["Overview"]) -> list["Overview"]:
    """Return everything but what is over, and the five that were over last."""
    over = [row for row in rows if row.state in ("ended", "missed", "cancelled")]
    return [row for row in rows if row not in over[:-5]]


def _instant(text: str) -> datetime:
    try:
        found = instant(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no instant: write 2026-12-01T18:05:00Z", param_hint="AT"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
