"""What is wanted of a broadcast: added, extended, cancelled, or refused with its reason."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from jobs.model import Broadcast
from tests.support.clock import NOON
from tests.unit.operations.operators import Booking
from tests.unit.store.house import HOUR, broadcast
from worker.operations import wanted
from worker.operations.operator import Operator
from worker.operations.refusals import (
    AlreadyOverError,
    IdInUseError,
    InvalidError,
    NotInStateError,
    NotPickedUpError,
    UnknownBroadcastError,
)

Order = Callable[[Operator], Awaitable[object]]


def drawn_up(**changed: Any) -> Broadcast:
    said: dict[str, Any] = {
        "broadcast_id": "show",
        "title": "Show",
        "starts_at": NOON + HOUR,
        "length": HOUR,
        "account": "default",
        "go_live": "on_join",
        "now": NOON,
    }
    return wanted.drawn_up(**(said | changed))


def test_what_is_drawn_up_is_a_broadcast_as_ordered() -> None:
    found = drawn_up()
    assert (found.id, found.title, found.window.starts_at) == ("show", "Show", NOON + HOUR)


@pytest.mark.parametrize(
    "changed",
    [{"broadcast_id": "a b"}, {"title": ""}, {"title": "x" * 10_000}, {"length": timedelta(0)}],
)
def test_what_no_worker_would_run_is_not_drawn_up(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidError):
        drawn_up(**changed)


def test_what_would_be_over_is_not_drawn_up_and_its_end_is_told() -> None:
    with pytest.raises(AlreadyOverError) as refused:
        drawn_up(starts_at=NOON - 2 * HOUR)
    assert refused.value.ended_at == NOON - HOUR


async def test_an_id_that_is_in_use_is_refused_and_the_row_is_left(booking: Booking) -> None:
    await wanted.add(booking.operator, drawn_up())
    with pytest.raises(IdInUseError, match="show already exists"):
        await wanted.add(booking.operator, drawn_up(title="Another"))
    assert booking.house.sql("SELECT title FROM broadcasts") == [("Show",)]


async def test_an_extension_waits_for_a_worker_and_returns_the_new_end(booking: Booking) -> None:
    await booking.house.taken_up("show", ends_at="2026-12-01T19:00Z")
    booking.house.sql(
        "CREATE TRIGGER worker AFTER INSERT ON unheeded BEGIN DELETE FROM unheeded;"
        " UPDATE runs SET ends_at = '2026-12-01T19:15:00.000000Z'; END"
    )
    found = await wanted.extend(booking.operator, "show", timedelta(minutes=15))
    assert found.isoformat() == "2026-12-01T19:15:00+00:00"


async def test_an_extension_of_what_is_over_names_the_cure(booking: Booking) -> None:
    await booking.house.taken_up("show")
    booking.house.sql("UPDATE runs SET state = 'ended'")
    with pytest.raises(NotInStateError, match="cuelight reopen show 15m"):
        await wanted.extend(booking.operator, "show", timedelta(minutes=15))


async def test_what_no_worker_picks_up_is_refused_after_ten_seconds_and_stays_written(
    booking: Booking,
) -> None:
    await booking.operator.store.add(broadcast("show"))
    began = booking.operator.clock.monotonic()
    with pytest.raises(NotPickedUpError) as refused:
        await wanted.cancel(booking.operator, "show")
    assert 10 <= booking.operator.clock.monotonic() - began < 11
    assert refused.value.worker_seen_at is None
    assert booking.house.sql("SELECT cancelled FROM broadcasts") == [(1,)]


@pytest.mark.parametrize(
    "order",
    [
        lambda operator: wanted.extend(operator, "show", HOUR),
        lambda operator: wanted.cancel(operator, "show"),
    ],
)
async def test_a_broadcast_that_is_not_there_is_told(booking: Booking, order: Order) -> None:
    with pytest.raises(UnknownBroadcastError, match="no such broadcast: show"):
        await order(booking.operator)
