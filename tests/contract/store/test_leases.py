"""Leases as rows, by the database's own clock; and changes that are made in the name of a term."""

from dataclasses import replace
from datetime import timedelta

from jobs.model import Broadcast, Room
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.store.house import House, new_run, note
from worker.kit.clock import SystemClock
from worker.store.records import Arrival, Fence, Save, Saved, Stale
from worker.store.standings import LeaseRecord, Worker

LONG = 60.0
OVER = -1.0
"""Seconds: a lease that has expired as it is taken."""


async def test_a_lease_is_taken_by_one_until_it_expires(house: House) -> None:
    assert await house.store.take_lease("main", "a", OVER) == 1
    assert await house.store.take_lease("main", "b", LONG) == 2
    assert await house.store.take_lease("main", "c", LONG) is None
    assert await house.store.take_lease("main", "b", LONG) is None
    assert await house.store.take_lease("other", "c", LONG) == 1


async def test_only_the_term_that_lasts_is_renewed(house: House) -> None:
    await house.store.take_lease("main", "a", LONG)
    await house.store.take_lease("over", "a", OVER)
    every = {"main": 1, "over": 1, "unknown": 1}
    assert await house.store.renew_leases(every, "a", LONG) == {"main"}
    assert await house.store.renew_leases({"main": 1}, "b", LONG) == frozenset()
    assert await house.store.renew_leases({"main": 2}, "a", LONG) == frozenset()


async def test_a_renewal_moves_the_expiry_on_by_the_databases_clock(house: House) -> None:
    await house.store.take_lease("main", "a", 10)
    await house.store.renew_leases({"main": 1}, "a", LONG)
    found = await house.store.standings()
    (term,) = found.terms
    assert term.expires_at
    assert timedelta(seconds=LONG - 5) < term.expires_at - found.now <= timedelta(seconds=LONG)


async def test_who_resigns_frees_its_own_term_and_no_other(house: House) -> None:
    await house.store.take_lease("main", "a", LONG)
    await house.store.resign_leases({"main": 2}, "a")
    await house.store.resign_leases({"main": 1}, "b")
    assert not (await house.store.standings()).free("main")
    await house.store.resign_leases({"main": 1}, "a")
    found = await house.store.standings()
    assert (found.free("main"), found.holders()) == (True, {})
    assert await house.store.take_lease("main", "b", LONG) == 2


async def test_the_standings_tell_who_holds_what_and_who_is_there(house: House) -> None:
    now = SystemClock().now()
    me = Worker(id="here", host="h", pid=1, version="1", started_at=now, seen_at=now)
    await house.store.sign_in(me)
    await house.store.sign_in(replace(me, id="silent", seen_at=now - timedelta(seconds=20)))
    await house.store.sign_in(replace(me, id="gone"))
    await house.store.sign_out("gone", now)
    await house.store.take_lease("main", "here", LONG)
    await house.store.take_lease("over", "here", OVER)
    found = await house.store.standings()
    assert found.workers == {"here"}
    assert found.holders() == {"main": "here"}
    assert [found.free(group) for group in ("main", "over", "never taken")] == [False, True, True]
    assert [(each.quota_group, each.term) for each in await house.store.terms()] == [("main", 1), ("over", 1)]


async def test_the_quota_that_is_spoken_for_outlives_the_lease(house: House) -> None:
    await house.store.take_lease("main", "a", OVER)
    await house.store.reserve("main", '{"blocks": []}')
    await house.store.take_lease("main", "b", LONG)
    assert await house.store.reserved("main") == '{"blocks": []}'


async def test_a_change_in_the_name_of_a_term_that_is_over_comes_to_nothing(house: House) -> None:
    run = await house.taken_up()
    await house.store.take_lease("main", "a", OVER)
    await house.store.take_lease("main", "b", LONG)
    moved = replace(run, state=State.CANCELLED)
    assert await house.store.save(Save(run, moved, fence=Fence("main", 1))) == Stale()
    assert (await house.loaded("a")).state is run.state
    assert isinstance(await house.store.save(Save(run, moved, fence=Fence("main", 2))), Saved)


async def test_nothing_is_taken_up_in_the_name_of_a_term_that_is_over(house: House) -> None:
    house.insert("a")
    await house.store.take_lease("main", "a", OVER)
    await house.store.take_lease("main", "b", LONG)
    fresh = await house.store.fresh("a")
    assert fresh
    wanted, version = fresh
    assert isinstance(wanted, Broadcast)
    taking = Arrival(
        wanted, version, new_run("a", Room(key="a", account="default", marker="")), wanted, note()
    )
    assert not await house.store.take_up(replace(taking, fence=Fence("main", 1)))
    assert await house.store.load("a") is None
    assert await house.store.take_up(replace(taking, fence=Fence("main", 2)))


async def test_what_is_asked_and_told_names_the_account_of_its_run(house: House) -> None:
    await house.taken_up("a")
    for about in ("a", "nothing that is there"):
        await house.store.leave_request("stop", about, by="me", at=NOON)
    assert [each.account for each in await house.store.pending_requests()] == ["default", None]


async def test_only_the_accounts_that_are_meant_are_rewound(house: House) -> None:
    await house.taken_up("a")
    before = NOON - timedelta(hours=1)
    assert await house.store.rewind(before, ["another"]) == 0
    assert (await house.loaded("a")).entered_at == NOON
    assert await house.store.rewind(before, ["default"]) > 0
    assert (await house.loaded("a")).entered_at == before


async def test_terms_of_a_file_lock_do_not_expire(house: House) -> None:
    await house.store.next_term("*", "a")
    assert await house.store.terms() == [LeaseRecord("*", "a", 1)]
