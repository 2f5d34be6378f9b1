"""The commands `alerts` and `alerts resolve`."""

from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.operator import operator
from worker.cli.output import local, write_json, write_line, write_table
from worker.cli.parameters import JSON, Number, OneLine, example
from worker.kit.clock import SystemClock
from worker.view.alerts import listed, table

if TYPE_CHECKING:
    from worker.store.records import Alert
    from worker.store.store import Store

BY_HAND = "resolved by hand"
"""The reason where none was given."""


@click.group(
    invoke_without_command=True,
    epilog=example(
        "cuelight alerts", "cuelight alerts --all", "cuelight alerts --json", "cuelight alerts resolve 17"
    ),
)
@JSON
@click.option("--all", "everything", is_flag=True, help="Also resolved ones.")
@pass_context
@click.pass_context
def alerts(ctx: click.Context, context: Context, *, as_json: bool, everything: bool) -> None:
    """Show what is wrong, or was: each alert with its cure, the newest first."""
    if ctx.invoked_subcommand is not None:
        if as_json or everything:
            raise click.UsageError(f"--json and --all are not for `alerts {ctx.invoked_subcommand}`")
        return

    async def read(store: "Store") -> list["Alert"]:
        return await store.alerts() if everything else (await store.open_alerts())[::-1]

    found = listed(context.with_store(read))
    if as_json:
        write_json(found)
    elif not found:
        write_line(_nothing(everything=everything), stderr=True)
    else:
        shown = table(found, everything=everything)
        write_table(shown.headings, shown.rows)


@alerts.command(
    epilog=example("cuelight alerts resolve 17", "cuelight alerts resolve 17 --note 'that account is gone'")
)
@click.argument("alert_id", metavar="ID", type=Number())
@click.option("--note", type=OneLine(), metavar="TEXT", default=BY_HAND, help="Why, for the journal.")
@pass_context
def resolve(context: Context, alert_id: int, note: str) -> None:
    """Resolve an alert by hand. `cuelight alerts` shows its ID.

    If a worker runs, the channels are told within seconds. If the problem continues, a new alert is
    raised after ten minutes.
    """
    from worker.store.errors import AlreadyResolvedError

    async def resolved(store: "Store") -> None:
        try:
            key = await store.resolve_by_hand(alert_id, by=operator(), why=note, at=SystemClock().now())
        except AlreadyResolvedError as error:
            since = f", since {local(error.at)}" if error.at else ""
            raise click.ClickException(f"alert {alert_id} is already resolved{since}") from None
        if key is None:
            raise click.ClickException(f"no such alert: {alert_id}; `cuelight alerts --all` lists them")
        write_line(f"resolved {alert_id}: {key}")

    context.with_store(resolved)


def _nothing(*, everything: bool) -> str:
    if everything:
        return "no alerts"
    return "no open alerts; `cuelight alerts --all` also shows resolved ones"
