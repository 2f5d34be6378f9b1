"""`validate`, `plan` and `apply` of a schedule that follows a calendar."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.command import cuelight
from tests.support.feed_server import calendar, event, feed_server, ok
from tests.support.processes import soon
from tests.unit.jobs.schedule.plans import HOUR

ALL_DAY = "BEGIN:VEVENT\r\nUID:d\r\nSUMMARY:Fair\r\nDTSTART;VALUE=DATE:20991201\r\nEND:VEVENT\r\n"


def feed(*days: int) -> bytes:
    return calendar(ALL_DAY, *(event(f"u{day}", f"Show {day}", soon(day * 86400), HOUR) for day in days))


def written(folder: Path, address: str) -> str:
    file = folder / "schedule.yaml"
    file.write_text(f"timezone: Europe/Berlin\nbroadcasts:\n  - key: house\n    calendar: {address}\n")
    return str(file)


def test_validate_names_each_event_that_does_not_air_where_the_calendar_is_named(tmp_path: Path) -> None:
    (tmp_path / "house.ics").write_bytes(feed(1, 2))
    file = written(tmp_path, "house.ics")
    done = cuelight(tmp_path, "validate", file)
    assert done.exit_code == 0
    assert f"{file}:4:5: warning: not taken: 'Fair' of 2099-12-01: it lasts all day" in done.output
    assert cuelight(tmp_path, "validate", file, "--strict").exit_code == 1
    (problem,) = json.loads(cuelight(tmp_path, "validate", file, "--json").output)
    assert (problem["line"], problem["severity"]) == (4, "warning")


def test_an_address_that_does_not_answer_is_told_and_not_named(tmp_path: Path) -> None:
    file = written(tmp_path, "https://127.0.0.1:9/private-canary5ca1ab1e")
    for command in ("validate", "plan"):
        done = cuelight(tmp_path, command, file)
        assert done.exit_code == 0
        assert "its calendar cannot be read: no answer" in done.output
        assert "canary" not in done.output


def test_a_secret_that_is_not_set_is_told_with_the_variable(tmp_path: Path) -> None:
    file = written(tmp_path, "{secret_from: STUDIO}")
    assert "set CUELIGHT_SECRETS__STUDIO" in cuelight(tmp_path, "plan", file).output
    (tmp_path / "house.ics").write_bytes(feed(1))
    with feed_server(ok(feed(1))) as server:
        planned = cuelight(tmp_path, "plan", file, CUELIGHT_SECRETS__STUDIO=server.url)
        assert "Show 1" in planned.output
        assert "canary" not in planned.output


def test_what_apply_puts_in_force_is_kept_without_the_address(tmp_path: Path) -> None:
    with feed_server(ok(feed(1, 2, 3, 4))) as server:
        file = written(tmp_path, server.url)
        planned = cuelight(tmp_path, "plan", file).output
        assert "! house: 4 events in its calendar, checked less than a minute ago, 1 not taken" in planned
        assert cuelight(tmp_path, "apply", file, "--yes").exit_code == 0
        assert "nothing to change" in cuelight(tmp_path, "plan", file).output
        server.serve(feed(1))
        refused = cuelight(tmp_path, "apply", file, "--yes")
        assert refused.exit_code == 1
        assert "--confirm-removals" in refused.output
        server.serve(b"<html>")
        kept = cuelight(tmp_path, "plan", file).output
        assert "a web page" in kept
        assert "nothing to change" in kept
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database:
        dump = "\n".join(database.iterdump())
    assert "Show 4" in dump
    assert "canary" not in dump
    assert "127.0.0.1" not in dump
