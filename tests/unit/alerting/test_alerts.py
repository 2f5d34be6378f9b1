"""Alerts: each told once, resolved when it holds no longer, and kept while the database is away."""

import asyncio
from dataclasses import replace

import pytest
import structlog

from tests.support.clock import HandClock
from tests.support.outbox import Taking
from tests.unit.alerting.rows import DARK, LATE, OTHER, SHOW, CountingRows
from worker.alerting.alerts import Alerts
from worker.store.errors import StoreUnavailableError


async def test_what_goes_on_holding_is_told_once() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    for _ in range(3):
        alerts.tell(SHOW, [LATE])
        await alerts.write()
    assert rows.written == ["raise show/nobody_here"]


async def test_what_no_longer_holds_is_resolved_and_may_come_again() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    for holding in ([LATE], [DARK], [LATE]):
        alerts.tell(SHOW, holding)
        await alerts.write()
    assert rows.written == [
        "raise show/nobody_here",
        "resolve show/nobody_here",
        "raise show/no_picture",
        "resolve show/no_picture",
        "raise show/nobody_here",
    ]
    assert alerts.open() == ["show/nobody_here"]


async def test_nothing_told_is_lost_while_the_database_is_away() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    rows.away = True
    alerts.tell(SHOW, [DARK])
    with pytest.raises(StoreUnavailableError):
        await alerts.write()
    alerts.tell(SHOW, [])
    rows.away = False
    await alerts.write()
    assert rows.written == ["raise show/no_picture", "resolve show/no_picture"]


async def test_one_alert_that_the_database_refuses_holds_up_none_behind_it_and_is_said_once() -> None:
    rows = CountingRows()
    rows.refused = {"show/no_picture"}
    alerts = Alerts(rows, HandClock())
    alerts.tell(SHOW, [DARK])
    alerts.tell(OTHER, [LATE])
    alerts.tell(OTHER, [])
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            await alerts.write()
            await alerts.take_over(lambda _: True)
            alerts.tell(SHOW, [DARK])
    assert rows.written == ["raise other/nobody_here", "resolve other/nobody_here"]
    assert [each["key"] for each in lines if each["event"] == "alert_not_written"] == ["show/no_picture"]
    assert [each["event"] for each in lines].count("alert") == 0
    assert alerts.open() == ["show/no_picture"]


async def test_what_the_database_has_no_letters_for_is_written_in_ascii() -> None:
    rows = CountingRows()
    rows.refused = {"\N{SNOWMAN}"}
    alerts = Alerts(rows, HandClock())
    alerts.tell(SHOW, [replace(DARK, text="a \N{SNOWMAN}")])
    await alerts.write()
    assert [each.text for each in await rows.open_alerts()] == ["a \\u2603"]


async def test_a_text_that_is_none_is_written_out_before_anybody_is_told() -> None:
    rows, outbox = CountingRows(), Taking()
    alerts = Alerts(rows, HandClock(), outbox)
    for _ in range(2):
        alerts.tell(SHOW, [replace(DARK, text="half \ud83d\x00 of it\n", cure="\x1b[2J")])
    await alerts.write()
    (alert,) = await rows.open_alerts()
    assert (alert.text, alert.cure) == ("half \\ud83d\\x00 of it\\n", "\\x1b[2J")
    assert [each.text for each in outbox.taken] == [alert.text]


async def test_what_is_written_while_the_rows_are_read_is_not_taken_for_another_workers() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    alerts.tell(SHOW, [DARK])
    reading = asyncio.create_task(alerts.take_over(lambda _: True))
    rows.read = asyncio.Event()
    await asyncio.sleep(0)  # noqa: TID251  Lets it read; no time passes.
    await alerts.write()
    rows.read.set()
    await reading
    assert alerts.open() == ["show/no_picture"]


async def test_a_row_that_is_locked_keeps_no_other_alert_from_being_written() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    alerts.tell(SHOW, [LATE])
    await alerts.write()
    rows.locked = "show/nobody_here"
    for holding in ([], [LATE], [LATE, DARK]):
        alerts.tell(SHOW, holding)
    await alerts.write()
    assert rows.written[1:] == ["raise show/no_picture"]
    await alerts.write()
    assert rows.written[2:] == ["resolve show/nobody_here", "raise show/nobody_here"]


async def test_what_is_told_is_written_by_itself_and_again_when_the_database_is_back() -> None:
    rows, clock = CountingRows(), HandClock()
    alerts = Alerts(rows, clock)
    running = asyncio.create_task(alerts.run())
    for holding, away in (([DARK], False), ([], True)):
        rows.away = away
        await passed(clock, 30)
        alerts.tell(SHOW, holding)
        await passed(clock, 1)
    assert rows.written == ["raise show/no_picture"]
    rows.away = False
    await passed(clock, 1)
    assert rows.written == ["raise show/no_picture", "resolve show/no_picture"]
    running.cancel()


async def passed(clock: HandClock, seconds: float) -> None:
    for _ in range(int(seconds * 2)):
        clock.move(0.5)
        for _ in range(6):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
