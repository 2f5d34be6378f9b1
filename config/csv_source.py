"""CSV as spreadsheets write it (RFC 4180, and what they do besides): every value a string with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from config.problems import START, Place, Problems
from config.yaml_source import MOST_BYTES, MOST_BYTES_IN_A_LINE

MOST_ROWS = 5000
DELIMITERS = ",;\t"

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BREAK = re.compile(r"\r\n|\r|\n")
_BREAKS = re.compile(r"(?:\r\n|\r|\n)+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it was written, without the blanks around it."""

    text: str
    place: Place


@dataclass(slots=True)
class Sheet:
    """A header, and the rows beneath it that are not empty; no row has more cells than the header."""

    header: list[Cell]
    rows: list[list[Cell]] = field(default_factory=list)


class _UnreadableError(Exception):
    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


def read(data: bytes, known: frozenset[str], problems: Problems) -> Sheet | None:
    """Return what the file holds; None, and the reason among the problems, if it cannot be read.

    `known`: the names of columns, by which the delimiter is found.
    """
    try:
        text = _decoded(data)
        _measure(text)
        return _Parser(text, _delimiter(text, known), problems).sheet()
    except _UnreadableError as problem:
        problems.error(problem.place, str(problem))
    return None


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise _UnreadableError(START, f"more than {MOST_BYTES} bytes (2 MiB): split the file")
    is_utf_16 = data.startswith(_UTF_16)
    try:
        return data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as problem:
        before = "" if is_utf_16 else data[: problem.start].decode("utf-8", "replace")
        cure = "save it as `CSV UTF-8` or `Unicode text`"
        raise _UnreadableError(_place_at(before, len(before)), f"neither UTF-8 nor UTF-16: {cure}") from None


def _measure(text: str) -> None:
    """Refuse what is no table, or too much of one."""
    if "\0" in text:
        raise _UnreadableError(_place_at(text, text.index("\0")), "a NUL character: is this a CSV file?")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MOST_BYTES_IN_A_LINE:
            raise _UnreadableError(Place(number, 1), "a line longer than 64 KiB")


def _place_at(text: str, index: int) -> Place:
    lines = _BREAK.split(text[:index])
    return Place(len(lines), len(lines[-1]) + 1)


def _delimiter(text: str, known: frozenset[str]) -> str:
    """Return what parts the names of the header: whichever makes the most of them known."""
    header = _BREAK.split(text.lstrip("\r\n"), maxsplit=1)[0]

    def fit(delimiter: str) -> tuple[int, int]:
        names = header.split(delimiter)
        return sum(name_of(each.strip(' "')) in known for each in names), len(names)

    return max(DELIMITERS, key=fit)


def name_of(text: str) -> str:
    """Return the name of a column however it was typed: `Go live` is go_live."""
    return re.sub(r"[ _-]+", "_", text.strip().lower())


class _Parser:
    """Reads cell by cell, and knows in which line it is."""

    def __init__(self, text: str, delimiter: str, problems: Problems) -> None:
        self._text, self._delimiter, self._problems = text, delimiter, problems
        self._at = self._begun = 0
        """Where it is, and where its line begins."""
        self._line = 1
        end = rf"(?=[{delimiter}\r\n]|\Z)"
        self._quoted = re.compile(rf'[ ]*"([^"]*+(?:""[^"]*+)*+)"[ ]*{end}')
        self._plain = re.compile(rf'[^{delimiter}"\r\n]*+{end}')

    def sheet(self) -> Sheet:
        rows = self._rows()
        header = next(rows, None)
        if header is None:
            raise _UnreadableError(START, "the file is empty")
        sheet = Sheet(header)
        for row in rows:
            if len(sheet.rows) == MOST_ROWS:
                raise _UnreadableError(row[0].place, f"more than {MOST_ROWS} rows: split the file")
            self._note_extra(row[len(header) :], len(header))
            sheet.rows.append(row[: len(header)])
        return sheet

    def _note_extra(self, cells: list[Cell], columns: int) -> None:
        for each in cells:
            if each.text:
                cure = "put a value that holds the delimiter in quotes"
                self._problems.error(
                    each.place, f"a value beyond the {columns} columns of the header: {cure}"
                )
                return

    def _rows(self) -> Iterator[list[Cell]]:
        while self._at < len(self._text) and not self._problems.too_many:
            self._pass_breaks()
            row = self._row()
            if row and any(each.text for each in row):
                yield row

    def _row(self) -> list[Cell] | None:
        """Return the cells up to the end of the line; None if one cannot be read."""
        row = []
        while cell := self._cell():
            row.append(cell)
            if self._text[self._at : self._at + 1] != self._delimiter:
                return row
            self._at += 1
        return None

    def _cell(self) -> Cell | None:
        place = self._place()
        if found := self._plain.match(self._text, self._at):
            value = found[0]
        elif found := self._quoted.match(self._text, self._at):
            value = found[1].replace('""', '"')
        else:
            self._note_quote(place)
            return None
        self._advance(found.end())
        return Cell(value.strip(), place)

    def _note_quote(self, place: Place) -> None:
        """Tell of a quote that parts no value, and go on in the next line."""
        rest = self._text[self._at :]
        if rest.lstrip(" ").startswith('"') and not re.search(r'[^"]"(?!")', rest):
            raise _UnreadableError(place, "a quote is opened here and never closed")
        cure = "put the whole value in quotes, and double those within"
        self._problems.error(place, f"a quote within a value: {cure}")
        found = _BREAK.search(self._text, self._at)
        self._at = found.start() if found else len(self._text)

    def _pass_breaks(self) -> None:
        if found := _BREAKS.match(self._text, self._at):
            self._advance(found.end())

    def _advance(self, to: int) -> None:
        for each in _BREAK.finditer(self._text, self._at, to):
            self._line += 1
            self._begun = each.end()
        self._at = to

    def _place(self) -> Place:
        return Place(self._line, self._at - self._begun + 1)
