"""Commands that run something: the worker, the simulator, the migrations."""

import asyncio
import os
import secrets
import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import LinesError, write_line

if TYPE_CHECKING:
    from pydantic import ValidationError

    from config.settings import Settings
    from worker.kit.logs import Redaction
    from worker.store.store import Store

THREADS = 64
"""Blocking calls at once, of those that have no threads of their own."""
RUN_EXAMPLE = """\b
Examples:
  cuelight run --schedule schedule.yaml
  CUELIGHT_LOG__FORMAT=json cuelight run
"""
SIMULATE_EXAMPLE = """\b
Examples:
  cuelight simulate --port 9000
  cuelight simulate --knobs
  cuelight simulate --flavour dyte --set invoke_to_live_s=2 --set join_delay_s=1
"""
HEALTHCHECK_EXAMPLE = """\b
Examples:
  cuelight healthcheck
  cuelight healthcheck --ready
"""
MIGRATE_EXAMPLE = """\b
Example:
  cuelight migrate
"""


@click.command(epilog=RUN_EXAMPLE)
@click.option("--schedule", type=click.Path(path_type=Path), help="A YAML file to follow.")
@pass_context
def run(context: Context, schedule: Path | None) -> None:
    """Run the worker until it is stopped.

    SIGTERM ends it within 3 s and never interrupts a show; SIGHUP reloads the schedule.
    """
    with _ended_while_it_starts():
        _run(context, schedule)


@contextmanager
def _ended_while_it_starts() -> Iterator[None]:
    """Let a signal to end count from the first moment; PID 1 has no default, and would not notice it.

    To read the schedule again is no reason to end either: it is about to be read.
    """
    ends = (signal.SIGTERM, signal.SIGINT)

    def end(_number: int, _frame: object) -> None:
        for each in ends:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(0)

    before = {each: signal.signal(each, end) for each in ends}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _run(context: Context, schedule: Path | None) -> None:
    from worker.installation.accounts import secrets_of
    from worker.kit import logs

    settings = context.settings(schedule=schedule)
    if not settings.accounts:
        cure = "set CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR and its credentials, or try `cuelight simulate`"
        raise click.ClickException(f"no account is set up: {cure}")
    written = logs.configure(settings.log.format, settings.log.level, secrets_of(settings))
    _use_no_proxy()
    try:
        with _refusals():
            asyncio.run(_work(settings, partial(_settings_again, context, schedule, written.redaction)))
    finally:
        written.close()


def _use_no_proxy() -> None:
    """Take the proxies out of the environment, and say so."""
    import structlog

    from worker.kit import proxies

    if unused := proxies.take_out_of(os.environ):
        structlog.get_logger(__name__).warning("proxy_not_used", variables=unused, cure=proxies.CURE)


def _settings_again(context: Context, schedule: Path | None, redaction: "Redaction") -> "Settings | None":
    """Read the settings as they are now, and hide their secrets too; None: they are in error."""
    from worker.installation.accounts import secrets_of

    try:
        found = context.settings(schedule=schedule)
    except click.ClickException:
        return None
    redaction.learn(secrets_of(found))
    return found


async def _work(settings: "Settings", again: "Callable[[], Settings | None]") -> None:
    """Put a worker together and run it until it is told to stop."""
    from worker.bootstrap.memory import collect_rarely
    from worker.bootstrap.open_files import allow_as_many_as_may_be
    from worker.bootstrap.opening import assemble
    from worker.kit.clock import SystemClock
    from worker.kit.threads import ThreadPerCall
    from worker.process.app import run_until_signalled

    allow_as_many_as_may_be()
    asyncio.get_running_loop().set_default_executor(ThreadPerCall("worker", THREADS))
    app = await assemble(settings, SystemClock(), again)
    collect_rarely()
    await run_until_signalled(app)


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what keeps a worker from running in one line."""
    from worker.alerting.services import ChannelError
    from worker.leases.file import LeaseTakenError, NetworkFileSystemError
    from worker.process.files_watch import FilesLostError
    from worker.store.errors import StoreError

    try:
        yield
    except (LeaseTakenError, NetworkFileSystemError, FilesLostError, ChannelError) as error:
        raise click.ClickException(str(error)) from None
    except StoreError as error:
        raise click.ClickException(f"the database cannot be used: {error}") from None


def _wrong_knob(error: "ValidationError", known: Collection[str]) -> str:
    from config.problems import likely

    first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"--set {name}: unknown knob{likely(name, known)}; `cuelight simulate --knobs` lists them"
    return f"--set {name}: {first['msg']}"


def _list_knobs(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  click's own.
    from worker.simulator import Knobs

    if not wanted:
        return
    for name, field in Knobs.model_fields.items():
        write_line(f"{name}={field.default}")
        write_line(f"    {field.description}")
    ctx.exit()


@click.command(epilog=SIMULATE_EXAMPLE)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0, the default: any free port.")
@click.option("--flavour", type=click.Choice(["realtimekit", "dyte", "realtime-v2"]), default="realtimekit")
@click.option("--set", "knobs", multiple=True, metavar="KNOB=VALUE", help="Set a knob; may be repeated.")
@click.option(
    "--knobs",
    "listed",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_knobs,
    help="List them.",
)
def simulate(port: int, flavour: str, knobs: tuple[str, ...]) -> None:
    """Run a simulated provider on this machine.

    It prints the environment variables for a worker that uses it. Somebody joins each meeting a few seconds
    after it opens. What really happened is shown at /_simulator/history and /_simulator/requests.
    """
    from pydantic import ValidationError

    from worker.kit.clock import SystemClock
    from worker.simulator import Credentials, Knobs, Simulator, environment, serve

    turned = dict(knob.partition("=")[::2] for knob in knobs)
    try:
        chosen = Knobs.model_validate(
            {"crowd": True, "seed": secrets.randbits(32), "flavour": flavour, **turned}
        )
    except ValidationError as error:
        raise click.UsageError(_wrong_knob(error, Knobs.model_fields)) from None
    credentials = Credentials.throw_away()
    simulator = Simulator(chosen, SystemClock(), credentials)

    def ready(base_url: str) -> None:
        for name, value in environment(base_url, chosen, credentials).items():
            write_line(f"export {name}={value}")
        write_line(f"# the simulator listens on {base_url}; ^C ends it", stderr=True)

    try:
        asyncio.run(serve(simulator, port=port, on_ready=ready))
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror}") from None


@click.command(epilog=HEALTHCHECK_EXAMPLE)
@click.option("--ready", is_flag=True, help="Also whether the database answers and its schema matches.")
@pass_context
def healthcheck(context: Context, *, ready: bool) -> None:
    """Check whether the worker on this machine is healthy: exit 0 if so, else 1 with the reason."""
    import http.client

    pages = context.settings().http
    port = pages.probes_port or pages.port
    if not port:
        raise click.ClickException("the worker's pages are turned off: CUELIGHT_HTTP__PORT is 0")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(pages.host, pages.host)  # noqa: S104  Where it listens.
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", "/readyz" if ready else "/livez")
        answer = connection.getresponse()
        text = answer.read(1000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        raise click.ClickException(
            f"no worker is answering on {host}:{port}: {error}; start one with `cuelight run`"
        ) from None
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise LinesError(text.splitlines())
    for line in text.splitlines():
        write_line(line)


@click.command(epilog=MIGRATE_EXAMPLE)
@pass_context
def migrate(context: Context) -> None:
    """Bring the database's schema up to date. `run` does this by itself."""
    from worker.store.schema import migration

    async def opened(store: "Store") -> None:
        found = await store.revision()
        newer = "" if found == migration.NEWEST else f"; this cuelight has {migration.NEWEST}, and can use it"
        write_line(f"the schema is at {found}{newer}")

    context.with_store(opened, makes=True)
