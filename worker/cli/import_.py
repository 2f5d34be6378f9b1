"""The command that takes broadcasts from a spreadsheet: import, a word that Python has for itself."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, NothingHereError, pass_context
from worker.cli.operator import ordered
from worker.cli.output import LinesError, Styled, console, local, write_json, write_line
from worker.cli.parameters import FILE, JSON, example
from worker.kit.clock import SystemClock
from worker.kit.text import visible

if TYPE_CHECKING:
    from config.broadcast_list import BroadcastList
    from config.problems import Problem
    from jobs.schedule.planned import Existing
    from worker.operations.importing import ImportDraft, ImportRow

_PATIENCE = 30.0
"""Seconds for one call: 5,000 rows are one transaction, and took 0.9 s; no broadcast waits for them."""


@click.command(
    name="import",
    epilog=example(
        "cuelight import season.csv --zone Europe/Berlin --dry-run",
        "cuelight import season.csv --zone Europe/Berlin",
        "cuelight import season.csv --zone Europe/Berlin --update",
    ),
)
@FILE
@click.option("--zone", metavar="ZONE", help="The zone of times in rows that name none, as Europe/Berlin.")
@click.option("--update", is_flag=True, help="Change broadcasts that exist with other values.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing.")
@JSON
@pass_context
def import_(  # noqa: PLR0913  One for each option, by name.
    context: Context, file: Path, *, zone: str | None, update: bool, dry_run: bool, as_json: bool
) -> None:
    """Add the broadcasts of a CSV file: all of them, or none if anything in it is wrong.

    The header names the columns: id, title, start, end or duration, and zone; if need be account, go_live,
    room, doors, prepare, live_within, late_start, overrun, end_session, keep_recording. A row whose id exists
    with the same values changes nothing, so that a file can be imported again.
    """
    from worker.operations import importing

    read_in = _zone(zone)
    with _busy(file):
        draft = _drawn(context, file, read_in, update=update, as_json=as_json)
        if not dry_run:
            ordered(
                context, lambda operator: importing.apply(operator, draft), makes=True, patience=_PATIENCE
            )
    if as_json:
        write_json([_as_json(each) for each in draft.rows])
    else:
        _show(draft, rows=dry_run)


def _busy(file: Path) -> AbstractContextManager[object]:
    """Show on a terminal that something is being done: 5,000 rows take seconds."""
    if not sys.stderr.isatty():
        return nullcontext()
    return console(stderr=True).status(visible(str(file)))


def _zone(text: str | None) -> str | None:
    """Return the zone that was typed.

    Raises:
        BadParameter: there is none of this name.
    """
    from config import scalars

    try:
        return scalars.zone(text) if text else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--zone") from None


def _drawn(context: Context, file: Path, zone: str | None, *, update: bool, as_json: bool) -> "ImportDraft":
    """Compare the file with what is there, and tell of its problems.

    Raises:
        LinesError: there are errors.
        SystemExit: the same, told as JSON.
    """
    from worker.operations import importing

    found = importing.read(file, zone, context.settings())
    present = _present(context, found) if found.rows else []
    draft = importing.draw(found, present, SystemClock().now(), update=update)
    if found.problems.any_errors and as_json:
        write_json([_problem(each) for each in draft.problems])
        raise SystemExit(1)
    if found.problems.any_errors:
        raise LinesError([*map(str, draft.problems), "nothing was imported"])
    for each in draft.problems:
        write_line(str(each), stderr=True)
    return draft


def _present(context: Context, found: "BroadcastList") -> "list[Existing]":
    """Return what there is of the file's broadcasts; where there is no database yet, nothing."""
    from worker.operations import importing

    try:
        return context.with_store(lambda store: importing.existing(store, found), patience=_PATIENCE)
    except NothingHereError:
        return []


def _show(draft: "ImportDraft", *, rows: bool) -> None:
    from worker.operations.importing import Action

    marks = {Action.ADD: ("+", "green"), Action.UPDATE: ("~", "yellow")}
    for each in draft.rows if rows else ():
        if each.action in marks:
            mark, colour = marks[each.action]
            write_line(Styled(f"{mark} {_line(each)}", colour))
    add, update, same = (len(draft.of(each)) for each in Action)
    would = "would be " if rows else ""
    write_line(f"{would}added: {add}, {would}updated: {update}, unchanged: {same}")


def _line(row: "ImportRow") -> str:
    wanted, window = row.broadcast, row.broadcast.window
    changed = f" ({', '.join(row.fields)})" if row.fields else ""
    return f"{wanted.id}  {local(window.starts_at)} to {local(window.ends_at)}  {wanted.title}{changed}"


def _as_json(row: "ImportRow") -> dict[str, object]:
    wanted = row.broadcast
    return {
        "id": wanted.id,
        "title": wanted.title,
        "starts_at": wanted.window.starts_at,
        "ends_at": wanted.window.ends_at,
        "account": wanted.account,
        "action": row.action,
        "changes": list(row.fields),
    }


def _problem(problem: "Problem") -> dict[str, object]:
    return {name: getattr(problem, name) for name in ("file", "line", "column", "severity", "message")}
