"""The command `demo`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.output import LinesError, console, write_json, write_line
from worker.cli.parameters import example

if TYPE_CHECKING:
    from rich.console import Console

    from worker.demo.report import Report

INTERRUPTED = 130
"""The exit code of what ^C ended."""


@click.command(epilog=example("cuelight demo", "cuelight demo --json", "cuelight demo --keep"))
@click.option("--json", "as_json", is_flag=True, help="Print the end as JSON; what happens goes to stderr.")
@click.option("--keep", is_flag=True, help="Keep the folder with database, schedule and logs.")
def demo(*, as_json: bool, keep: bool) -> None:
    """Watch five broadcasts go on air and off again within a minute.

    Worker, database and HTTP are real; the provider is simulated, and times are shortened as shown.
    Your own settings are not used, and nothing leaves this machine. Exit 0: each ended as it should.
    """
    from worker.demo.stage import StageError

    try:
        report = _played(console(stderr=as_json), as_json=as_json, keep=keep)
    except StageError as error:
        raise LinesError(str(error).splitlines()) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    if not report.right:
        raise SystemExit(1)


def _played(out: "Console", *, as_json: bool, keep: bool) -> "Report":
    """Play it, tell how it ended, and clear away."""
    from worker.demo.interruption import played_out
    from worker.demo.last_screen import LastScreen
    from worker.demo.screen import introduction, screen
    from worker.demo.show import Show
    from worker.demo.stage import environ
    from worker.kit.clock import SystemClock

    with _folder(keep=keep) as folder:

        def announce(schedule: str) -> None:
            out.print(introduction(schedule, str(folder)))

        with screen(out, drawn=out.is_terminal and not as_json) as followed:
            report = played_out(Show(folder, environ(), SystemClock(), announce, followed).play())
        if as_json:
            write_json(report.as_json())
        else:
            out.print(LastScreen(report))
    return report


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    """Make a folder; remove it in the end, or say how to look into it."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="cuelight-demo-"))
    try:
        yield folder
    finally:
        if keep:
            look = f"cuelight --state-dir {folder} why town-hall"
            write_line(f"kept in {folder}; inspect it with", stderr=True)
            write_line(f"  {look}", stderr=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
