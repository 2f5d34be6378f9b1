"""The command `rehearse`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.context import Context, pass_context
from worker.cli.output import LinesError, console, write_json, write_line
from worker.cli.parameters import FILE, JSON, Instant, example
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.rehearsal.rehearse import Wish
    from worker.rehearsal.report import Report

TOLD_EVERY = 5.0
"""Seconds between two lines that say how far it is, where there is no terminal."""
EXAMPLES = example(
    "cuelight rehearse schedule.yaml",
    "cuelight rehearse schedule.yaml --days 14 --faults harsh --seed 7 --svg rehearsal.svg",
)


@click.command(epilog=EXAMPLES)
@FILE
@JSON
@click.option("--days", type=click.IntRange(1, 31), default=7, show_default=True, help="How many days.")
@click.option("--from", "begins_at", type=Instant(), metavar="INSTANT", help="When they begin; else now.")
@click.option(
    "--faults",
    type=click.Choice(["none", "typical", "harsh"]),
    default="none",
    show_default=True,
    help="How much goes wrong.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same faults again.")
@click.option("--svg", type=click.Path(path_type=Path), metavar="FILE", help="Also draw it as a picture.")
@click.option(
    "--price-per-minute",
    "price",
    type=click.FloatRange(0),
    help="Of exported video; else CUELIGHT_COST__EXPORT_MINUTE.",
)
@pass_context
def rehearse(  # noqa: PLR0913  Its options.
    context: Context,
    file: Path,
    *,
    as_json: bool,
    days: int,
    begins_at: datetime | None,
    faults: str,
    seed: int,
    svg: Path | None,
    price: float | None,
) -> None:
    """Rehearse the coming days of a schedule in seconds, against a simulated provider.

    The real worker lives through them in virtual time, with hosts who come and leave, and with --faults also
    late hosts, dropped streams and a provider in trouble, all drawn from the seed. Database and provider are
    in memory: nothing is kept, nothing leaves this machine. Exit 1 if a broadcast did not air, was late, or
    leaves a critical alert; with harsh faults only if a stream was early, doubled, or left on air unreported.
    """
    from worker.rehearsal.cast import Level
    from worker.rehearsal.rehearse import Wish

    wish = Wish(
        file=file,
        begins_at=(begins_at or SystemClock().now()).astimezone(UTC),
        lasts=timedelta(days=days),
        level=Level(faults),
        seed=seed,
        price=None if price is None else Decimal(str(price)),
    )
    report = _rehearsed(context, wish)
    _show(report, as_json=as_json, svg=svg)
    if not report.is_sound:
        raise SystemExit(1)


def _rehearsed(context: Context, wish: "Wish") -> "Report":
    from worker.rehearsal.rehearse import NothingToRehearseError, rehearsed

    settings = context.settings()
    with _progress(wish) as progress:
        try:
            return rehearsed(wish, settings, progress)
        except NothingToRehearseError as error:
            raise LinesError(error.lines) from None


def _show(report: "Report", *, as_json: bool, svg: Path | None) -> None:
    if svg:
        from worker.rehearsal.picture import picture

        try:
            svg.write_text(picture(report), encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{svg} cannot be written: {error.strerror}") from None
    if as_json:
        write_json(report.as_json())
        return
    from worker.rehearsal.screen import Screen

    console().print(Screen(report))


@contextmanager
def _progress(wish: "Wish") -> Iterator[Callable[[datetime], None]]:
    """Say on stderr how far it is: in place on a terminal, else in a line every few seconds."""
    out, clock = console(stderr=True), SystemClock()
    told_at = clock.monotonic()

    def line(at: datetime) -> None:
        nonlocal told_at
        if clock.monotonic() - told_at >= TOLD_EVERY:
            told_at = clock.monotonic()
            write_line(_so_far(at, wish), stderr=True)

    if not out.is_terminal:
        yield line
        return
    with out.status(f"rehearsing {wish.file} ...") as status:
        yield lambda at: status.update(_so_far(at, wish))


def _so_far(at: datetime, wish: "Wish") -> str:
    part = min(1.0, (at - wish.begins_at) / wish.lasts)
    return f"rehearsing {wish.file}: {at:%a %d %b %H:%M}Z, {part:.0%}"
