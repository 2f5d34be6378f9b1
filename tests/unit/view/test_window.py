"""When a broadcast is, and how far through it is, at any instant and in any zone."""

from datetime import timedelta

import pytest

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.view.records import EAST, HOUR, row
from worker.store.records import Overview
from worker.view.window import Progress, progress, when

DAY = 24 * HOUR
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (row(State.READY, 2 * HOUR), Progress("in 2h")),
        (row(State.PLANNED, timedelta(days=6, hours=2, minutes=7)), Progress("in 6d2h")),
        (row(State.PLANNED, 9 * SECOND), Progress("in 9s")),
        (row(State.LIVE), Progress("30m left", 0.5, matters_now=True)),
        (row(State.STARTING, timedelta(0)), Progress("1h left", 0.0, matters_now=True)),
        (row(State.PLANNED), Progress("open", matters_now=True)),
        (row(State.STOPPING, -HOUR - 5 * SECOND), Progress("over for 5s", matters_now=True)),
        (row(State.LIVE, -HOUR), Progress("over for 0s", matters_now=True)),
        (row(State.ENDED, -2 * HOUR, off_at=NOON - 4 * SECOND), Progress("off 16:59:56")),
        (row(State.MISSED, -2 * HOUR), Progress("")),
        (row(State.REJECTED, starts_at=None, ends_at=None), Progress("")),
    ],
)
def test_it_is_still_to_come_or_on_its_way_or_over(found: Overview, expected: Progress) -> None:
    assert progress(found, NOON, EAST) == expected


@pytest.mark.parametrize(
    ("starts_in", "lasts", "text"),
    [
        (timedelta(0), HOUR, "17:00-18:00"),
        (5 * SECOND, HOUR, "17:00:05-18:00:05"),
        (timedelta(0), SECOND, "17:00:00-17:00:01"),
        (7 * HOUR, HOUR, "Wed 02 Dec 00:00-01:00"),
        (-DAY, HOUR, "Mon 30 Nov 17:00-18:00"),
    ],
)
def test_its_date_is_said_unless_it_is_today_in_that_zone(
    starts_in: timedelta, lasts: timedelta, text: str
) -> None:
    assert when(NOON + starts_in, NOON + starts_in + lasts, NOON, EAST) == text


def test_what_cannot_be_read_is_said() -> None:
    assert when(None, NOON, NOON) == when(NOON, None, NOON) == "unreadable"
