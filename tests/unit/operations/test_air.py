"""Off the air and on it again, as ordered of a worker or of the provider itself."""

import pytest

from jobs.run.observations import Stream, StreamStatus
from tests.support.provider import LaidOutClient
from tests.unit.operations.operators import Booking
from tests.unit.store.house import HOUR
from worker.operations import air
from worker.operations.air import Ordered, Progress, WantedOff
from worker.operations.refusals import DeclinedError, NotInStateError, NotOffError, NotWrittenError
from worker.provider.errors import AbsentError, ProviderError, RefusedError

SHOW = WantedOff("show", "default", "m", "")
ON_AIR = {"starts_at": "2026-12-01T11:30Z", "ends_at": "2026-12-01T12:30Z"}


@pytest.mark.parametrize(
    ("trouble", "found"),
    [
        (None, Progress.ACCEPTED),
        (AbsentError("no stream", status=404), Progress.NOTHING_RUNS),
        (RefusedError("a conflict", status=409), Progress.NOTHING_RUNS),
    ],
)
async def test_a_stop_of_nothing_is_no_failure(trouble: ProviderError | None, found: Progress) -> None:
    client = LaidOutClient()
    client.trouble = trouble
    assert await air.send_stop(client, "m") is found


async def test_a_stop_that_is_refused_otherwise_is_a_failure() -> None:
    client = LaidOutClient()
    client.trouble = RefusedError("not with this plan", status=422)
    with pytest.raises(RefusedError):
        await air.send_stop(client, "m")


async def test_a_stop_is_asked_of_a_worker_in_the_operators_name(booking: Booking) -> None:
    booking.house.insert("show", **ON_AIR)
    booking.a_worker_answers("done")
    assert await air.stop(booking.operator, "show") is Ordered.STOP
    assert booking.asked() == [("booking-tool", "stop", "show", "")]


async def test_a_stop_of_what_is_to_come_cancels_it(booking: Booking) -> None:
    booking.house.insert("show")
    booking.a_worker_picks_up()
    assert await air.stop(booking.operator, "show") is Ordered.CANCELLED
    assert booking.house.sql("SELECT cancelled FROM broadcasts") == [(1,)]


async def test_a_workers_refusal_is_told_in_its_words(booking: Booking) -> None:
    booking.house.insert("show")
    booking.a_worker_answers("refused: show is on air still")
    with pytest.raises(DeclinedError, match=r"^show is on air still$"):
        await air.reopen(booking.operator, "show", HOUR)


async def test_a_reopening_returns_the_new_occurrence(booking: Booking) -> None:
    booking.house.insert("show")
    booking.a_worker_answers("show.2")
    assert await air.reopen(booking.operator, "show", HOUR) == "show.2"
    assert booking.asked() == [("booking-tool", "reopen", "show", "1h")]


async def test_what_is_wanted_off_is_written_down_though_it_has_no_meeting(booking: Booking) -> None:
    await booking.house.taken_up("show", **ON_AIR)
    with pytest.raises(NotInStateError, match="no meeting yet"):
        await air.want_off(booking.operator, "show")
    assert booking.asked() == [("booking-tool", "stop", "show", "")]


async def test_a_direct_stop_tells_each_step_until_it_is_off(booking: Booking) -> None:
    client, told = LaidOutClient(), list[Progress]()
    await air.stop_directly(client, booking.operator.clock, SHOW, told.append)
    assert told == [Progress.ACCEPTED, Progress.OFF]
    assert client.asked == ["stop m", "stream m"]


async def test_a_stream_that_goes_on_is_told_after_15_s(booking: Booking) -> None:
    client, told = LaidOutClient(), list[Progress]()
    client.streams_of["m"] = Stream(StreamStatus.LIVE)
    began = booking.operator.clock.monotonic()
    with pytest.raises(NotOffError, match="not off after 15 s"):
        await air.stop_directly(client, booking.operator.clock, SHOW, told.append)
    assert told == [Progress.ACCEPTED]
    assert 15 <= booking.operator.clock.monotonic() - began < 18


async def test_what_could_not_be_written_down_is_told_after_it_is_off(booking: Booking) -> None:
    told = list[Progress]()
    wanted = WantedOff("show", "default", "m", "the disk is full")
    with pytest.raises(NotWrittenError, match="the disk is full"):
        await air.stop_directly(LaidOutClient(), booking.operator.clock, wanted, told.append)
    assert told == [Progress.ACCEPTED, Progress.OFF]
