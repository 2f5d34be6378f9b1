"""The command `sweep`."""

import json
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import write_json, write_line, write_table
from worker.cli.schedule import JSON, example
from worker.cli.waiting import answered, operator
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.store.store import Store

HEADINGS = ("account", "meeting", "title", "what")


@click.command(epilog=example("cuelight sweep", "cuelight sweep --json"))
@JSON
@pass_context
def sweep(context: Context, *, as_json: bool) -> None:
    """Have a worker ask every account what is on air, and take off what should not be.

    What is ours and on air without an open window is stopped, and its doors are closed. Streams of others are
    told of and never touched.
    """
    accounts = sorted(context.settings().accounts) or [""]

    async def swept(store: "Store") -> list[dict[str, str]]:
        now, by = SystemClock().now(), operator()
        asked = [await store.leave_request("sweep", "", each, by=by, at=now) for each in accounts]
        return [each for request in asked for each in json.loads(await answered(store, request))]

    found = context.with_store(swept)
    if as_json:
        write_json(found)
    elif not found:
        write_line("nothing is on air that should not be")
    else:
        rows = [(each["account"], each["meeting_id"], each["title"], each["what"]) for each in found]
        write_table(HEADINGS, rows)
