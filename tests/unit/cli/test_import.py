"""`import`: a spreadsheet's rows become broadcasts, all of them or none, and again as often as one likes."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.support.command import cuelight

HEADER = "id,title,start,duration,zone,account\n"
ONE = "one,One,2099-12-01 18:00,1h,Europe/Berlin,\n"
TWO = "two,Two,2099-12-02 18:00,1h,Europe/Berlin,\n"


def imports(folder: Path, rows: str, *words: str) -> Result:
    file = folder / "season.csv"
    file.write_text(HEADER + rows)
    return cuelight(folder, "import", str(file), *words)


def sql(folder: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "cuelight.db", isolation_level=None)) as database:
        return database.execute(statement).fetchall()


def rows(folder: Path) -> list[Any]:
    return sql(folder, "SELECT id, title, starts_at, version FROM broadcasts ORDER BY id")


def test_the_rows_are_there_and_importing_them_again_changes_nothing(tmp_path: Path) -> None:
    done = imports(tmp_path, ONE + TWO)
    assert (done.exit_code, done.output) == (0, "added: 2, updated: 0, unchanged: 0\n")
    before = rows(tmp_path)
    assert before[0][:3] == ("one", "One", "2099-12-01T17:00:00Z")
    assert imports(tmp_path, ONE + TWO).output == "added: 0, updated: 0, unchanged: 2\n"
    assert rows(tmp_path) == before


def test_a_dry_run_shows_what_would_be_done_and_makes_no_database(tmp_path: Path) -> None:
    done = imports(tmp_path, ONE, "--dry-run")
    assert done.exit_code == 0
    assert "+ one " in done.output
    assert "would be added: 1" in done.output
    assert not (tmp_path / "cuelight.db").exists()


def test_another_value_is_refused_and_changed_when_that_is_said(tmp_path: Path) -> None:
    imports(tmp_path, ONE + TWO)
    moved = ONE.replace("18:00", "20:00")
    refused = imports(tmp_path, moved + "three,Three,2099-12-03 18:00,1h,UTC,\n")
    assert refused.exit_code == 1
    assert ":2:9: one exists with another window: pass --update to change it" in refused.output
    assert "nothing was imported" in refused.output
    assert len(rows(tmp_path)) == 2
    shown = imports(tmp_path, moved + TWO, "--update", "--dry-run")
    assert "~ one " in shown.output
    assert "(window)" in shown.output
    assert imports(tmp_path, moved + TWO, "--update").output == "added: 0, updated: 1, unchanged: 1\n"
    assert [row[2] for row in rows(tmp_path)] == ["2099-12-01T19:00:00Z", "2099-12-02T17:00:00Z"]


def test_what_a_list_does_not_say_is_left_as_it_is(tmp_path: Path) -> None:
    imports(tmp_path, ONE)
    sql(tmp_path, "UPDATE broadcasts SET account = 'events', doors = '20m'")
    assert imports(tmp_path, ONE).output == "added: 0, updated: 0, unchanged: 1\n"
    imports(tmp_path, ONE.replace("One", "First"), "--update")
    assert sql(tmp_path, "SELECT title, account, doors FROM broadcasts") == [("First", "events", "20m")]


def test_what_a_schedule_owns_or_is_over_is_never_changed(tmp_path: Path) -> None:
    imports(tmp_path, ONE + TWO)
    sql(tmp_path, "UPDATE broadcasts SET source = 'schedule', entry = 'one' WHERE id = 'one'")
    assert imports(tmp_path, ONE).exit_code == 0
    refused = imports(tmp_path, ONE.replace("One", "First"), "--update")
    assert "one belongs to a schedule" in refused.output
    assert rows(tmp_path)[0][1] == "One"


def test_a_cancelled_one_stays_cancelled_and_that_is_said(tmp_path: Path) -> None:
    imports(tmp_path, ONE)
    sql(tmp_path, "UPDATE broadcasts SET cancelled = 1")
    done = imports(tmp_path, ONE)
    assert done.exit_code == 0
    assert "warning: one is cancelled, and stays so" in done.output
    assert sql(tmp_path, "SELECT cancelled FROM broadcasts") == [(1,)]


def test_what_would_be_over_is_refused(tmp_path: Path) -> None:
    done = imports(tmp_path, ONE.replace("2099", "2020"))
    assert done.exit_code == 1
    assert ":2:9: one would have ended already" in done.output
    assert not (tmp_path / "cuelight.db").exists()


@pytest.mark.parametrize("words", [("--zone", "Berlin"), ("--zone", "../x")])
def test_an_unknown_zone_is_wrong_usage(words: tuple[str, ...], tmp_path: Path) -> None:
    done = imports(tmp_path, ONE, *words)
    assert done.exit_code == 2
    assert "unknown time zone" in done.output


def test_programs_are_told_of_each_row_or_of_each_problem(tmp_path: Path) -> None:
    (told,) = json.loads(imports(tmp_path, ONE, "--json").stdout)
    assert told == {
        "id": "one",
        "title": "One",
        "starts_at": "2099-12-01T17:00:00Z",
        "ends_at": "2099-12-01T18:00:00Z",
        "account": "default",
        "action": "add",
        "changes": [],
    }
    refused = imports(tmp_path, ONE + "two,Two,12/01/2099 18:00,1h,UTC,\n", "--json")
    assert refused.exit_code == 1
    (problem,) = json.loads(refused.stdout)
    assert (problem["line"], problem["column"], problem["severity"]) == (3, 9, "error")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = cuelight(tmp_path, "import", "none.csv")
    assert done.exit_code == 1
    assert "none.csv:1:1: cannot be opened: No such file or directory" in done.output


def test_a_thousand_rows_are_imported(tmp_path: Path) -> None:
    text = "".join(ONE.replace("one,", f"one-{number},") for number in range(1000))
    assert imports(tmp_path, text).output == "added: 1000, updated: 0, unchanged: 0\n"
