"""Commands that change what is wanted, or ask a worker for something."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.operator import ordered, refusals_shown
from worker.cli.output import local, write_json, write_line
from worker.cli.parameters import ID, JSON, Instant, Length, example
from worker.cli.provider import account_settings, with_client
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.operations.air import Progress
    from worker.operations.links import HostLink
    from worker.operations.operator import Operator
    from worker.store.records import Overview


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
    from worker.operations import wanted

    with refusals_shown():
        broadcast = wanted.drawn_up(
            broadcast_id=broadcast_id,
            title=title,
            starts_at=start,
            length=duration,
            account=account,
            go_live=go_live,
            now=SystemClock().now(),
        )
    ordered(context, lambda operator: wanted.add(operator, broadcast), makes=True)
    window = broadcast.window
    write_line(f"added {broadcast_id}: {local(window.starts_at)} to {local(window.ends_at)}")


@click.command(epilog=example("cuelight extend town-hall 15m"))
@ID
@click.argument("by", type=Length())
@pass_context
def extend(context: Context, broadcast_id: str, by: timedelta) -> None:
    """Extend a broadcast. It waits until a worker has picked it up.

    What starts before the new end in the same room begins when this one is proven off.
    """
    ends_at, delayed = ordered(context, lambda operator: _extended(operator, broadcast_id, by))
    write_line(f"{broadcast_id} ends {local(ends_at)}")
    for each in delayed:
        start = f"{each.id} starts {local(each.starts_at)} in the same room"
        write_line(f"{start}: it begins late, when {broadcast_id} is proven off", stderr=True)


async def _extended(
    operator: "Operator", broadcast_id: str, by: timedelta
) -> "tuple[datetime, list[Overview]]":
    from worker.operations import wanted

    return await wanted.extend(operator, broadcast_id, by), await wanted.delayed(operator, broadcast_id)


@click.command(epilog=example("cuelight cancel town-hall"))
@ID
@pass_context
def cancel(context: Context, broadcast_id: str) -> None:
    """Cancel a broadcast; on air, it is stopped. It waits until a worker has picked it up."""
    from worker.operations import wanted

    ordered(context, lambda operator: wanted.cancel(operator, broadcast_id))
    write_line(f"{broadcast_id} is cancelled")


@click.command(epilog=example("cuelight stop town-hall", "cuelight stop town-hall --direct"))
@ID
@click.option("--direct", is_flag=True, help="Send the stop from here, whether a worker runs or not.")
@pass_context
def stop(context: Context, broadcast_id: str, *, direct: bool) -> None:
    """Take a broadcast off the air now; before its start, cancel it.

    The request is saved first, even if the call fails: otherwise a worker would put the broadcast back
    on air.
    """
    from worker.operations import air

    if direct:
        ordered(context, lambda operator: _stop_directly(context, operator, broadcast_id))
        return
    said = {
        air.Ordered.CANCELLED: "is cancelled",
        air.Ordered.STOP: "is being taken off the air; `cuelight show` says when that is proven",
    }
    write_line(f"{broadcast_id} {said[ordered(context, lambda operator: air.stop(operator, broadcast_id))]}")


async def _stop_directly(context: Context, operator: "Operator", broadcast_id: str) -> None:
    from worker.operations import air

    wanted = await air.want_off(operator, broadcast_id)
    await with_client(
        context, wanted.account, lambda client: air.stop_directly(client, operator.clock, wanted, _say)
    )


def _say(step: "Progress") -> None:
    from worker.operations.air import Progress

    said = {
        Progress.ACCEPTED: "the provider accepted the stop",
        Progress.NOTHING_RUNS: "the provider says that nothing is running",
        Progress.OFF: "it is off now; only a worker closes its doors, so that it cannot air again",
    }
    write_line(said[step])


@click.command(epilog=example("cuelight reopen product-webinar@2026-12-01 15m"))
@ID
@click.argument("length", type=Length())
@pass_context
def reopen(context: Context, broadcast_id: str, length: timedelta) -> None:
    """Put a finished broadcast back on air for this long, from now, in the same meeting.

    The new occurrence is ID.2 (then ID.3); it starts as soon as the one before is proven off.
    """
    from worker.operations import air

    made = ordered(context, lambda operator: air.reopen(operator, broadcast_id, length))
    write_line(f"{made} is scheduled: `cuelight show {made}`")


@click.command(epilog=example("cuelight links product-webinar@2026-12-01"))
@ID
@JSON
@pass_context
def links(context: Context, broadcast_id: str, *, as_json: bool) -> None:
    """Print a link for each host. They are secret: whoever has one comes in as that host."""
    found = ordered(context, lambda operator: _links(context, operator, broadcast_id))
    if as_json:
        write_json([{"host": each.host, "link": each.url} for each in found])
        return
    for each in found:
        write_line(f"{each.host}  {each.url}")


async def _links(context: Context, operator: "Operator", broadcast_id: str) -> "list[HostLink]":
    from worker.operations import links

    row = await links.enterable(operator, broadcast_id)
    template = account_settings(context, row.account).join_url
    hosts = await links.hosts_of(operator, row)
    return await with_client(context, row.account, lambda client: links.links(client, row, hosts, template))
