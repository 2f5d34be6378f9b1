"""The command `adopt`."""

import sys
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.operator import operator
from worker.cli.output import write_json, write_line
from worker.cli.parameters import JSON, example
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.installation.place import Sight
    from worker.operations.adoption import Adoption
    from worker.store.queries.adoption import Effects

MANY = 10
"""So many ids are told on a screen."""


HELP = """\
Say whether a database was copied or moved. `run` refuses a copy until then.

Two workers, one on a database and one on its copy, would take each other's shows off the air.

\b
--as-copy   Run as a separate installation beside the original: with a new tag, and without
            the original's meetings. Upcoming broadcasts get new meetings with new links;
            those already under way belong to the original and are cancelled here.
--as-moved  Continue here as the same installation, with all its meetings and whatever is on
            air in them. Only if no worker will ever run on the original again.

No worker may run on the database meanwhile. The changes are shown, and confirmed on a terminal.
"""


@click.command(
    help=HELP,
    epilog=example(
        "cuelight adopt --as-copy", "cuelight adopt --as-moved --yes", "cuelight adopt --as-copy --json --yes"
    ),
)
@click.option("--as-copy", is_flag=True, help="The original may run again: run as a separate installation.")
@click.option(
    "--as-moved", is_flag=True, help="The original never runs again: continue as the same one here."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@JSON
@pass_context
def adopt(context: Context, *, as_copy: bool, as_moved: bool, yes: bool, as_json: bool) -> None:
    """Say whether a database was copied or moved."""
    if as_copy == as_moved:
        raise click.UsageError("give one of --as-copy and --as-moved")
    if not (yes or sys.stdin.isatty()):
        raise click.UsageError("without a terminal, give --yes")
    _adopt(context, is_copy=as_copy, asks=not yes, as_json=as_json)


def _adopt(context: Context, *, is_copy: bool, asks: bool, as_json: bool) -> None:
    from worker.operations.adoption import to_adopt
    from worker.store.errors import StoreError

    adopted = _as_copy if is_copy else _as_moved
    try:
        with to_adopt(context.settings()) as adoption:
            done = adopted(adoption, asks=asks, as_json=as_json)
    except StoreError as error:
        raise click.ClickException(f"the database cannot be adopted: {error}") from None
    if as_json:
        write_json(done)


def _as_copy(adoption: "Adoption", *, asks: bool, as_json: bool) -> dict[str, object]:
    now = SystemClock().now()
    sight, found = adoption.sight(), adoption.effects(now)
    _show([*_seen(sight), *_foreseen(found)], asks=asks, as_json=as_json)
    tag = adoption.as_copy(operator(), now)
    if not as_json:
        write_line(
            f"adopted as a copy: titles of its meetings end in [{tag}-...]; start it with `cuelight run`"
        )
    return {
        "adopted": "copy",
        "tag": tag,
        "original_tag": found.was,
        "under_way": list(found.under_way),
        "to_come": found.to_come,
        "meetings": found.meetings,
        "requests": found.requests,
        "alerts": found.alerts,
    }


def _as_moved(adoption: "Adoption", *, asks: bool, as_json: bool) -> dict[str, object]:
    sight = adoption.sight()
    lines = [
        "tag, meetings and what is on air stay as they are; no worker may ever run on the original again"
    ]
    _show([*_seen(sight), *lines], asks=asks, as_json=as_json)
    adoption.as_moved()
    if not as_json:
        write_line("adopted as moved: this location is recorded; start it with `cuelight run`")
    return {"adopted": "moved", "was": sight.before, "is": sight.here}


def _seen(sight: "Sight") -> list[str]:
    if sight.before is None:
        return ["its previous location was not recorded"]
    return [f"{sight.told}: taken for {_WORDS[sight.verdict.value]}"]


_WORDS = {"same": "the same", "moved": "moved", "unsure": "the same, lacking evidence", "copy": "a copy"}


def _foreseen(found: "Effects") -> list[str]:
    """Return what will be done, in an operator's words."""
    named = [*found.under_way[:MANY], *["..."] * (len(found.under_way) > MANY)]
    which = f": {', '.join(named)}" if named else ""
    return [
        f"the tag {found.was or '(none yet)'} is replaced by a new one",
        f"{found.to_come} upcoming broadcasts get new meetings with new links",
        f"{len(found.under_way)} under way belong to the original and are cancelled here{which}",
        f"{found.meetings} meetings belong to the original and are forgotten here",
        f"{found.requests} waiting requests are refused, {found.alerts} open alerts closed",
    ]


def _show(lines: list[str], *, asks: bool, as_json: bool) -> None:
    """Say what will be done; ask, if somebody is to be asked."""
    for line in lines if asks or not as_json else ():
        write_line(line, stderr=as_json)
    if asks:
        click.confirm("Go on?", abort=True, err=as_json)
