from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedule import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("90s", 90),
        ("15m", 900),
        ("24h", 86_400),
        ("1h30m", 5400),
        ("2d", 172_800),
        ("1d1h1m1s", 90_061),
    ],
)
def test_a_duration_is_read_as_it_is_written(text: str, seconds: int) -> None:
    assert durations.parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "h", "1x", "-1h", "1h ", " 1h", "1.5h", "30m1h", "1h1h", "1H", "9999999d"]
)
def test_what_is_no_duration_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 90s, 15m, 1h30m or 2d"):
        durations.parse(text)


@pytest.mark.parametrize("text", ["60", "0", "1.5"])
def test_a_bare_number_is_refused_with_the_units(text: str) -> None:
    with pytest.raises(ValueError, match=f"{text} has no unit"):
        durations.parse(text)


@given(st.integers(0, 10**9))
def test_what_is_written_is_read_back(seconds: int) -> None:
    assert durations.parse(durations.format(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_a_negative_duration_has_no_form() -> None:
    with pytest.raises(ValueError, match="negative"):
        durations.format(timedelta(seconds=-1))
