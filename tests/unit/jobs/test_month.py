"""A month as providers bill: in UTC, and in minutes that are begun."""

from datetime import datetime, timedelta

import pytest

from jobs.month import Month, begun_minutes, month_named, month_of

NOVEMBER = Month(2026, 11)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("instant", "month"),
    [
        ("2026-11-01T00:00:00+00:00", "2026-11"),
        ("2026-11-30T23:59:59+00:00", "2026-11"),
        ("2026-12-01T00:30:00+01:00", "2026-11"),
        ("2027-01-01T00:00:00+00:00", "2027-01"),
    ],
)
def test_an_instant_is_of_the_month_that_it_is_in_utc(instant: str, month: str) -> None:
    at = datetime.fromisoformat(instant)
    found = month_of(at)
    assert str(found) == month
    assert found.begins_at <= at < found.ends_at


@pytest.mark.parametrize("month", [Month(2026, 1), NOVEMBER, Month(2026, 12)])
def test_a_month_ends_where_the_next_begins_and_is_read_as_it_is_written(month: Month) -> None:
    assert month_of(month.ends_at).begins_at == month.ends_at
    assert month_of(month.ends_at - SECOND) == month
    assert month_named(str(month)) == month


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "0000-01", "9999-12", ""]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write a month as 2026-11"):
        month_named(text)


def test_minutes_are_counted_as_begun_and_only_those_of_the_month() -> None:
    end = NOVEMBER.ends_at
    assert begun_minutes(end, end + SECOND) == 1
    assert begun_minutes(end, end + 60 * SECOND) == 1
    assert begun_minutes(end, end - SECOND) == 0
    assert NOVEMBER.minutes(end - 90 * SECOND, end + 600 * SECOND) == 2
    assert NOVEMBER.minutes(NOVEMBER.begins_at - 600 * SECOND, NOVEMBER.begins_at + 30 * SECOND) == 1
    assert NOVEMBER.minutes(end, end + 600 * SECOND) == 0
