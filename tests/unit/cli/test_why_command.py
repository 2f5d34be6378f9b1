"""`why`: what somebody reads at night, and what programs read."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.support.command import cuelight

SCHEDULE = """
timezone: Europe/Berlin
broadcasts:
  - key: show
    title: Show
    start: 2099-12-01T18:00
    duration: 1h
    repeat: FREQ=WEEKLY;UNTIL=20991231
    change:
      2099-12-08: {skip: true, note: Staff meeting}
"""
FAR = {"CUELIGHT_HORIZON": "36500d"}
THERE = "show@2099-12-01"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A schedule that was put in force; no worker runs, and none is waited for."""
    monkeypatch.setattr("worker.operations.answers.ANSWERED_WITHIN", 0.0)
    (tmp_path / "schedule.yaml").write_text(SCHEDULE)
    assert cuelight(tmp_path, "apply", str(tmp_path / "schedule.yaml"), "--yes", **FAR).exit_code == 0
    return tmp_path


def why(folder: Path, *words: str, **variables: str) -> Result:
    return cuelight(folder, "why", *words, **FAR, **variables)


def test_what_is_there_is_explained_from_its_entry_to_what_is_next(folder: Path) -> None:
    told = why(folder, THERE)
    assert told.exit_code == 0
    heading, *lines = told.output.splitlines()
    assert heading == f"{THERE}: Show (times are by the clock of Europe/Berlin)"
    assert "revision 1 by `cuelight apply`" in lines[0]
    assert "this is its occurrence of Tue 01 Dec 2099 18:00, Europe/Berlin." in lines[1]
    assert "Its row was added from the schedule." in lines[2]
    assert "Tue 01 Dec 2099 18:00:00 CET to Tue 01 Dec 2099 19:00:00 CET" in lines[3]
    assert "Next: a worker picks it up; none has ever run" in lines[4]


def test_what_is_not_there_is_explained_and_that_is_no_failure(folder: Path) -> None:
    told = why(folder, "show@2099-12-08")
    assert told.exit_code == 0
    assert "The schedule skips it, by a `change`: Staff meeting." in told.output


def test_what_nothing_knows_fails_with_the_ids_that_were_likely_meant(folder: Path) -> None:
    told = why(folder, "shw@2099-12-01")
    assert told.exit_code == 1
    assert f"did you mean {THERE}" in told.output
    assert why(folder, "zzz").exit_code == 1


def test_programs_are_told_the_steps_the_reason_and_the_sentences(folder: Path) -> None:
    cuelight(folder, "extend", THERE, "15m")
    told = json.loads(why(folder, THERE, "--json").output)
    assert (told["id"], told["exists"], told["state"], told["reason"]) == (THERE, True, None, None)
    assert [each["kind"] for each in told["steps"]] == ["order"]
    assert [each["kind"] for each in told["explanation"]][-2:] == ["now", "next"]
    absent = json.loads(why(folder, "show@2099-12-08", "--json").output)
    assert (absent["exists"], absent["reason"]["absence"]) == (False, "skipped")


def test_an_extension_is_told_with_who_and_from_when_to_when(folder: Path) -> None:
    cuelight(folder, "extend", THERE, "15m")
    told = why(folder, THERE).output
    assert "extended it by 15m: ends_at Tue 01 Dec 2099 19:00:00 CET -> Tue 01 Dec 2099 19:15:00 CET" in told


@pytest.mark.parametrize("at", ["2026-01-01T00:00", "2026-01-01T00:00:00Z"])
def test_up_to_an_instant_only_what_was_known_then_is_told(folder: Path, at: str) -> None:
    told = why(folder, THERE, at)
    assert told.exit_code == 0
    assert "It had no row yet." in told.output
    assert "Next:" not in told.output


def test_a_time_that_is_none_is_refused_with_the_cure(folder: Path) -> None:
    told = why(folder, THERE, "yesterday")
    assert told.exit_code == 2
    assert "2026-12-01T18:05" in told.output


@pytest.mark.parametrize("by", ["option", "variable"])
def test_a_file_that_is_not_what_is_in_force_is_told(folder: Path, by: str) -> None:
    file = str(folder / "schedule.yaml")
    words, variables = (
        ((THERE, "--schedule", file), {}) if by == "option" else ((THERE,), {"CUELIGHT_SCHEDULE": file})
    )
    assert "is not what is in force" not in why(folder, *words, **variables).output
    Path(file).write_text(SCHEDULE.replace("1h", "2h"))
    assert "is not what is in force, and has this broadcast" in why(folder, *words, **variables).output
    Path(file).write_text(SCHEDULE.replace("1h", "2"))
    assert "is not in force, and cannot be: " in why(folder, *words, **variables).output


def test_a_row_that_a_worker_rejected_is_told_with_its_reason(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "cuelight.db")) as database, database:
        database.execute("INSERT INTO rooms (key, account, marker, version) VALUES ('bad', 'default', '', 1)")
        database.execute(
            "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES ('bad', 'Bad', 'noon', 'later')"
        )
        database.execute(
            "INSERT INTO runs (id, state, entered_at, version, why, room_key) VALUES"
            " ('bad', 'rejected', '2026-12-01T12:00:00.000000Z', 1, 'starts_at: no time', 'bad')"
        )
    told = why(folder, "bad")
    assert told.exit_code == 0
    assert "It is rejected (" in told.output
    assert "nothing, until its row or the file is corrected" in told.output
