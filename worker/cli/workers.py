"""The command `workers`."""

from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import write_json, write_line, write_table
from worker.cli.parameters import JSON, example
from worker.cli.quotas import quotas
from worker.kit.clock import SystemClock
from worker.view.workers import listed, table

if TYPE_CHECKING:
    from worker.store.standings import LeaseRecord, Worker
    from worker.store.store import Store


@click.command(epilog=example("cuelight workers", "cuelight workers --json"))
@JSON
@pass_context
def workers(context: Context, *, as_json: bool) -> None:
    """Show the workers that run, or ran: since when, last heard from, and what they hold."""
    now = SystemClock().now()

    async def read(store: "Store") -> tuple[list["Worker"], list["LeaseRecord"], tuple[str, ...]]:
        return await store.workers(), await store.terms(), await quotas(store, now)

    known, terms, figures = context.with_store(read)
    found = listed(known, terms, now)
    if as_json:
        write_json(found)
        return
    if not found:
        write_line("no worker has ever run on this database; start one with `cuelight run`", stderr=True)
        return
    shown = table(found)
    write_table(shown.headings, shown.rows)
    for line in figures:
        write_line(line)
