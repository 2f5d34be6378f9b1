"""Which report was sent last: claimed by one, whoever else tries at the same time."""

import asyncio
from datetime import timedelta

from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House

DAY = 24 * HOUR


async def test_a_report_is_claimed_once_and_the_next_one_again(house: House) -> None:
    assert await house.store.last_report() is None
    assert await house.store.claim_report(NOON, NOON)
    assert await house.store.last_report() == NOON
    assert not await house.store.claim_report(NOON, NOON + HOUR)
    assert not await house.store.claim_report(NOON - DAY, NOON + HOUR)
    assert await house.store.claim_report(NOON + DAY, NOON + DAY)
    assert await house.store.last_report() == NOON + DAY


async def test_of_many_who_claim_it_at_once_one_may_send_it(house: House) -> None:
    claims = [house.store.claim_report(NOON, NOON + n * timedelta(seconds=1)) for n in range(8)]
    assert sorted(await asyncio.gather(*claims)) == [False] * 7 + [True]


async def test_what_a_clock_wrote_that_was_ahead_holds_up_no_report(house: House) -> None:
    assert await house.store.claim_report(NOON + 365 * DAY, NOON + 365 * DAY)
    assert await house.store.claim_report(NOON, NOON)
    assert await house.store.last_report() == NOON
    assert not await house.store.claim_report(NOON, NOON)


async def test_what_cannot_be_read_is_written_over(house: House) -> None:
    house.sql("INSERT INTO installation (name, value) VALUES ('report', 'yesterday')")
    assert await house.store.last_report() is None
    assert await house.store.claim_report(NOON, NOON)
    assert await house.store.last_report() == NOON
