"""Commands about a schedule file: validate, plan, apply, schema."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, NothingHereError, pass_context
from worker.cli.operator import ordered
from worker.cli.output import LinesError, write_json, write_line
from worker.cli.parameters import FILE, JSON, example
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from config.problems import Problem
    from jobs.schedule.entry import Entry
    from jobs.schedule.planned import Existing
    from worker.operations.schedules import Present, ScheduleDraft
    from worker.store.store import Store

FORMS = ("text", "json", "github", "sarif")
"""How problems are written: for people, for programs, for a change on GitHub, for tools that read SARIF."""


@click.command(
    epilog=example(
        "cuelight validate schedule.yaml",
        "cuelight validate schedule.yaml --strict --format github",
        "cuelight validate schedule.yaml --against old.yaml",
    )
)
@FILE
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--against", type=click.Path(path_type=Path), help="An earlier file: tells what was renamed.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="For checks of changes.")
@JSON
@pass_context
def validate(  # noqa: PLR0913  One for each option, by name.
    context: Context, file: Path, *, strict: bool, against: Path | None, form: str, as_json: bool
) -> None:
    """Check a schedule file: every error at once, each as file:line:column."""
    from worker.operations.schedules import calendars_checked, checked
    from worker.view.problems import strict as as_errors

    settings, now = context.settings(), SystemClock().now()
    reading = checked(file, settings, now, _entries(against) if against else ())
    reading = asyncio.run(calendars_checked(reading, file, settings, now))
    problems = as_errors(reading.problems) if strict else reading.problems
    _write_problems(problems, "json" if as_json else form)
    if reading.schedule is None or (strict and problems):
        raise SystemExit(1)
    if form == "text" and not as_json:
        write_line(f"{file}: {len(reading.schedule.entries)} entries, no errors")


@click.command(
    epilog=example("cuelight plan schedule.yaml", "cuelight plan schedule.yaml --detailed-exitcode")
)
@FILE
@JSON
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes.")
@pass_context
def plan(context: Context, file: Path, *, as_json: bool, detailed_exitcode: bool) -> None:
    """Show what a schedule file would add (+), move or change (~) and cancel (-)."""
    draft, present = _drawn(context, file)
    wanted = draft.plan
    if as_json:
        from worker.view.plan import forecast
        from worker.view.plan_changes import changes_of

        write_json(
            asdict(changes_of(wanted))
            | {"forecast": forecast(draft.load, context.settings().cost, draft.month)}
        )
    else:
        _show(context, draft, present)
    if detailed_exitcode and not wanted.empty:
        raise SystemExit(2)


@click.command(epilog=example("cuelight apply schedule.yaml", "cuelight apply schedule.yaml --yes"))
@FILE
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--confirm-removals", is_flag=True, help="Confirm that this many broadcasts are removed.")
@pass_context
def apply(context: Context, file: Path, *, yes: bool, confirm_removals: bool) -> None:
    """Put a schedule file in force. It asks before it touches what is on air."""
    from worker.operations import schedules

    draft, present = _drawn(context, file)
    _show(context, draft, present)
    if draft.plan.needs_confirmation and not confirm_removals:
        raise click.ClickException(
            f"this removes {len(draft.plan.cancel)} of the upcoming broadcasts: pass --confirm-removals"
        )
    if draft.plan.asks and not yes:
        click.confirm("Go on?", abort=True)
    stale = ordered(context, lambda operator: schedules.apply(operator, draft), makes=True)
    if stale:
        raise click.ClickException(
            f"changed in the meantime and not touched: {', '.join(stale)}; apply again"
        )


@click.command(epilog=example("cuelight schema > schedule.schema.json"))
def schema() -> None:
    """Print the JSON Schema of a schedule file, for editors that complete and check."""
    from config.schema import json_schema

    write_json(json_schema())


def _write_problems(problems: "Sequence[Problem]", form: str) -> None:
    """Write them in one of the forms; in most, each on a line."""
    from worker.view.problems import github, sarif

    if form == "json":
        write_json([_problem(each) for each in problems])
    elif form == "sarif":
        from importlib.metadata import version

        write_json(sarif(problems, version("cuelight")))
    else:
        for each in problems:
            write_line(github(each) if form == "github" else str(each))


def _entries(file: Path) -> "Sequence[Entry]":
    """Return the entries of an earlier file.

    Raises:
        LinesError: the file has errors.
    """
    from config.schedule import load

    reading = load(file)
    if reading.schedule is None:
        raise LinesError(map(str, reading.problems))
    return reading.schedule.entries


def _show(context: Context, draft: "ScheduleDraft", present: "Sequence[Existing]") -> None:
    from worker.cli.planned import show
    from worker.view.plan import plan_view

    show(plan_view(draft.plan, present, draft.load, context.settings().cost, month=draft.month))


def _drawn(context: Context, file: Path) -> "tuple[ScheduleDraft, Sequence[Existing]]":
    """Draw the plan of a schedule file, and return it beside the rows that it depends on.

    Raises:
        LinesError: the file has errors.
    """
    from worker.operations import schedules

    settings, now = context.settings(), SystemClock().now()
    reading = schedules.read(file, settings, now)
    if reading.schedule is None:
        raise LinesError(map(str, reading.problems))
    entries = reading.schedule.entries
    found = _present(context, lambda store: schedules.present(store, entries, file, settings, now))
    return schedules.draw(found, reading.text, settings, now), found.rows


def _present(context: Context, read: "Callable[[Store | None], Awaitable[Present]]") -> "Present":
    """Return what is read; where there is no database yet, there are no rows."""
    try:
        return context.with_store(read)
    except NothingHereError:
        return asyncio.run(_awaited(read(None)))


async def _awaited(found: "Awaitable[Present]") -> "Present":
    return await found


def _problem(problem: "Problem") -> dict[str, object]:
    return {name: getattr(problem, name) for name in ("file", "line", "column", "severity", "message")}
