"""A list of broadcasts from a spreadsheet -> broadcasts, or everything that is wrong with it."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from config import csv_source
from config.csv_columns import COLUMNS, REQUIRED
from config.csv_row import Listed, Row
from config.csv_source import Cell, name_of
from config.problems import START, Problem, Problems, likely, shown
from config.yaml_source import MOST_BYTES


@dataclass(frozen=True, slots=True)
class BroadcastList:
    """What a file asks for, and what there is to say of it; with an error among that, nothing."""

    rows: tuple[Listed, ...]
    problems: Problems

    @property
    def told(self) -> tuple[Problem, ...]:
        """The problems, by their places."""
        return self.problems.sorted()


def load(path: Path, zone: str | None = None, accounts: Collection[str] | None = None) -> BroadcastList:
    """Read a file. One that cannot be opened is a problem like any other."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        problems = Problems(str(path))
        problems.error(START, f"cannot be opened: {error.strerror}")
        return BroadcastList((), problems)
    return parse(data, str(path), zone, accounts)


def parse(
    data: bytes, file: str, zone: str | None = None, accounts: Collection[str] | None = None
) -> BroadcastList:
    """Read a list of broadcasts from its bytes.

    `zone`: that of times without an offset in rows that name none. `accounts`: the names that the settings
    know; None: not checked.
    """
    problems = Problems(file)
    sheet = csv_source.read(data, frozenset(COLUMNS), problems)
    names = _names(sheet.header, problems) if sheet else None
    if sheet is None or names is None:
        return BroadcastList((), problems)
    found = []
    for cells in sheet.rows:
        row = None if problems.too_many else Row(names, cells, problems).listed(zone, accounts)
        if row:
            found.append(row)
    _note_twins(found, problems)
    if not sheet.rows:
        problems.error(sheet.header[0].place, "no rows beneath the header")
    return BroadcastList(() if problems.any_errors else tuple(found), problems)


def _names(header: list[Cell], problems: Problems) -> list[str] | None:
    """Return the name of each column, empty for one without; None if rows cannot be read by them."""
    names = [name_of(each.text) for each in header]
    if not set(names) & set(COLUMNS):
        problems.error(header[0].place, "no header: begin with id,title,start,end,zone")
        return None
    for number, (name, cell) in enumerate(zip(names, header, strict=True)):
        if name in names[:number] and name:
            problems.error(cell.place, f"column {name} is given twice")
        elif name and name not in COLUMNS:
            near = likely(name, COLUMNS) or f"; known: {', '.join(COLUMNS)}"
            problems.error(cell.place, f"unknown column {shown(cell.text)}{near}")
    missing = [name for name in REQUIRED if name not in names]
    missing += [] if {"end", "duration"} & set(names) else ["end, or duration,"]
    for name in missing:
        problems.error(header[0].place, f"column {name} is missing")
    return None if problems.any_errors else names


def _note_twins(rows: list[Listed], problems: Problems) -> None:
    firsts: dict[str, Listed] = {}
    for each in rows:
        first = firsts.setdefault(each.broadcast.id, each)
        if first is not each:
            problems.error(each.place(), f"{each.broadcast.id} is also the id of line {first.place().line}")
