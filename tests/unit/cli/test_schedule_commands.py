"""`validate`, `plan`, `apply`, `schema`."""

import json
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from tests.support.command import cuelight

SCHEDULE = """
timezone: Europe/Berlin
broadcasts:
  - key: show
    title: Show
    start: 2099-12-01T18:00
    duration: 1h
"""


def test_validate_tells_every_error_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(SCHEDULE.replace("2099-12-01", "2099-02-30").replace("1h", "60"))
    done = cuelight(tmp_path, "validate", str(file))
    assert done.exit_code == 1
    assert f"{file}:6:12: " in done.output
    assert f"{file}:7:15: " in done.output
    problems = json.loads(cuelight(tmp_path, "validate", str(file), "--json").output)
    assert [(each["line"], each["severity"]) for each in problems] == [(6, "error"), (7, "error")]


def test_a_file_that_is_not_there_is_told_without_a_traceback(tmp_path: Path) -> None:
    done = cuelight(tmp_path, "validate", str(tmp_path / "nowhere.yaml"))
    assert done.exit_code == 1
    assert "cannot be opened" in done.output


def test_plan_then_apply_then_nothing_to_change(tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(SCHEDULE)
    wide = {"CUELIGHT_HORIZON": "36500d"}
    planned = cuelight(tmp_path, "plan", str(file), "--detailed-exitcode", **wide)
    assert planned.exit_code == 2
    assert planned.output.startswith("Tue 01 Dec 2099\n  + show  ")
    assert (
        json.loads(cuelight(tmp_path, "plan", str(file), "--json", **wide).output)["add"][0]["id"] == "show"
    )
    assert cuelight(tmp_path, "apply", str(file), "--yes", **wide).exit_code == 0
    again = cuelight(tmp_path, "plan", str(file), "--detailed-exitcode", **wide)
    assert (again.exit_code, again.output.splitlines()[0]) == (0, "nothing to change")
    (row,) = json.loads(cuelight(tmp_path, "status", "--json").output)
    assert (row["id"], row["starts_at"], row["state"]) == ("show", "2099-12-01T17:00:00Z", None)
    assert {"title", "account", "ends_at", "meeting_id", "playback_url", "live_at", "off_at"} <= set(row)


def test_numbered_and_plain_weekdays_of_a_rule_are_all_applied(tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(f"{SCHEDULE}    repeat: FREQ=MONTHLY;BYDAY=TH,FR,-1FR;UNTIL=20991231\n")
    wide = {"CUELIGHT_HORIZON": "36500d"}
    applied = cuelight(tmp_path, "apply", str(file), "--yes", **wide)
    assert applied.exit_code == 0, applied.output
    rows = json.loads(cuelight(tmp_path, "status", "--json").output)
    thursdays_and_fridays = [3, 4, 10, 11, 17, 18, 24, 25, 31]
    assert [row["id"] for row in rows] == [f"show@2099-12-{day:02}" for day in thursdays_and_fridays]


def test_a_plan_needs_no_database(tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(SCHEDULE)
    planned = cuelight(tmp_path / "new", "plan", str(file), "--json", CUELIGHT_HORIZON="36500d")
    assert [each["id"] for each in json.loads(planned.output)["add"]] == ["show"]
    assert not (tmp_path / "new").exists()


def test_the_schema_printed_is_the_one_committed(tmp_path: Path) -> None:
    committed = Path(__file__).parents[3] / "config" / "schedule.schema.json"
    printed = cuelight(tmp_path, "schema").output
    assert json.loads(printed) == json.loads(committed.read_text(encoding="utf-8"))


def test_what_is_kept_is_what_was_planned_though_the_file_is_another_when_it_is_read_again(
    tmp_path: Path,
) -> None:
    pipe = tmp_path / "schedule.yaml"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(SCHEDULE,), daemon=True)
    writer.start()
    done = cuelight(tmp_path, "apply", str(pipe), "--yes", CUELIGHT_HORIZON="36500d")
    assert done.exit_code == 0, done.output
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database:
        assert database.execute("SELECT text FROM schedules").fetchall() == [(SCHEDULE,)]
