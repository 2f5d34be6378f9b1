"""`add`, `cancel`, `stop`, `links`: what is typed wrongly is refused with its cure."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.command import cuelight
from worker.kit.clock import SystemClock


@pytest.mark.parametrize(
    "command", [["show", "ghost"], ["why", "ghost"], ["cancel", "ghost"], ["stop", "ghost"]]
)
def test_an_unknown_broadcast_is_named(command: list[str], tmp_path: Path) -> None:
    cuelight(tmp_path, "migrate")
    done = cuelight(tmp_path, *command)
    assert done.exit_code == 1
    assert "ghost" in done.output
    assert "Traceback" not in done.output


def test_add_refuses_what_is_there(tmp_path: Path) -> None:
    arguments = ["add", "show", "--title", "Show", "--start", "2099-01-01T10:00Z", "--duration", "1h"]
    assert cuelight(tmp_path, *arguments).exit_code == 0
    again = cuelight(tmp_path, *arguments)
    assert again.exit_code == 1
    assert "already exists" in again.output


@pytest.mark.parametrize(
    ("broadcast_id", "title", "cure"),
    [
        ("Town Hall", "Town hall", "write 1 to 64 of a-z"),
        ("town-hall", "x" * 121, "fit beside the marker"),
        ("town-hall", " ", "visible text"),
    ],
)
def test_what_no_worker_would_take_is_refused_at_once(
    broadcast_id: str, title: str, cure: str, tmp_path: Path
) -> None:
    start = "2099-01-01T10:00Z"
    done = cuelight(tmp_path, "add", broadcast_id, "--title", title, "--start", start, "--duration", "1h")
    assert done.exit_code == 2
    assert cure in done.output


@pytest.mark.parametrize("start", ["2099-01-01T10:00", "soon", "2099-01-01T24:00Z", "2099-01-01 24:00Z"])
def test_what_is_no_instant_on_a_clock_or_has_no_offset_is_wrong_usage(start: str, tmp_path: Path) -> None:
    done = cuelight(tmp_path, "add", "show", "--title", "Show", "--start", start, "--duration", "1h")
    assert done.exit_code == 2
    assert "offset" in done.output


def test_a_start_may_be_so_long_from_now(tmp_path: Path) -> None:
    added = cuelight(tmp_path, "add", "x", "--title", "X", "--start", "+10m", "--duration", "1h")
    assert added.exit_code == 0
    (row,) = json.loads(cuelight(tmp_path, "status", "--json").output)
    begins_in = datetime.fromisoformat(row["starts_at"]) - SystemClock().now()
    assert timedelta(minutes=9) < begins_in <= timedelta(minutes=10)


def test_links_of_an_account_that_is_gone_are_refused_in_words(tmp_path: Path) -> None:
    database = tmp_path / "cuelight.db"
    assert cuelight(tmp_path, "add", "x", "--title", "X", "--start", "+1h", "--duration", "1h").exit_code == 0
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO rooms (key, account, marker, meeting_id, version) VALUES ('x', 'gone', '', 'm', 0)"
        )
        connection.execute(
            "INSERT INTO runs (id, state, entered_at, version, room_key)"
            " VALUES ('x', 'ready', '2026-12-01T12:00:00.000000Z', 0, 'x')"
        )
    done = cuelight(tmp_path, "links", "x")
    assert done.exit_code == 1
    assert "CUELIGHT_ACCOUNTS__GONE__" in done.output


def test_where_no_worker_runs_what_was_ordered_is_told_to_wait_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.operations.answers.ANSWERED_WITHIN", 0.0)
    cuelight(tmp_path, "add", "x", "--title", "X", "--start", "+1h", "--duration", "1h")
    done = cuelight(tmp_path, "cancel", "x")
    assert done.exit_code == 1
    assert "cancelled in the database, but not picked up by a worker: no worker has ever run" in done.output
    assert "start one with `cuelight run`" in done.output
