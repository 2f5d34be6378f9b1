"""How long people were in a meeting, as sessions say it: read, or left out; never a number that is none."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.provider.test_any_answer import answers
from worker.provider.attendance import Attendance, attendance
from worker.provider.errors import BadReplyError

SESSION = {"id": "s", "associated_id": "m", "status": "ENDED", "minutes_consumed": 12.5}


@pytest.mark.parametrize("minutes", [12.5, "12.5"])
def test_a_session_that_is_over_is_read(minutes: object) -> None:
    found = attendance(SESSION | {"minutes_consumed": minutes})
    assert found == Attendance("m", timedelta(minutes=12, seconds=30), is_over=True)


@pytest.mark.parametrize("status", ["LIVE", "", None, "ENDING"])
def test_one_that_is_not_known_to_be_over_may_go_on(status: object) -> None:
    assert not attendance(SESSION | {"status": status}).is_over


@pytest.mark.parametrize(
    "changed",
    [
        {"minutes_consumed": None},
        {"minutes_consumed": True},
        {"minutes_consumed": -1},
        {"minutes_consumed": "NaN"},
        {"minutes_consumed": float("inf")},
        {"minutes_consumed": 10**400},
        {"minutes_consumed": "many"},
        {"associated_id": None},
        {"associated_id": 7},
    ],
)
def test_what_says_not_how_long_or_not_where_is_no_session(changed: dict[str, Any]) -> None:
    with pytest.raises(BadReplyError):
        attendance(SESSION | changed)


@given(answers | st.floats())
def test_any_answer_is_read_or_refused(found: object) -> None:
    for each in (found, SESSION | {"minutes_consumed": found}):
        with suppress(BadReplyError):
            assert attendance(each).time >= timedelta(0)
