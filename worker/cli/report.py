"""The command that reports on a night."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import Styled, local, write_json, write_line, write_page
from worker.cli.parameters import JSON, Instant, Monthly, example
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from jobs.month import Month
    from worker.view.report import Report

USUAL = timedelta(hours=24)


@click.command(
    epilog=example(
        "cuelight report",
        "cuelight report --since 2026-12-01T18:00:00Z",
        "cuelight report --html > night.html",
        "cuelight report --month 2026-11",
    )
)
@click.option("--since", type=Instant(), help="From when on; by default the last 24 hours.")
@click.option("--month", type=Monthly(), help="What a calendar month (in UTC) came to: 2026-11.")
@click.option("--html", is_flag=True, help="Write a page, for a browser or a mail.")
@JSON
@pass_context
def report(
    context: Context, *, since: datetime | None, month: "Month | None", html: bool, as_json: bool
) -> None:
    """Report what aired against what was planned: discrepancies first, then alerts, orders, minutes, cost."""
    if html and as_json:
        raise click.UsageError("--html is for people, --json for programs: use one of them")
    if month and (html or since):
        raise click.UsageError("--month is of a whole month, as text or --json: leave out --since and --html")
    if month:
        _write_month(context, month, as_json=as_json)
        return
    found = _found(context, since)
    if as_json:
        from worker.view.report import as_json as told

        write_json(told(found))
    elif html:
        from worker.view.report_page import page

        write_page(page(found))
    else:
        _show(found)


def _found(context: Context, since: datetime | None) -> "Report":
    from worker.operations.reporting import gathered
    from worker.view.report import report as report_of

    until = SystemClock().now()
    begin = since or until - USUAL
    known = context.with_store(lambda store: gathered(store, begin, until))
    return report_of(known, begin, until, context.settings().cost)


def _write_month(context: Context, month: "Month", *, as_json: bool) -> None:
    from worker.operations.reporting import shown
    from worker.view.month import as_json as told
    from worker.view.month import month_report

    known = context.with_store(lambda store: shown(store, month.begins_at))
    found = month_report(known, month, SystemClock().now(), context.settings().cost)
    if as_json:
        write_json(told(found))
        return
    write_line(Styled(found.headline, bold=True))
    for each in found.broadcasts:
        on_air = f"{local(each.live_at)} to {local(each.off_at) or 'now'}"
        people = "unknown" if each.participant_minutes is None else f"{each.participant_minutes:,}"
        write_line(
            f"  {each.id}  {on_air}  {each.minutes} min, {people} of participants  {each.cost}  {each.title}"
        )


def _show(found: "Report") -> None:
    write_line(Styled(found.headline, "green" if found.is_clean else "yellow", bold=True))
    for each in found.findings:
        write_line(Styled(f"  {each.kind}: {each.about}", "red"), f"  {each.title}: {each.text}")
    for alert in found.to_mend:
        write_line(Styled(f"  open: {alert.about}", "red"), f"  {alert.text} {alert.cure}")
    for act in found.acts:
        write_line(f"  {local(act.at)}  {act.who}: {act.about} {act.what}")
    for run in found.broadcasts:
        on_air = f"{local(run.live_at)} to {local(run.off_at)}" if run.live_at else "not on the air"
        write_line(f"  {run.id}  {on_air}  {run.minutes} min  {run.title}")
