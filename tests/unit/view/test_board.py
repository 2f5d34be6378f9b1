"""The board of `status`: right at any width, without colours, and where there is no terminal."""

import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.support.processes import CUELIGHT, wait_until
from tests.support.terminal import Terminal
from tests.unit.view.records import ALERT, EAST, HOUR, LONG, row, worked
from worker.cli import main
from worker.cli.extent import Extent
from worker.cli.look import looked_again
from worker.kit.clock import SystemClock
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.records import Alert, Overview
from worker.store.standings import SILENT_AFTER
from worker.store.store import Store
from worker.view.board import MARKS, Board, current
from worker.view.rich.board import DrawnBoard
from worker.view.window import when


def shown(board: Board, width: int = 140, encoding: str = "utf-8", lines: int | None = None) -> list[str]:
    console = Console(width=width, no_color=True, highlight=False, legacy_windows=False)
    options = replace(console.options, encoding=encoding)
    return "".join(segment.text for segment in console.render(DrawnBoard(board, lines), options)).splitlines()


def board(
    *rows: Overview,
    alerts: Sequence[Alert] = (),
    seen_at: datetime | None = NOON,
    left_at: datetime | None = None,
    trouble: str = "",
) -> Board:
    """Return a board; one worker is there, or was heard of last then, and one has left."""
    workers = [worked(seen_at)] if seen_at else []
    workers += [worked(left_at, left_at)] if left_at else []
    return Board(rows, alerts, workers, NOON, trouble=trouble)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140, 250])
def test_no_line_runs_over_and_every_broadcast_is_on_one(width: int) -> None:
    rows = [row(state, starts_in) for state in MARKS for starts_in in (-2 * HOUR, -HOUR / 2, HOUR, 90 * HOUR)]
    lines = shown(board(*rows), width)
    table = lines[: len(rows) + 1]
    assert all(len(line) <= width for line in table)
    assert lines[len(rows) + 1] == ""


def test_titles_give_way_first_and_ids_last() -> None:
    live = row(State.LIVE)
    assert LONG in shown(board(live), 160)[1]
    at_80 = shown(board(live), 80)[1]
    assert live.id in at_80
    assert "30m left" in at_80
    assert LONG not in at_80
    at_44 = shown(board(live), 44)[1]
    assert at_44.startswith("● LIVE  produc")
    assert "…" in at_44
    assert at_44.endswith(when(live.starts_at, live.ends_at, NOON))


@pytest.mark.parametrize("width", [40, 80, 140])
def test_no_line_ends_in_blanks(width: int) -> None:
    rejected = row(State.REJECTED, starts_at=None, ends_at=None)
    lines = shown(board(row(State.LIVE), rejected), width)
    assert lines == [line.rstrip() for line in lines]


def test_live_is_unmistakable_without_colours_and_without_unicode() -> None:
    lines = shown(board(row(State.LIVE), row(State.READY, HOUR)))
    assert "● LIVE" in lines[1]
    assert "LIVE" not in lines[2]
    plain = "\n".join(shown(board(row(State.LIVE)), encoding="ascii"))
    assert "* LIVE" in plain
    assert "#####....." in plain
    assert plain.isascii()


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (row(State.READY, 2 * HOUR), "in 2h"),
        (row(State.PLANNED, timedelta(days=6, hours=2)), "in 6d2h"),
        (row(State.LIVE), "30m left"),
        (row(State.STOPPING, -HOUR - timedelta(seconds=5)), "over for 5s"),
        (row(State.ENDED, -2 * HOUR, off_at=NOON), "off "),
        (row(State.REJECTED, starts_at=None, ends_at=None), "unreadable"),
        (row(None, HOUR), "new"),
    ],
)
def test_each_says_how_far_it_is(found: Overview, text: str) -> None:
    assert text in shown(board(found))[1]


def test_its_lines_are_values_in_the_zone_of_whoever_looks() -> None:
    live, over = board(row(State.LIVE), row(State.ENDED, -2 * HOUR, id="over")).lines(EAST)
    assert (live.state, live.when, live.progress.part) == (State.LIVE, "16:30-17:30", 0.5)
    assert (over.id, over.when, over.is_over, live.is_over) == ("over", "15:00-16:00", True, False)


def test_of_what_is_over_the_last_few_belong_to_now() -> None:
    over = [row(State.ENDED, -9 * HOUR + n * HOUR / 2, id=f"over-{n}") for n in range(8)]
    rejected, live = row(State.REJECTED), row(State.LIVE)
    assert current([*over, rejected, live]) == [*over[3:], rejected, live]
    assert current(over[:5]) == over[:5]


def test_alerts_stand_beneath_with_their_cure() -> None:
    lines = shown(board(row(State.STARTING), alerts=(ALERT,)))
    assert "critical: show/no_picture: nothing is LIVE" in lines
    assert "  -> Look." in lines


@pytest.mark.parametrize("width", [40, 80, 140])
@pytest.mark.parametrize("height", [10, 16, 24, 60])
@pytest.mark.parametrize("rows", [0, 1, 40])
@pytest.mark.parametrize("alerts", [0, 1, 20])
def test_in_a_window_of_so_many_lines_nothing_that_is_wrong_is_out_of_sight(
    width: int, height: int, rows: int, alerts: int
) -> None:
    told = [replace(ALERT, text="what is wrong is told in many words, " * 4)] * alerts
    lines = shown(board(*[row(State.LIVE)] * rows, alerts=told), width, lines=height)
    assert len(lines) <= height
    assert lines[-1].startswith("worker running")
    assert sum("LIVE" in line for line in lines) >= min(rows, 4)
    hidden = rows - sum("● LIVE" in line for line in lines)
    assert any(f"and {hidden} more broadcasts" in line for line in lines) == (hidden > 0)
    heads = sum(line.startswith("critical: ") for line in lines)
    assert heads == alerts or any("and more alerts" in line for line in lines)


def test_the_worst_is_told_first() -> None:
    warning = replace(ALERT, key="show/nobody_here", severity="warning")
    heads = [line for line in shown(board(alerts=(warning, ALERT))) if "show/" in line]
    assert [line.split(":")[0] for line in heads] == ["critical", "warning"]


def test_what_is_wrong_goes_before_what_comes() -> None:
    lines = shown(board(*[row(State.READY, HOUR)] * 40, alerts=(ALERT,)), 80, lines=24)
    assert "critical: show/no_picture: nothing is LIVE" in lines
    assert "  -> Look." in lines
    assert "... and 23 more broadcasts in a taller window" in lines
    assert len(lines) == 24


def test_a_worker_that_is_silent_is_told_with_the_cure() -> None:
    assert shown(board())[0].startswith("no broadcasts: create some with `cuelight add`")
    assert "worker running" in shown(board(seen_at=NOON - SILENT_AFTER))[-1]
    silent = shown(board(seen_at=NOON - 2 * SILENT_AFTER))[-1]
    assert silent.startswith("no worker since")
    assert "`cuelight run`" in silent
    assert "no worker has ever run here" in shown(board(seen_at=None))[-1]


def test_a_worker_that_has_left_is_told_at_once_with_when() -> None:
    left = NOON - timedelta(seconds=1)
    since = f"no worker since {left.astimezone():%a %d %b %H:%M:%S}"
    assert shown(board(seen_at=None, left_at=left))[-1].startswith(since)
    assert shown(board(seen_at=NOON - HOUR, left_at=left))[-1].startswith(since)
    assert "worker running" in shown(board(seen_at=NOON, left_at=left))[-1]


def test_a_database_that_does_not_answer_is_told_last() -> None:
    assert shown(board(trouble="the database does not answer"))[-1] == "the database does not answer"


def cuelight(folder: Path, *arguments: str) -> str:
    done = CliRunner().invoke(main, arguments, env={"CUELIGHT_STATE_DIR": str(folder)})
    assert done.exit_code == 0, done.output
    return done.output


def test_where_there_is_no_terminal_lines_are_plain_and_whole(tmp_path: Path) -> None:
    cuelight(tmp_path, "add", "show", "--title", LONG, "--start", "+1h", "--duration", "1h")
    text = cuelight(tmp_path, "status")
    assert LONG in text
    assert "\x1b" not in text
    assert not any(line.endswith(" ") for line in text.splitlines())


def test_what_is_long_over_is_shown_only_when_all_is_asked_for(tmp_path: Path) -> None:
    cuelight(tmp_path, "migrate")
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database, database:
        for day in range(1, 9):
            database.execute(
                "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES (?, 'Old', ?, ?)",
                [f"old-{day}", f"2020-01-0{day}T10:00Z", f"2020-01-0{day}T11:00Z"],
            )
            database.execute(
                "INSERT INTO rooms (key, account, marker, version) VALUES (?, 'default', '', 0)",
                [f"old-{day}"],
            )
            database.execute(
                "INSERT INTO runs (id, state, entered_at, version, room_key, looked_back_at)"
                " VALUES (?, 'ended', '2020-01-09T12:00:00.000000Z', 0, ?, '2020-01-09T12:00:00.000000Z')",
                [f"old-{day}", f"old-{day}"],
            )
    assert "old-" not in cuelight(tmp_path, "status")
    assert cuelight(tmp_path, "status", "--all").count("old-") == 8
    assert json.loads(cuelight(tmp_path, "status", "--json")) == []
    assert len(json.loads(cuelight(tmp_path, "status", "--all", "--json"))) == 8


def test_of_what_was_over_today_the_last_five_are_shown(tmp_path: Path) -> None:
    cuelight(tmp_path, "migrate")
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database, database:
        for hour in range(1, 9):
            over(database, f"show-{hour}", SystemClock().now() - timedelta(hours=9 - hour))
    text = cuelight(tmp_path, "status")
    assert [each for each in range(1, 9) if f"show-{each}" in text] == [4, 5, 6, 7, 8]


def over(database: sqlite3.Connection, broadcast_id: str, ended_at: datetime) -> None:
    """Have a broadcast that was over then."""
    window = [(ended_at - HOUR / 2).isoformat(), ended_at.isoformat()]
    database.execute(
        "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES (?, 'Show', ?, ?)",
        [broadcast_id, *window],
    )
    database.execute(
        "INSERT INTO rooms (key, account, marker, version) VALUES (?, 'default', '', 0)", [broadcast_id]
    )
    database.execute(
        "INSERT INTO runs (id, state, entered_at, version, room_key) VALUES (?, 'ended', ?, 0, ?)",
        [broadcast_id, f"{ended_at:%Y-%m-%dT%H:%M:%S.%fZ}", broadcast_id],
    )


def test_watching_needs_a_terminal_and_says_what_does_not(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["status", "--watch"], env={"CUELIGHT_STATE_DIR": str(tmp_path)})
    assert done.exit_code == 2
    assert "--json" in done.output


class OutOfReach(Store):
    """A store that answers nothing."""

    def __init__(self) -> None:
        pass

    async def listed(self, since: datetime | None = None) -> Sequence[str]:
        raise StoreUnavailableError(f"the database does not answer: {since} or not")


def test_watching_is_for_people_and_json_for_programs(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["status", "--watch", "--json"], env={"CUELIGHT_STATE_DIR": str(tmp_path)}
    )
    assert done.exit_code == 2
    assert "use one of them" in done.output


@pytest.mark.processes
def test_what_is_watched_fits_the_window_and_is_left_cleanly(tmp_path: Path) -> None:
    for number in range(30):
        cuelight(tmp_path, "add", f"show-{number}", "--title", "Show", "--start", "+1h", "--duration", "1h")
    environment = {"CUELIGHT_STATE_DIR": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    terminal = Terminal(f"{CUELIGHT} status --watch", environment, tmp_path, lines=24)
    try:
        wait_until("the last line is drawn", lambda: "no worker has ever run here" in terminal.text)
        assert "... and 10 more broadcasts in a taller window" in terminal.text
        terminal.type("\x03")
        assert terminal.process.wait(10) == 0
    finally:
        terminal.close()


async def test_watching_goes_on_while_the_database_is_away() -> None:
    before = board(row(State.LIVE))
    found = await looked_again(OutOfReach(), before, Extent())
    assert found.rows == before.rows
    assert "retrying each second" in shown(found)[-1]
    store = inline()
    assert (await looked_again(store, found, Extent())).trouble == ""
    await store.close()
