"""Broadcasts that would be in one room at once."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.model import Broadcast, RoomUse, Window
from jobs.schedule.shared_rooms import collisions
from tests.support.clock import NOON
from tests.unit.jobs.schedule.plans import HOUR, daily, planned, rows, said

MINUTE = timedelta(minutes=1)


def use(number: int, starts: int, length: int, entry: str = "show") -> Broadcast:
    start = NOON + starts * MINUTE
    window = Window(start, start + length * MINUTE)
    return Broadcast(id=f"{entry}-{number}", title="Show", window=window, entry=entry, room=RoomUse.SHARED)


def late(*uses: Broadcast) -> list[str]:
    return [each.id for each in collisions(uses)]


def test_one_that_starts_when_the_one_before_ends_waits_for_nobody() -> None:
    assert late(use(1, 0, 60), use(2, 60, 60)) == []


def test_one_that_starts_before_another_ends_is_remarked_on_with_both_ids() -> None:
    (remark,) = collisions([use(2, 59, 60), use(1, 0, 60)])
    assert remark.id == "show-2"
    assert "before show-1 ends in the same room" in remark.text


def test_a_long_one_keeps_all_waiting_that_start_in_it() -> None:
    assert late(use(1, 0, 300), use(2, 60, 10), use(3, 120, 10), use(4, 300, 10)) == ["show-2", "show-3"]


def test_rooms_of_their_own_other_entries_and_what_is_cancelled_are_in_nobodys_way() -> None:
    own = replace(use(2, 30, 60), room=RoomUse.OWN)
    assert late(use(1, 0, 60), own, use(3, 30, 60, "other"), replace(use(4, 30, 60), cancelled=True)) == []


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 200)), max_size=8))
def test_who_waits_is_whoever_starts_while_an_earlier_one_lasts(windows: list[tuple[int, int]]) -> None:
    uses = [use(number, *window) for number, window in enumerate(windows)]
    order = sorted(uses, key=lambda each: (each.window.starts_at, each.id))
    expected = {
        each.id
        for number, each in enumerate(order)
        if any(before.window.ends_at > each.window.starts_at for before in order[:number])
    }
    assert set(late(*uses)) == expected


def test_a_plan_says_so_of_a_row_that_an_operator_extended_into_the_next() -> None:
    entry = daily(options={"room": RoomUse.SHARED})
    first, *others = rows(entry)
    window = Window(first.broadcast.window.starts_at, first.broadcast.window.starts_at + 25 * HOUR)
    longer = replace(
        first,
        broadcast=replace(first.broadcast, window=window),
        operator_fields=frozenset({"ends_at"}),
    )
    found = planned([entry], [longer, *others])
    assert f"{others[0].broadcast.id} starts before {first.broadcast.id} ends" in said(found)
    assert "in the same room" not in said(planned([entry], [first, *others]))
