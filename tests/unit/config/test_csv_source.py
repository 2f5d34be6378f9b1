"""CSV as spreadsheets save it: delimiters, encodings, quotes, ends of lines."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.csv_source import DELIMITERS, Sheet, read
from config.problems import Problems

KNOWN = frozenset({"id", "title", "start"})
ROWS = [["id", "title", "start"], ["a", "Ä; b, c", "x"], ["b", 'say "hi"', "y"]]


def sheet(data: bytes) -> tuple[Sheet | None, list[str]]:
    problems = Problems("f")
    found = read(data, KNOWN, problems)
    return found, [str(each) for each in problems.sorted()]


def texts(data: bytes) -> list[list[str]]:
    found, problems = sheet(data)
    assert problems == []
    assert found is not None
    return [[cell.text for cell in row] for row in (found.header, *found.rows)]


def written(rows: list[list[str]], delimiter: str, end: str = "\r\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_what_any_spreadsheet_saves_is_read(delimiter: str, end: str, encoding: str) -> None:
    text = written(ROWS, delimiter, end)
    assert texts(text.encode(encoding)) == ROWS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_either_order_of_bytes_is_read_by_its_mark(encoding: str) -> None:
    assert texts(("\ufeff" + written(ROWS, "\t")).encode(encoding)) == ROWS


def test_the_delimiter_is_the_one_that_makes_the_columns_known() -> None:
    assert texts(b"id;title, or name;start\na;b;c\n")[0] == ["id", "title, or name", "start"]


def test_empty_lines_and_empty_columns_at_the_end_are_passed_over() -> None:
    assert texts(b"\n\nid,title,start,,\n,,,,\na,b,c,,,,\n\n") == [
        ["id", "title", "start", "", ""],
        ["a", "b", "c", "", ""],
    ]


def test_blanks_around_a_value_are_no_part_of_it() -> None:
    assert texts(b'id , title\n a\xc2\xa0, "b, c" \n')[1] == ["a", "b, c"]


def test_places_count_characters_and_the_lines_within_quotes() -> None:
    found, _ = sheet('id,title\n"ä\nb",c\nd,e\n'.encode())
    assert found is not None
    assert [cell.place for row in found.rows for cell in row] == [(2, 1), (3, 4), (4, 1), (4, 3)]


REFUSED = [
    (b"", "f:1:1: the file is empty"),
    (b"\r\n\r\n", "f:1:1: the file is empty"),
    (b"id,title\na,\xe4\n", "f:2:3: neither UTF-8 nor UTF-16: save it as `CSV UTF-8` or `Unicode text`"),
    (b"\xff\xfei\x00d\x00\x00\xd8", "f:1:1: neither UTF-8 nor UTF-16"),
    (b"id,title\na,b\x00\n", "f:2:4: a NUL character: is this a CSV file?"),
    (b"PK\x03\x04\x14\x00\x06", "a NUL character: is this a CSV file?"),
    (b'id,title\na,"b\nc,d\n', "f:2:3: a quote is opened here and never closed"),
    (b'id,title\na,b"c\n', "f:2:3: a quote within a value"),
    (b'id,title\na,"b"c\n', "f:2:3: a quote within a value"),
    (b"id,title\na,b,c\n", "f:2:5: a value beyond the 2 columns of the header: put a value that holds"),
]


@pytest.mark.parametrize(("data", "problem"), REFUSED)
def test_what_is_no_table_is_refused_at_its_place(data: bytes, problem: str) -> None:
    (told,) = sheet(data)[1]
    assert problem in told


def test_a_row_with_a_stray_quote_does_not_hide_what_follows() -> None:
    found, problems = sheet(b'id,title\na,b"c\nd,e"f\ng,h\n')
    assert [each.partition(" a quote")[0] for each in problems] == ["f:2:3:", "f:3:3:"]
    assert found is not None
    assert [row[0].text for row in found.rows] == ["g"]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\n'), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6), st.sampled_from(DELIMITERS))
def test_every_table_comes_back_as_it_was_written(rows: list[list[str]], delimiter: str) -> None:
    stripped = [[cell.strip() for cell in row] for row in rows]
    data = written([ROWS[0], *rows], delimiter)
    assert texts(data.encode()) == [ROWS[0], *(row for row in stripped if any(row))]
