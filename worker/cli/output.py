"""How results are written: tables for people, JSON for programs; colours only on terminals."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

UNBROKEN = 500
"""Columns of a line that no terminal breaks."""
COLOURS = {
    "live": "green",
    "starting": "yellow",
    "interrupted": "red",
    "stopping": "yellow",
    "missed": "red",
    "rejected": "red",
}


def console(*, stderr: bool = False) -> "Console":
    """Return where rich writes: as wide as the terminal; where there is none, as wide as it takes."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(
        stderr=stderr,
        width=None if stream.isatty() else UNBROKEN,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=not stream.isatty(),
    )


def write_json(value: object) -> None:
    """Write a value to stdout as JSON; instants in UTC, durations in seconds."""
    click.echo(json.dumps(value, default=plain, indent=2, ensure_ascii=False))


def plain(value: object) -> Any:
    """Return what JSON can hold of a value."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.value
        case _ if is_dataclass(value) and not isinstance(value, type):
            return asdict(value)
        case _:
            return str(value)


def local(instant: datetime | None) -> str:
    """Return an instant by this machine's clock, for people."""
    return instant.astimezone().strftime("%a %d %b %H:%M:%S") if instant else ""


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write columns as wide as they need to be; the last one runs on."""
    lines = [list(headings), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    for number, line in enumerate(lines):
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        text = "  ".join(_coloured(cell) for cell in cells).rstrip()
        click.secho(text, bold=number == 0)


def _coloured(cell: str) -> str:
    colour = COLOURS.get(cell.strip())
    return click.style(cell, fg=colour) if colour else cell
