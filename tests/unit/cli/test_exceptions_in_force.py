"""A schedule of exceptions, extra and moved occurrences and holidays, from the file into the database."""

import json
from pathlib import Path

import pytest

from tests.support.command import cuelight

WIDE = {"CUELIGHT_HORIZON": "36500d"}
SCHEDULE = """
timezone: Europe/Berlin
broadcasts:
  - key: show
    title: Show
    start: 2099-12-04T18:00
    end: 19:00
    repeat: FREQ=WEEKLY;BYDAY=FR;COUNT=5
    except: [{at: 2099-12-11, note: the studio is painted}, holidays: DE-BY]
    also: [{at: 2099-12-28T20:00, note: by popular demand}]
    change:
      2099-12-18: {start: 2099-12-19T21:00, note: a match is on}
  - key: night
    title: Night
    start: 2099-03-29T01:30
    end: 01:50
    repeat: FREQ=DAILY;BYHOUR=1,2,3;COUNT=3
"""
WINDOWS = {
    "show@2099-12-04": ("2099-12-04T17:00:00Z", "2099-12-04T18:00:00Z"),
    "show@2099-12-18": ("2099-12-19T20:00:00Z", "2099-12-19T21:00:00Z"),
    "show@2099-12-28T2000": ("2099-12-28T19:00:00Z", "2099-12-28T20:00:00Z"),
    "night@2099-03-29T0130": ("2099-03-29T00:30:00Z", "2099-03-29T00:50:00Z"),
    "night@2099-03-29T0330": ("2099-03-29T01:30:00Z", "2099-03-29T01:50:00Z"),
}
REMARKS = {
    "show@2099-12-11": "is left out: the studio is painted",
    "show@2099-12-18": "is moved: a match is on",
    "show@2099-12-25": "is left out: Christmas Day (DE-BY)",
    "show@2100-01-01": "is left out: New Year's Day (DE-BY)",
    "show@2099-12-28T2000": "is extra: by popular demand",
    "night@2099-03-29T0230": "is left out: 2099-03-29 02:30 does not exist in Europe/Berlin, "
    "and night@2099-03-29T0330 begins at 03:30",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "schedule.yaml"
    path.write_text(SCHEDULE)
    return path


def test_windows_in_the_database_are_those_that_were_written(file: Path) -> None:
    checked = cuelight(file.parent, "validate", str(file), **WIDE)
    assert checked.exit_code == 0
    assert "night@2099-03-29T0230: is left out" in checked.output
    applied = cuelight(file.parent, "apply", str(file), "--yes", **WIDE)
    assert applied.exit_code == 0, applied.output
    rows = json.loads(cuelight(file.parent, "status", "--json", **WIDE).output)
    assert {row["id"]: (row["starts_at"], row["ends_at"]) for row in rows} == WINDOWS


def test_reading_the_file_again_changes_nothing(file: Path) -> None:
    cuelight(file.parent, "apply", str(file), "--yes", **WIDE)
    again = cuelight(file.parent, "plan", str(file), "--detailed-exitcode", **WIDE)
    assert again.exit_code == 0
    assert "nothing to change" in again.output.splitlines()


def test_a_plan_says_what_is_left_out_moved_and_added_and_why(file: Path) -> None:
    planned = json.loads(cuelight(file.parent, "plan", str(file), "--json", **WIDE).output)
    assert {each["id"]: each["text"] for each in planned["remarks"]} == REMARKS
    assert "show@2099-12-25: is left out: Christmas Day (DE-BY)" in " ".join(
        cuelight(file.parent, "plan", str(file), **WIDE).output.split()
    )


def test_a_holiday_that_comes_in_takes_its_row_and_says_so(file: Path) -> None:
    file.write_text(SCHEDULE.replace(", holidays: DE-BY", ""))
    cuelight(file.parent, "apply", str(file), "--yes", **WIDE)
    file.write_text(SCHEDULE)
    planned = cuelight(file.parent, "plan", str(file), **WIDE).output
    assert "it is left out: Christmas Day (DE-BY)" in planned
    assert cuelight(file.parent, "apply", str(file), "--yes", **WIDE).exit_code == 0
    rows = json.loads(cuelight(file.parent, "status", "--json", **WIDE).output)
    assert {row["id"] for row in rows} - set(WINDOWS) == {"show@2099-12-25", "show@2100-01-01"}
    assert {row["state"] for row in rows} == {None}
