"""The command `sweep`."""

from dataclasses import asdict

import click

from worker.cli.context import Context, pass_context
from worker.cli.operator import ordered
from worker.cli.output import write_json, write_line, write_table
from worker.cli.parameters import JSON, example

HEADINGS = ("account", "meeting", "title", "what")


@click.command(epilog=example("cuelight sweep", "cuelight sweep --json"))
@JSON
@pass_context
def sweep(context: Context, *, as_json: bool) -> None:
    """Have a worker check every account for streams that should not be on air, and stop them.

    Streams of this installation without an open window are stopped, and their doors closed. Foreign streams
    are reported and never touched.
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
