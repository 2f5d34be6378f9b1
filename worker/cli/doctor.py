"""The command `doctor`: checks of this installation, and a probe of the real service."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import Styled, json_document, write_json, write_line, write_table
from worker.cli.parameters import JSON

if TYPE_CHECKING:
    from worker.doctor.finding import Finding
    from worker.doctor.probe import Probed
    from worker.kit.logs import Redaction
    from worker.provider.flavours import Account

EXAMPLES = """\b
Examples:
  cuelight doctor
  cuelight doctor --json
  cuelight doctor --probe default
  cuelight doctor --probe default --yes --output probe.json
"""
MARKS = {"ok": ("ok", "green"), "warning": ("warn", "yellow"), "problem": ("FAIL", "red")}
WARNING = """\
This creates ONE meeting at {flavour} ({account}), titled "cuelight probe", and runs some 20 tests on it.
Nobody joins and no stream is started, so it costs nothing. It cannot be deleted: it stays there, INACTIVE.
"""


@click.command(epilog=EXAMPLES)
@JSON
@click.option("--probe", metavar="ACCOUNT", help="Test how the real service behaves, at no cost.")
@click.option("--yes", is_flag=True, help="With --probe: do not ask first.")
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path), help="With --probe: the file to write."
)
@pass_context
def doctor(context: Context, *, as_json: bool, probe: str | None, yes: bool, output: Path | None) -> None:
    """Check the installation; each problem with its cure.

    It changes nothing. Exit 1 if there is a problem.

    With --probe one meeting is created at the provider, tested in every way that costs nothing, and left
    INACTIVE, since meetings cannot be deleted. The results are compared with what cuelight assumes, and
    written to a file without credentials or account ids, safe to share. Exit 1 if it could not be done.
    """
    if probe is not None:
        _probe(context, probe, output, yes=yes, as_json=as_json)
    elif yes or output:
        raise click.UsageError("--yes and --output belong to --probe ACCOUNT")
    else:
        _check(context, as_json=as_json)


def _check(context: Context, *, as_json: bool) -> None:
    found = _findings(context)
    if as_json:
        write_json(found)
    else:
        _show(found)
    if any(each.verdict == "problem" for each in found):
        raise SystemExit(1)


def _findings(context: Context) -> "list[Finding]":
    from config.settings import SettingsError, load
    from worker.doctor import checkup
    from worker.installation.accounts import secrets_of
    from worker.kit.logs import Redaction

    try:
        settings = load(os.environ, context.config, context.flags)
    except SettingsError as error:
        return checkup.without_settings(error.problems)
    found = asyncio.run(checkup.examine_here(settings, context.config))
    redaction = Redaction([*secrets_of(settings), settings.database_url.get_secret_value()])
    return [_hidden(each, redaction) for each in found]


def _hidden(finding: "Finding", redaction: "Redaction") -> "Finding":
    from dataclasses import replace

    return replace(finding, text=redaction.text(finding.text), cure=redaction.text(finding.cure))


def _show(found: "list[Finding]") -> None:
    width = max(len(each.check) for each in found)
    for each in found:
        word, colour = MARKS.get(each.verdict.value, ("skip", "bright_black"))
        write_line(Styled(f"{word:4}", colour), f"  {each.check:{width}}  {each.text}")
        if each.cure:
            write_line(f"{'':{width + 8}}{each.cure}")


def _probe(context: Context, name: str, output: Path | None, *, yes: bool, as_json: bool) -> None:
    from worker.doctor.report import document
    from worker.kit.clock import SystemClock

    account, now = _account(context, name), SystemClock().now()
    file = output or _default_file(name, now)
    _refuse_to_overwrite(file)
    if not yes:
        _confirm(account)
    probed = _probed(account)
    written = document(probed, account, now)
    if as_json:
        write_json(written)
    else:
        _table(probed, account)
    _write(file, written)
    if not probed.closed:
        raise SystemExit(1)


def _account(context: Context, name: str) -> "Account":
    from worker.installation.accounts import accounts_of

    known = accounts_of(context.settings())
    if name not in known:
        there_are = f"there are {', '.join(sorted(known))}" if known else "none is"
        raise click.UsageError(f"account {name} is not set up here: {there_are}")
    return known[name]


def _default_file(account: str, now: datetime) -> Path:
    return Path(f"cuelight-probe-{account.replace(':', '-')}-{now:%Y-%m-%d}.json")


def _refuse_to_overwrite(file: Path) -> None:
    """Look before the probe whether its file can be written after it."""
    if os.path.lexists(file):
        raise click.UsageError(f"{file} already exists: name another with --output")
    if not os.access(file.absolute().parent, os.W_OK | os.X_OK):
        raise click.UsageError(f"{file} cannot be written: name another with --output")


def _confirm(account: "Account") -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("the probe creates a meeting at the provider: without a terminal, give --yes")
    for line in WARNING.format(flavour=account.flavour.name, account=account.name).splitlines():
        write_line(line, stderr=True)
    click.confirm("Go on?", abort=True, err=True)


def _probed(account: "Account") -> "Probed":
    from worker.doctor.probe import NotProbedError, probe
    from worker.kit.clock import SystemClock
    from worker.provider.transport import Transport

    async def asked() -> "Probed":
        _end_in_order()
        transport = Transport()
        try:
            return await probe(account, transport, SystemClock(), _tell)
        finally:
            await transport.close()

    try:
        return asyncio.run(asked())
    except NotProbedError as error:
        raise click.ClickException(str(error)) from None
    except asyncio.CancelledError:
        raise click.Abort from None


def _end_in_order() -> None:
    """Let a signal, or a terminal that is closed, cancel the probe: then it still closes its meeting."""
    loop, probing = asyncio.get_running_loop(), asyncio.current_task()
    if probing is not None:
        for each in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(each, probing.cancel)


def _tell(line: str) -> None:
    write_line(Styled(line, "red" if line.startswith("!") else None), stderr=True)


def _table(probed: "Probed", account: "Account") -> None:
    from worker.doctor.report import HEADINGS, rows

    lines = list(rows(probed, account))
    write_table(HEADINGS, lines)
    differ = sum(line[-1] == "NO" for line in lines)
    write_line(f"{differ} of {len(lines)} differ from what cuelight assumes")


def _write(file: Path, written: Mapping[str, object]) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(json_document(written) + "\n")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from None
    write_line(f"written to {file}, without credentials or account ids", stderr=True)
