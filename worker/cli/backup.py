"""Commands about the file that a SQLite database is: backup, restore."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import console, local, write_json, write_line
from worker.cli.parameters import FILE, JSON, example
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from config.settings import Settings
    from worker.store.engine.copying import Told

PG_DUMP = (
    "the database is on PostgreSQL: back it up with its own tools, while workers run:"
    " `pg_dump --format=custom --file=FILE` with its address"
)
PG_RESTORE = (
    "the database is on PostgreSQL: stop every worker, then"
    " `pg_restore --clean --if-exists --single-transaction --dbname=NAME FILE`, then start them"
)
NEXT = (
    "it has no later changes: before you start the worker, check `cuelight status`, and repeat what was"
    " cancelled, moved or added"
)


@click.command(
    epilog=example(
        "cuelight backup /var/backups/cuelight.db --force", "cuelight backup before-the-upgrade.db --json"
    )
)
@FILE
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@JSON
@pass_context
def backup(context: Context, file: Path, *, force: bool, as_json: bool) -> None:
    """Back up the SQLite database into FILE, while the worker runs.

    FILE is complete or not there at all: one checked file that nobody else can read. It holds what the
    database held when the command started.
    """
    from worker.installation.database import file_there
    from worker.operations.backup import back_up

    settings = _sqlite(context, PG_DUMP)
    with _failures("no backup was made"), _progress() as told:
        made = back_up(file_there(settings), file, replaces=force, told=told)
    if as_json:
        write_json(made)
    else:
        write_line(f"{made.file}: {made.bytes:,} bytes, as it was {_when(made.last_at)}")


@click.command(
    epilog=example(
        "cuelight restore /var/backups/cuelight.db", "cuelight restore cuelight.db.before-restore-..."
    )
)
@FILE
@JSON
@pass_context
def restore(context: Context, file: Path, *, as_json: bool) -> None:
    """Restore the SQLite database from the backup FILE. Stop the worker first.

    No worker can start meanwhile. The previous database is kept beside it, under the name shown; FILE is not
    changed. If interrupted, either the old or the new database is in place.
    """
    from worker.installation.database import database_path, make_private
    from worker.operations.restoration import restore as put_back

    settings = _sqlite(context, PG_RESTORE)
    with _failures("nothing was restored"), _progress() as told:
        make_private(settings)
        made = put_back(file, database_path(settings), SystemClock().now(), told)
    if as_json:
        write_json(made)
        return
    write_line(f"{made.database} is as it was {_when(made.last_at)}, with schema {made.schema}")
    for each in made.kept:
        write_line(f"the previous database is kept: {each}")
    if made.unconfirmed:
        write_line(f"the disk did not confirm it ({made.unconfirmed}): look again after a power failure")
    write_line(NEXT)


def _sqlite(context: Context, cure: str) -> "Settings":
    """Return the settings.

    Raises:
        ClickException: the database is no file.
    """
    from worker.store.engine.engines import is_in_memory, is_sqlite

    settings = context.settings()
    url = settings.database_url.get_secret_value()
    try:
        if not is_sqlite(url):
            raise click.ClickException(cure)
        if is_in_memory(url):
            raise click.ClickException("a database in memory is gone with its process")
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    return settings


@contextmanager
def _failures(outcome: str) -> Iterator[None]:
    """Say what became of it, and why.

    Raises:
        ClickException: it failed.
    """
    from worker.leases.file import LeaseTakenError, NetworkFileSystemError
    from worker.operations.backup import BackupError
    from worker.operations.restoration import RestorationError
    from worker.store.errors import StoreError

    try:
        yield
    except (BackupError, RestorationError, LeaseTakenError, NetworkFileSystemError, StoreError) as error:
        raise click.ClickException(f"{outcome}: {error}") from None
    except (OSError, RuntimeError) as error:
        raise click.ClickException(f"{outcome}: {_told(error)}") from None


def _told(error: OSError | RuntimeError) -> str:
    """Return what the system says, and of what; a link that leads to itself is no error of the system's."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


@contextmanager
def _progress() -> Iterator["Told"]:
    """Show on a terminal how far it is; elsewhere nobody looks."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    out, is_seen = console(stderr=True), sys.stderr.isatty()
    with Progress(*columns, console=out, transient=True, disable=not is_seen) as shown:
        task = shown.add_task("", total=None)
        yield lambda what, done, total: shown.update(
            task, description=what, completed=done, total=total or None
        )


def _when(instant: datetime | None) -> str:
    return f"{local(instant)}" if instant else "before any worker ran on it"
