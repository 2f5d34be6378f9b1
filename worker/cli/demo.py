"""The command `demo`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.output import console, write_json
from worker.cli.schedule import example

if TYPE_CHECKING:
    from rich.console import Console

    from worker.demo.report import Report

INTERRUPTED = 130
"""The exit code of what ^C ended."""


@click.command(epilog=example("cuelight demo", "cuelight demo --json", "cuelight demo --keep"))
@click.option("--json", "as_json", is_flag=True, help="Print the end as JSON; what happens goes to stderr.")
@click.option("--keep", is_flag=True, help="Keep the folder with database, schedule and logs.")
def demo(*, as_json: bool, keep: bool) -> None:
    """Watch five broadcasts go on air and off again, in a minute of real time.

    Worker, database and HTTP are real, the provider is simulated, and times are shortened, which is said.
    Your own settings are not looked at, and nothing leaves this machine. Exit 0: each ended as it should.
    """
    import tempfile

    from worker.demo.stage import StageError

    folder = Path(tempfile.mkdtemp(prefix="cuelight-demo-"))
    try:
        report = _played(folder, console(stderr=as_json), drawn=not as_json)
    except StageError as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    finally:
        _leave(folder, keep=keep)
    if as_json:
        write_json(report.as_json())
    else:
        console().print(report)
    if not report.right:
        raise SystemExit(1)


def _played(folder: Path, out: "Console", *, drawn: bool) -> "Report":
    import asyncio

    from rich.live import Live

    from worker.clock import SystemClock
    from worker.demo.screen import Lines, Table, introduction
    from worker.demo.show import Show
    from worker.demo.stage import environ

    def announce(schedule: str) -> None:
        out.print(introduction(schedule, str(folder)))

    _leave_in_order()
    clock = SystemClock()
    if not (drawn and out.is_terminal):
        return asyncio.run(Show(folder, environ(), clock, announce, Lines(out)).play())
    with Live(console=out, auto_refresh=False, transient=True) as live:
        return asyncio.run(Show(folder, environ(), clock, announce, Table(live)).play())


def _leave_in_order() -> None:
    """Take every wish to end, a closed terminal too, as one ^C, or the two processes would be left behind."""
    import signal

    wishes = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heeded = [each for each in wishes if signal.getsignal(each) is not signal.SIG_IGN]  # as nohup does

    def leave(_number: int, _frame: object) -> None:
        for each in heeded:
            signal.signal(each, signal.SIG_IGN)  # a second one would cut the leaving short
        raise KeyboardInterrupt

    for each in heeded:
        signal.signal(each, leave)


def _leave(folder: Path, *, keep: bool) -> None:
    """Remove the folder, or say how to look into it."""
    import shutil

    if keep:
        look = f"cuelight --state-dir {folder} why town-hall"
        click.echo(f"kept in {folder}; look into it with `{look}`", file=sys.stderr)
    else:
        shutil.rmtree(folder, ignore_errors=True)
