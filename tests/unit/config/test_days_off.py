"""Holidays by the code of their place."""

import subprocess
import sys
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.days_off import Holidays, days_off
from config.days_off import _names as days
from jobs.schedule.days_off import DaysOff


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("DE", date(2026, 12, 25), "Christmas Day"),
        ("DE-BY", date(2027, 5, 27), "Corpus Christi"),
        ("DE", date(2027, 5, 27), None),
        ("US-CA", date(2027, 3, 31), "Cesar Chavez Day"),
        ("FR-Zone A", date(2027, 7, 14), "National Day"),
        ("DE", date(2026, 12, 24), None),
        ("DE", date(2150, 12, 25), None),
        ("DE", date.max, None),
    ],
)
def test_a_holiday_is_known_by_its_name(code: str, day: date, name: str | None) -> None:
    found: DaysOff = days_off(code)
    assert found.name_of(day) == name


def test_a_holiday_on_a_weekend_counts_on_the_day_it_is_observed_too() -> None:
    united_states = days_off("US")
    observed = {date(2027, 7, day): united_states.name_of(date(2027, 7, day)) for day in (4, 5)}
    assert list(observed.values()) == ["Independence Day", "Independence Day (observed)"]
    assert united_states.name_of(date(2027, 12, 31)) == "New Year's Day (observed)"


def test_what_is_observed_in_the_year_before_is_found_there() -> None:
    assert days_off("US").name_of(date(2021, 12, 31)) == "New Year's Day (observed)"


def test_equal_codes_are_the_same_days_off() -> None:
    assert days_off("DE-BY") == Holidays("DE-BY") != days_off("DE")
    assert len({days_off("DE-BY"), Holidays("DE-BY"), days_off("DE")}) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("de-by", "unknown holidays 'de-by'; did you mean DE-BY?"),
        ("DE-Bayern", "unknown holidays 'DE-Bayern'; did you mean DE-BY?"),
        ("DEU", "unknown holidays 'DEU'; did you mean DE?"),
        ("Germny", "unknown holidays 'Germny'; did you mean DE?"),
        ("UK", "unknown holidays 'UK'; did you mean GB?"),
        ("US-California", "unknown holidays 'US-California'; did you mean US-CA?"),
        ("DE-XX", "DE has no holidays for 'XX'; known: Augsburg, BB, BE, BW, BY,"),
        ("DK-", "DK has no holidays for ''; write DK"),
        ("XX", "'XX' is not a country with known holidays: write DE, or DE-BY"),
        ("", "'' is not a country"),
    ],
)
def test_an_unknown_place_is_refused_with_the_one_likely_meant(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("?", "[?]")):
        days_off(text)


@given(
    st.text(max_size=12) | st.sampled_from(["DE-", "US-", "GB-"]).flatmap(lambda c: st.text().map(c.__add__))
)
def test_any_text_is_a_place_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert days_off(text).code == text


def test_a_schedule_without_holidays_does_without_the_package() -> None:
    code = "import sys, config.schedule, jobs.schedule.plan; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_a_year_that_the_package_knows_in_part_is_no_noise() -> None:
    assert days_off("IN").name_of(date(2040, 1, 26)) == "Republic Day"


def test_a_year_of_holidays_is_reckoned_once() -> None:
    place, start = days_off("DE-BW"), date(2030, 1, 1)
    before = days.cache_info().misses
    for number in range(3652):
        place.name_of(start + number * timedelta(days=1))
    assert days.cache_info().misses - before == 10
