"""Commands about a schedule file: validate, plan, apply, schema."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from worker.cli.context import Context, NothingHereError, pass_context
from worker.cli.output import LinesError, Styled, local, write_json, write_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from config.schedule import Reading
    from config.settings import Settings
    from jobs.model import Broadcast
    from jobs.schedule.planned import Existing, Plan
    from jobs.schedule.recurrence import Entry
    from worker.store.store import Store

FILE = click.argument("file", type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


def example(*lines: str) -> str:
    """Return an epilog that click does not rewrap."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


@click.command(epilog=example("cuelight validate schedule.yaml"))
@FILE
@JSON
@pass_context
def validate(context: Context, file: Path, *, as_json: bool) -> None:
    """Check a schedule file: every error at once, each as file:line:column."""
    reading = _read(file, context.settings(), foresees=True)
    if as_json:
        write_json([_problem(each) for each in reading.problems])
    for each in () if as_json else reading.problems:
        write_line(str(each))
    if reading.schedule is None:
        raise SystemExit(1)
    if not as_json:
        write_line(f"{file}: {len(reading.schedule.entries)} entries, no errors")


@click.command(
    epilog=example("cuelight plan schedule.yaml", "cuelight plan schedule.yaml --detailed-exitcode")
)
@FILE
@JSON
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there is something to change.")
@pass_context
def plan(context: Context, file: Path, *, as_json: bool, detailed_exitcode: bool) -> None:
    """Show what a schedule file would add (+), move or change (~) and cancel (-)."""
    wanted = _planned(context, file).plan
    if as_json:
        write_json(_as_json(wanted))
    else:
        _show(wanted)
    if detailed_exitcode and not wanted.empty:
        raise SystemExit(2)


@click.command(epilog=example("cuelight apply schedule.yaml", "cuelight apply schedule.yaml --yes"))
@FILE
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--confirm-removals", is_flag=True, help="Yes, that many broadcasts are to be removed.")
@pass_context
def apply(context: Context, file: Path, *, yes: bool, confirm_removals: bool) -> None:
    """Put a schedule file in force. It asks before it touches what is on air."""
    drawn = _planned(context, file)
    wanted = drawn.plan
    _show(wanted)
    if wanted.needs_confirmation and not confirm_removals:
        raise click.ClickException("so many would be removed that --confirm-removals is needed")
    if wanted.asks and not yes:
        click.confirm("Go on?", abort=True)

    async def applied(store: "Store") -> tuple[str, ...]:
        from worker.engine.schedule_file import changes
        from worker.kit.clock import SystemClock

        now = SystemClock().now()
        return (await store.apply_plan(changes(wanted, drawn.entries, drawn.text, "apply", now))).stale

    stale = context.with_store(applied, makes=True)
    if stale:
        raise click.ClickException(f"changed meanwhile, so left alone: {', '.join(stale)}; apply again")


@click.command(epilog=example("cuelight schema > schedule.schema.json"))
def schema() -> None:
    """Print the JSON Schema of a schedule file, for editors that complete and check."""
    from config.schema import json_schema

    write_json(json_schema())


def _read(file: Path, settings: "Settings", *, foresees: bool = False) -> "Reading":
    """Read the file; `foresees`: remark also on what in it alone no quota will carry."""
    from config import schedule
    from config.crowds import Outlook
    from config.quotas import quotas_of
    from worker.kit.clock import SystemClock

    now = SystemClock().now()
    outlook = Outlook(quotas_of(settings.accounts), now, now + settings.horizon)
    flavours = {name: each.flavour.value for name, each in settings.accounts.items()}
    secrets = sorted(settings.secrets)
    are_known = foresees and bool(flavours or secrets)
    return schedule.load(
        file, flavours or None, now, outlook if foresees else None, secrets if are_known else None
    )


class _Drawn(NamedTuple):
    """A plan, and what it was drawn from."""

    plan: "Plan"
    entries: "tuple[Entry, ...]"
    text: str


def _planned(context: Context, file: Path) -> _Drawn:
    from config.quotas import quotas_of
    from jobs.quota.foreseen import outlook
    from jobs.schedule.plan import plan as draw
    from worker.engine.schedule_file import rows_concerned
    from worker.kit.clock import SystemClock

    settings = context.settings()
    reading = _read(file, settings)
    if reading.schedule is None:
        raise LinesError(map(str, reading.problems))
    entries, now = reading.schedule.entries, SystemClock().now()

    existing = _existing(context, lambda store: rows_concerned(store, entries, now, settings.horizon))
    wanted = draw(entries, existing, now=now, horizon=settings.horizon, asked=True)
    drawn = outlook(wanted, existing, quotas_of(settings.accounts), now)
    return _Drawn(drawn, entries, file.read_text(encoding="utf-8"))


def _existing(context: Context, read: "Callable[[Store], Awaitable[list[Existing]]]") -> "list[Existing]":
    """Return the rows that are read; where there is no database yet, there are none."""
    try:
        return context.with_store(read)
    except NothingHereError:
        return []


def _problem(problem: object) -> dict[str, object]:
    return {name: getattr(problem, name) for name in ("file", "line", "column", "severity", "message")}


def _show(wanted: "Plan") -> None:
    for each in wanted.rename:
        write_line(f"~ {each.existing.broadcast.id} is now {each.broadcast.id}")
    for broadcast in wanted.add:
        write_line(Styled(f"+ {_line(broadcast)}", "green"))
    for edit in (*wanted.move, *wanted.change):
        write_line(Styled(f"~ {_line(edit.broadcast)} ({', '.join(sorted(edit.fields))})", "yellow"))
    for cancel in wanted.cancel:
        write_line(Styled(f"- {_line(cancel.existing.broadcast)}: {cancel.why}", "red"))
    for remark in (*wanted.asks, *wanted.refusals, *wanted.remarks):
        write_line(f"! {remark.id}: {remark.text}")
    if wanted.empty:
        write_line("nothing to change")


def _line(broadcast: "Broadcast") -> str:
    window = broadcast.window
    return f"{broadcast.id}  {local(window.starts_at)} to {local(window.ends_at)}  {broadcast.title}"


def _as_json(wanted: "Plan") -> dict[str, object]:
    remarks = (*wanted.asks, *wanted.refusals, *wanted.remarks)
    return {
        "add": [_summary(each) for each in wanted.add],
        "move": [_summary(each.broadcast) for each in wanted.move],
        "change": [_summary(each.broadcast) for each in wanted.change],
        "cancel": [_summary(each.existing.broadcast) for each in wanted.cancel],
        "rename": [{"from": each.existing.broadcast.id, "to": each.broadcast.id} for each in wanted.rename],
        "remarks": [{"id": each.id, "text": each.text} for each in remarks],
    }


def _summary(broadcast: "Broadcast") -> dict[str, object]:
    window = broadcast.window
    return {
        "id": broadcast.id,
        "title": broadcast.title,
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
    }
