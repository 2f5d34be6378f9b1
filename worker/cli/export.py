"""The command that writes broadcasts for other programs: export."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import write_document, write_line
from worker.cli.parameters import Instant, example
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.operations.calendar import Calendar
    from worker.store.store import Store


@click.command(
    epilog=example(
        "cuelight export --ics --output /srv/www/broadcasts.ics",
        "cuelight export --ics --account events --since 2026-12-01T00:00:00Z > events.ics",
    )
)
@click.option("--ics", is_flag=True, help="As iCalendar (RFC 5545): the only form so far.")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE", help="Replace FILE, at once; else stdout."
)
@click.option("--since", type=Instant(), help="Leave out what ended before then; else 30 days ago.")
@click.option("--account", "accounts", multiple=True, metavar="NAME", help="Only its broadcasts; repeatable.")
@pass_context
def export(
    context: Context, *, ics: bool, output: Path | None, since: datetime | None, accounts: Sequence[str]
) -> None:
    """Write the broadcasts as a calendar: windows in UTC, cancellations, playback links; never a way in.

    The worker serves the same at /calendar.ics. Programs that subscribe look again every 3 to 24 hours.
    """
    if not ics:
        raise click.UsageError("choose the form: --ics")
    found = context.with_store(lambda store: _written(context, store, since, accounts, output))
    if found.is_cut:
        write_line(f"only the {found.most:,} that start first: set a later --since", stderr=True)


async def _written(
    context: Context, store: "Store", since: datetime | None, accounts: Sequence[str], output: Path | None
) -> "Calendar":
    from worker.operations.calendar import KEPT, Calendar
    from worker.operations.calendar_text import document

    tag = await _tag(context, store)
    found = Calendar(store=store, tag=tag, since=since or SystemClock().now() - KEPT, accounts=accounts)
    if output is None:
        await write_document(document(found.events()))
        return found
    with _replacing(output) as file:
        async for part in document(found.events()):
            file.write(part)
    write_line(f"{output}: written")
    return found


async def _tag(context: Context, store: "Store") -> str:
    """Return the installation's tag.

    Raises:
        ClickException: none was made yet; one of ours could be in the way of the worker's own.
    """
    tag = await store.kept_tag() or context.settings().installation
    if tag is None:
        raise click.ClickException(
            "events have no lasting ids before a worker has run on this database: start one with"
            " `cuelight run`, or set CUELIGHT_INSTALLATION"
        )
    return tag


@contextmanager
def _replacing(file: Path) -> Iterator[BinaryIO]:
    """Have the file replaced when all is written: whoever reads it has the old one whole, or the new one.

    Raises:
        ClickException: it cannot be written.
    """
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("wb") as stream:
            yield stream
        unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from None
