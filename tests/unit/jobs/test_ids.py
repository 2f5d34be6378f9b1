"""Ids of broadcasts and keys of rooms are two name spaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.ids import objection, room_of_entry


@given(st.text(max_size=70))
def test_the_room_of_an_entry_has_a_key_that_no_broadcast_has_for_an_id(key: str) -> None:
    assert objection(room_of_entry(key))


@pytest.mark.parametrize("text", ["weekly", "weekly@2026-12-01", "a:b_c.2"])
def test_what_is_an_id_is_taken(text: str) -> None:
    assert not objection(text)
