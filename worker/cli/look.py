"""Commands that look: status, show, why."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import local, write_json, write_table
from worker.cli.schedule import JSON, example

if TYPE_CHECKING:
    from worker.store.records import Alert, Note, Overview
    from worker.store.store import Store

NOT_TAKEN_UP = "new"
"""Shown for a row that no worker has looked at."""


@click.command(epilog=example("cuelight status", "cuelight status --json", "cuelight status --all"))
@JSON
@click.option("--all", "everything", is_flag=True, help="Also what is long over.")
@pass_context
def status(context: Context, *, as_json: bool, everything: bool) -> None:
    """Show what is on air, what comes, what was last over, and what is wrong."""

    async def read(store: "Store") -> tuple[list["Overview"], list["Alert"]]:
        return await store.overview(), await store.open_alerts()

    rows, alerts = context.with_store(read)
    if as_json:
        write_json([_summary(each) for each in rows])
        return
    shown = rows if everything else _current(rows)
    table = [
        (each.state or NOT_TAKEN_UP, each.id, local(each.starts_at), local(each.ends_at), each.title)
        for each in shown
    ]
    write_table(("state", "id", "from", "to", "title"), table)
    for alert in alerts:
        click.secho(f"{alert.severity}: {alert.key}: {alert.text} {alert.cure}", fg="red", err=True)


@click.command(epilog=example("cuelight show product-webinar@2026-12-01"))
@click.argument("broadcast_id", metavar="ID")
@JSON
@pass_context
def show(context: Context, broadcast_id: str, *, as_json: bool) -> None:
    """Show everything known of one broadcast."""

    async def read(store: "Store") -> tuple["Overview | None", list["Alert"]]:
        found = [each for each in await store.overview() if each.id == broadcast_id]
        alerts = [each for each in await store.open_alerts() if each.run_id == broadcast_id]
        return (found[0] if found else None), alerts

    found, alerts = context.with_store(read)
    if found is None:
        raise click.ClickException(
            f"there is no broadcast {broadcast_id}; `cuelight status --all` lists them"
        )
    facts = {**_summary(found), "why": found.why, "source": found.source, "cancelled": found.cancelled}
    if as_json:
        write_json({**facts, "alerts": [each.text for each in alerts]})
        return
    for name, value in facts.items():
        text = local(value) if isinstance(value, datetime) else "" if value is None else str(value)
        click.echo(f"{name:13} {text}")
    for alert in alerts:
        click.secho(f"{alert.severity:13} {alert.text} {alert.cure}", fg="red")


@click.command(
    epilog=example("cuelight why product-webinar@2026-12-01", "cuelight why town-hall 2026-12-01T18:05:00Z")
)
@click.argument("broadcast_id", metavar="ID")
@click.argument("at", required=False)
@JSON
@pass_context
def why(context: Context, broadcast_id: str, at: str | None, *, as_json: bool) -> None:
    """Tell what happened to a broadcast, step by step; with AT, only until then."""
    until = _instant(at) if at else None

    async def read(store: "Store") -> list["Note"]:
        return [each for each in await store.journal(broadcast_id) if until is None or each.at <= until]

    notes = context.with_store(read)
    if not notes:
        raise click.ClickException(f"nothing is written of {broadcast_id}")
    if as_json:
        write_json(notes)
        return
    for note in notes:
        change = " -> ".join(part for part in (note.before, note.after) if part)
        click.echo(f"{local(note.at)}  {note.kind:8} {change:22} {note.why}".rstrip())


def _summary(row: "Overview") -> dict[str, object]:
    names = (
        "id",
        "title",
        "account",
        "state",
        "starts_at",
        "ends_at",
        "meeting_id",
        "playback_url",
        "live_at",
        "off_at",
    )
    return {name: getattr(row, name) for name in names}


def _current(rows: list["Overview"]) -> list["Overview"]:
    over = [row for row in rows if row.state in ("ended", "missed", "cancelled")]
    return [row for row in rows if row not in over] + over[-5:]


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no instant: write 2026-12-01T18:05:00Z", param_hint="AT"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
