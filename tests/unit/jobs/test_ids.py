"""Ids of broadcasts and keys of rooms are two name spaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.ids import objection, room_of_entry


@given(st.text(max_size=70))
def test_the_room_of_an_entry_has_a_key_that_no_broadcast_has_for_an_id(key: str) -> None:
    assert objection(room_of_entry(key))


@pytest.mark.parametrize(
    "text", ["weekly", "weekly@2026-12-01", "a:b_c.2", "a@c0123abcd", "a@c0123abcd-2026-12-01T1800.2"]
)
def test_what_is_an_id_is_taken(text: str) -> None:
    assert not objection(text)


@pytest.mark.parametrize(
    "text", ["a@c0123abc", "a@c0123abcX", "a@c0123abcd-2026-12-01", "@c0123abcd", "a@b@c"]
)
def test_what_only_looks_like_an_event_of_a_calendar_is_none(text: str) -> None:
    assert objection(text)
