"""The command `sweep`."""

from dataclasses import asdict

import click

from worker.cli.context import Context, pass_context
from worker.cli.operator import ordered
from worker.cli.output import write_json, write_line, write_table
from worker.cli.schedule import JSON, example

HEADINGS = ("account", "meeting", "title", "what")


@click.command(epilog=example("cuelight sweep", "cuelight sweep --json"))
@JSON
@pass_context
def sweep(context: Context, *, as_json: bool) -> None:
    """Have a worker ask every account what is on air, and take off what should not be.

    What is ours and on air without an open window is stopped, and its doors are closed. Streams of others are
    told of and never touched.
    """
    from worker.operations import sweeping

    accounts = sorted(context.settings().accounts)
    found = ordered(context, lambda operator: sweeping.sweep(operator, accounts))
    if as_json:
        write_json([asdict(each) for each in found])
    elif not found:
        write_line("nothing is on air that should not be")
    else:
        write_table(HEADINGS, [(each.account, each.meeting_id, each.title, each.what) for each in found])
