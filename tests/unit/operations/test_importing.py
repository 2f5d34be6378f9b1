"""A list beside what is there: what is added, changed, left, and refused with its reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from config.broadcast_list import parse
from jobs.model import Broadcast
from jobs.run.lifecycle import State
from jobs.schedule.planned import Existing
from tests.support.clock import NOON
from tests.unit.operations.operators import Booking
from tests.unit.store.house import HOUR
from worker.operations import importing
from worker.operations.importing import Action, ImportDraft
from worker.operations.refusals import NotInStateError

LIST = "id,title,start,duration,account\nshow,Show,2026-12-01 13:00,1h,\n"


def drawn(
    *present: Existing, text: str = LIST, update: bool = True, after: timedelta = timedelta(0)
) -> ImportDraft:
    found = parse(text.encode(), "f", "UTC")
    return importing.draw(found, list(present), NOON + after, update=update)


def listed() -> Broadcast:
    """Return what the list asks for."""
    (row,) = parse(LIST.encode(), "f", "UTC").rows
    return row.broadcast


def there(state: State | None = None, source: str = "operator", **changed: Any) -> Existing:
    """Return the row as it is there, with these differences."""
    return Existing(broadcast=replace(listed(), **changed), version=3, state=state, source=source)


def told(draft: ImportDraft) -> list[str]:
    return [str(each) for each in draft.problems]


def test_what_is_not_there_is_added_and_what_is_the_same_is_left() -> None:
    assert drawn().of(Action.ADD)[0].broadcast == listed()
    assert [each.action for each in drawn(there()).rows] == [Action.NONE]


@pytest.mark.parametrize("state", [None, State.PLANNED, State.READY, State.REJECTED])
def test_what_has_not_begun_is_changed_if_that_is_said(state: State | None) -> None:
    (changed,) = drawn(there(state, title="Other")).of(Action.UPDATE)
    assert (changed.broadcast, changed.version, changed.fields) == (listed(), 3, ("title",))
    refused = drawn(there(state, title="Other"), update=False)
    assert told(refused) == ["f:2:6: show exists with another title: pass --update to change it"]
    assert refused.rows == ()


@pytest.mark.parametrize(
    "state", [each for each in State if each not in {State.PLANNED, State.READY, State.REJECTED}]
)
def test_what_has_begun_or_is_over_is_changed_by_no_list(state: State) -> None:
    refused = drawn(there(state, title="Other"))
    assert told(refused) == [f"f:2:6: show is {state}: `cuelight extend`, `stop` and `reopen` are for that"]
    assert refused.rows == ()
    assert told(drawn(there(state))) == []


@pytest.mark.parametrize("source", ["schedule", "reopen"])
def test_what_others_own_is_changed_by_no_list(source: str) -> None:
    assert "is not changed by a list" in told(drawn(there(source=source, title="Other")))[0]
    assert told(drawn(there(source=source))) == []


def test_the_account_of_what_has_a_meeting_is_kept() -> None:
    text = LIST.replace("1h,", "1h,events")
    assert "its account cannot be changed" in told(drawn(there(State.READY), text=text))[0]
    assert told(drawn(there(State.PLANNED), text=text)) == []


def test_what_is_under_way_is_added_with_a_remark_and_what_is_over_is_not() -> None:
    late = drawn(after=1.5 * HOUR)
    assert told(late) == ["f:2:11: warning: show is already under way: it begins at once"]
    assert len(late.of(Action.ADD)) == 1
    over = drawn(after=2 * HOUR)
    assert told(over) == ["f:2:11: show would have ended already"]
    assert over.rows == ()
    assert told(drawn(there(State.ENDED), after=2 * HOUR)) == []


async def test_what_was_added_meanwhile_is_named_and_nothing_is_written(booking: Booking) -> None:
    draft = drawn(text=LIST + "other,Other,2026-12-01 13:00,1h,\n")
    booking.house.insert("show")
    with pytest.raises(NotInStateError, match="changed in the meantime: show; nothing was written"):
        await importing.apply(booking.operator, draft)
    assert booking.house.sql("SELECT id FROM broadcasts") == [("show",)]
    booking.house.sql("UPDATE broadcasts SET source = 'forgotten'")
    booking.house.sql("DELETE FROM broadcasts")
    await importing.apply(booking.operator, draft)
    assert booking.house.sql("SELECT id FROM broadcasts ORDER BY id") == [("other",), ("show",)]
