"""How results are written: lines and tables for people, JSON for programs; colours only on terminals.

Commands write through this alone (ruff forbids `click.echo` elsewhere): what others wrote is made visible
here, so that no title draws on the operator's terminal.
"""

import codecs
import io
import json
import sys
from collections.abc import AsyncIterable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from worker.kit.json_values import plain
from worker.kit.text import visible, visible_json
from worker.view import instants

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


@dataclass(frozen=True, slots=True)
class Styled:
    """A part of a line in a colour of its own."""

    text: str
    colour: str | None = None
    bold: bool = False

    def __str__(self) -> str:
        return click.style(visible(self.text), fg=self.colour, bold=self.bold or None)


class LinesError(click.ClickException):
    """A failure that is told in several lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__("\n".join(visible(line) for line in lines))


def console(*, stderr: bool = False) -> "Console":
    """Return where rich writes: as wide as the terminal; where there is none, as wide as it takes."""
    from worker.view.rich.terminal import Terminal

    stream = sys.stderr if stderr else sys.stdout
    return Terminal(
        stderr=stderr,
        width=None if stream.isatty() else UNBROKEN,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=not stream.isatty(),
    )


def write_anything() -> None:
    """Have what the terminal has no character for written as an escape: no title fails a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def visible_failures() -> Iterator[None]:
    """Make visible what failures say of what others wrote, or of what was typed.

    Raises:
        ClickException: the failure, on one line; as it is, where it was made visible line by line, or where
            all of it is click's.
    """
    try:
        yield
    except (LinesError, click.MissingParameter, click.exceptions.NoArgsIsHelpError):
        raise
    except click.UsageError as error:
        raise click.UsageError(visible(error.format_message()), error.ctx) from None
    except click.ClickException as error:
        raise click.ClickException(visible(error.format_message())) from None


def write_line(*parts: str | Styled, stderr: bool = False) -> None:
    """Write one line, whatever its parts hold."""
    click.echo(
        "".join(str(each) if isinstance(each, Styled) else visible(each) for each in parts), err=stderr
    )


def write_page(html: str) -> None:
    """Write a page, whose maker made visible what others wrote."""
    click.echo(html)


def write_json(value: object) -> None:
    """Write a value to stdout as JSON; instants in UTC, durations in seconds."""
    click.echo(json_document(value))


async def write_json_list(parts: AsyncIterable[Sequence[object]]) -> None:
    """Write one list to stdout as JSON, each part of it as soon as it is there."""
    written = False
    async for part in parts:
        if part:
            begun = ",\n" if written else "[\n"
            click.echo(begun + json_document(part).removeprefix("[\n").removesuffix("\n]"), nl=False)
            written = True
    click.echo("\n]" if written else "[]")


async def write_document(parts: AsyncIterable[bytes]) -> None:
    """Write a document to stdout byte for byte, each part as soon as it is there; visibly to a terminal."""
    async for part in parts:
        if sys.stdout.isatty():
            for line in part.decode().splitlines():
                write_line(line)
        else:
            click.echo(part, nl=False)


def json_document(value: object) -> str:
    """Return a value as JSON for programs, which may be looked at on a terminal, too."""
    ascii_only = codecs.lookup(sys.stdout.encoding or "ascii").name != "utf-8"
    return visible_json(json.dumps(value, default=plain, indent=2, ensure_ascii=ascii_only))


def local(instant: datetime | None) -> str:
    """Return an instant by this machine's clock, for people."""
    return instants.local(instant)


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write columns as wide as they need to be; the last one runs on."""
    lines = [[visible(cell) for cell in line] for line in (headings, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    for number, line in enumerate(lines):
        filled = max((column for column, cell in enumerate(line) if cell.strip()), default=0)
        cells = [f"{cell:{width}}  " for cell, width in zip(line[:filled], widths, strict=False)]
        styled = (_cell(each, is_heading=number == 0) for each in (*cells, line[filled].rstrip()))
        write_line(*styled)


def _cell(text: str, *, is_heading: bool) -> Styled:
    return Styled(text, COLOURS.get(text.strip()), bold=is_heading)
