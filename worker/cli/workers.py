"""The command `workers`."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import local, write_json, write_line, write_table
from worker.cli.quotas import quotas
from worker.cli.schedule import JSON, example
from worker.kit.clock import SystemClock
from worker.leases.contract import LEASE

if TYPE_CHECKING:
    from worker.store.standings import Term, Worker
    from worker.store.store import Store

SILENT_AFTER = timedelta(seconds=15)
"""A worker writes every 5 s that it works."""


@click.command(epilog=example("cuelight workers", "cuelight workers --json"))
@JSON
@pass_context
def workers(context: Context, *, as_json: bool) -> None:
    """Show which workers run, or ran: since when, when they were last heard, and what they hold."""
    now = SystemClock().now()

    async def read(store: "Store") -> tuple[list["Worker"], list["Term"], list[str]]:
        return await store.workers(), await store.terms(), await quotas(store, now)

    known, terms, figures = context.with_store(read)
    rows = [_row(each, terms, now) for each in known]
    if as_json:
        write_json(rows)
        return
    if not rows:
        write_line("no worker has ever run on this database; start one with `cuelight run`", stderr=True)
        return
    headings = ("worker", "is", "since", "last heard", "version", "holds")
    write_table(headings, [_line(each) for each in rows])
    for line in figures:
        write_line(line)


def _row(worker: "Worker", terms: list["Term"], now: datetime) -> dict[str, object]:
    state = _state(worker, now)
    held = [each for each in terms if each.holder == worker.id and state != "gone"]
    return {
        "id": worker.id,
        "state": state,
        "host": worker.host,
        "pid": worker.pid,
        "version": worker.version,
        "started_at": worker.started_at,
        "seen_at": worker.seen_at,
        "left_at": worker.left_at,
        "holds": [_held(each) for each in held],
    }


def _held(term: "Term") -> dict[str, object]:
    """Return a holding; `renewed_at` is by the database's clock, None where nothing is to be renewed."""
    renewed_at = term.expires_at - timedelta(seconds=LEASE) if term.expires_at else None
    return {"quota_group": term.quota_group, "term": term.term, "renewed_at": renewed_at}


def _state(worker: "Worker", now: datetime) -> str:
    if worker.left_at:
        return "gone"
    return "silent" if now - worker.seen_at > SILENT_AFTER else "working"


def _line(row: dict[str, object]) -> tuple[str, ...]:
    held = row["holds"]
    groups = [_group(each) for each in held] if isinstance(held, list) else []
    instants = (_shown(row[name]) for name in ("started_at", "seen_at"))
    return (str(row["id"]), str(row["state"]), *instants, str(row["version"]), ", ".join(groups))


def _group(held: dict[str, object]) -> str:
    renewed = f", renewed {_shown(held['renewed_at'])}" if held["renewed_at"] else ""
    return f"{held['quota_group']} (term {held['term']}{renewed})"


def _shown(instant: object) -> str:
    return local(instant) if isinstance(instant, datetime) else ""
