"""What a schedule has beyond its rows: only what starts later, and only until then."""

from datetime import UTC, datetime, timedelta

from config import schedule
from jobs.model import Window
from jobs.schedule.entry import Entry
from jobs.schedule.later import minutes_between, minutes_later

HOUR = timedelta(hours=1)
FIRST = datetime(2026, 12, 1, 18, tzinfo=UTC)
DAILY = b"""
timezone: UTC
broadcasts:
  - {key: show, title: Show, start: 2026-12-01T18:00, duration: 90m, repeat: FREQ=DAILY}
"""


def entries() -> tuple[Entry, ...]:
    found = schedule.parse(DAILY, "schedule.yaml").schedule
    assert found
    return tuple(found.entries)


def test_occurrences_that_start_from_then_on_are_counted_and_the_last_until_the_end() -> None:
    day = timedelta(days=1)
    assert minutes_later(entries(), FIRST, FIRST + 3 * day) == 3 * 90
    assert minutes_later(entries(), FIRST + HOUR / 2, FIRST + 3 * day) == 2 * 90
    assert minutes_later(entries(), FIRST, FIRST + 2 * day + HOUR) == 2 * 90 + 60


def test_what_is_known_by_its_row_is_left_out() -> None:
    assert minutes_later(entries(), FIRST, FIRST + HOUR, {"show@2026-12-01"}) == 0


def test_windows_count_for_the_part_between() -> None:
    windows = [Window(FIRST - HOUR, FIRST + HOUR), Window(FIRST + 5 * HOUR, FIRST + 7 * HOUR)]
    assert minutes_between(windows, FIRST, FIRST + 6 * HOUR) == 120
