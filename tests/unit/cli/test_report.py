"""`report`: of a database as workers and operators left it."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from tests.support.command import cuelight
from worker.kit.clock import SystemClock


def night(folder: Path, count: int = 1, *, live: bool = True) -> None:
    """Have so many shows that ended an hour ago."""
    assert cuelight(folder, "migrate").exit_code == 0
    now = SystemClock().now()
    begin, end = (f"{now - timedelta(hours=each):%Y-%m-%dT%H:%M:%S.%fZ}" for each in (2, 1))
    with closing(sqlite3.connect(folder / "cuelight.db")) as database, database:
        for number in range(count):
            name = f"show-{number}"
            database.execute(
                "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES (?, 'Show', ?, ?)",
                [name, begin, end],
            )
            database.execute(
                "INSERT INTO rooms (key, account, marker, version) VALUES (?, 'default', '', 0)", [name]
            )
            database.execute(
                "INSERT INTO runs"
                " (id, state, entered_at, version, room_key, starts_at, ends_at, live_at, off_at, why)"
                " VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, 'nobody came')",
                [name, "ended" if live else "missed", end, name, begin, end, begin if live else None, end],
            )


def test_a_night_as_planned_is_told_in_a_line(tmp_path: Path) -> None:
    night(tmp_path)
    told = cuelight(tmp_path, "report")
    assert told.exit_code == 0
    assert told.output.splitlines()[0] == "1 of 1 broadcast aired as planned; 60 minutes, 0.60 USD"


def test_what_did_not_air_comes_first_with_its_reason(tmp_path: Path) -> None:
    night(tmp_path, live=False)
    lines = cuelight(tmp_path, "report").output.splitlines()
    assert "1 discrepancy, 0 open alerts" in lines[0]
    assert lines[1] == "  not aired: show-0  Show: is missed: nobody came"


def test_what_is_over_before_is_not_in_it(tmp_path: Path) -> None:
    night(tmp_path)
    later = f"{SystemClock().now() - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"
    assert json.loads(cuelight(tmp_path, "report", "--json", "--since", later).output)["broadcasts"] == []


def test_a_thousand_are_reported(tmp_path: Path) -> None:
    night(tmp_path, 1000)
    told = json.loads(cuelight(tmp_path, "report", "--json").output)
    assert (len(told["broadcasts"]), told["minutes"], told["is_clean"]) == (1000, 60_000, True)


def test_the_page_is_whole_by_itself(tmp_path: Path) -> None:
    night(tmp_path)
    told = cuelight(tmp_path, "report", "--html").output
    assert told.startswith("<!doctype html>")
    assert "http" not in told.replace("http-equiv", "")


def test_one_form_at_a_time(tmp_path: Path) -> None:
    assert cuelight(tmp_path, "report", "--html", "--json").exit_code == 2


def test_a_month_is_reported_by_itself(tmp_path: Path) -> None:
    night(tmp_path, 2)
    begin = SystemClock().now() - timedelta(hours=2)
    told = json.loads(cuelight(tmp_path, "report", "--json", "--month", f"{begin:%Y-%m}").output)
    assert [each["id"] for each in told["broadcasts"]] == ["show-0", "show-1"]
    assert "2 broadcasts" in cuelight(tmp_path, "report", "--month", f"{begin:%Y-%m}").output.splitlines()[0]
    assert json.loads(cuelight(tmp_path, "report", "--json", "--month", "2001-01").output)["minutes"] == 0


def test_a_month_is_whole(tmp_path: Path) -> None:
    for others in (["--html"], ["--since", "2026-12-01T18:00:00Z"]):
        assert cuelight(tmp_path, "report", "--month", "2026-12", *others).exit_code == 2
    assert "write a month as 2026-11" in cuelight(tmp_path, "report", "--month", "12").output
