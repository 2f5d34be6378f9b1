"""Leases by the database's clock: one holder, terms that only grow, and trust that ends before the lease."""

from collections.abc import Mapping
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.ids import INSTALLATION
from tests.support.clock import HandClock
from tests.support.leases import on_clock
from worker.leases.contract import (
    CALL_WITHIN,
    HANGS_AFTER,
    LEASE,
    MARGIN,
    RENEW_EVERY,
    TRUSTED_FOR,
    LeaseArithmeticError,
    Term,
    check_arithmetic,
)
from worker.leases.database import PATIENT_LOOKS, DatabaseLeases
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.records import Fence
from worker.store.standings import Standings, Worker
from worker.store.store import Store

ONE = {"default": "default"}
EIGHT = {f"account-{number}": f"group-{number}" for number in range(8)}


class Flaky:
    """The store's leases; away when told so, or deaf: it does what it is asked, and no answer comes back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.away = False
        self.deaf = False

    async def standings(self) -> Standings:
        self._perhaps_fail(self.away)
        return await self._store.standings()

    async def take_lease(self, group: str, holder: str, seconds: float) -> int | None:
        found = await self._store.take_lease(group, holder, seconds)
        self._perhaps_fail(self.deaf)
        return found

    async def renew_leases(self, terms: Mapping[str, int], holder: str, seconds: float) -> frozenset[str]:
        self._perhaps_fail(self.away)
        found = await self._store.renew_leases(terms, holder, seconds)
        self._perhaps_fail(self.deaf)
        return found

    async def resign_leases(self, terms: Mapping[str, int], holder: str) -> None:
        await self._store.resign_leases(terms, holder)

    def _perhaps_fail(self, fails: bool) -> None:  # noqa: FBT001  One state of a fake.
        if fails:
            raise StoreUnavailableError("no answer within 2 s")


class World:
    """A database, and workers on hosts of their own."""

    def __init__(self, group_of: Mapping[str, str] = ONE, names: str = "ab") -> None:
        self.clock = HandClock()
        self.store = inline()
        on_clock(self.store, self.clock)
        self.desks = {name: Flaky(self.store) for name in names}
        self.keepers = {
            name: DatabaseLeases(desk, self.clock, name, group_of) for name, desk in self.desks.items()
        }

    async def present(self, *names: str) -> None:
        """Have them write that they work."""
        now: datetime = self.clock.now()
        for name in names:
            await self.store.sign_in(
                Worker(id=name, host="h", pid=1, version="0", started_at=now, seen_at=now)
            )

    async def look(self, *names: str) -> None:
        """Have these look, and enter what they got."""
        for name in names:
            keeper = self.keepers[name]
            keeper.alive()
            await keeper.look()
            for group, term in keeper.terms().items():
                keeper.enter(group, term)

    async def after(self, seconds: float, *names: str) -> None:
        """Let time pass, in which these look each second."""
        for _ in range(int(seconds)):
            self.clock.move(1)
            await self.look(*names)

    def held(self, name: str) -> list[str]:
        return sorted(self.keepers[name].terms())


async def test_one_worker_holds_the_lease_and_the_other_stands_by() -> None:
    world = World()
    await world.look("a", "b")
    assert world.held("a") == [INSTALLATION, "default"]
    assert world.held("b") == []
    await world.after(120, "a", "b")
    assert world.keepers["a"].terms() == {"default": 1, INSTALLATION: 1}
    assert world.keepers["b"].elsewhere() == {"default", INSTALLATION}


async def test_nothing_is_held_before_it_is_entered() -> None:
    world = World()
    keeper = world.keepers["a"]
    keeper.alive()
    await keeper.look()
    assert keeper.terms() == {"default": 1, INSTALLATION: 1}
    assert not keeper.held("default")
    keeper.enter("default", 1)
    assert keeper.fence("default") == Fence("default", 1)
    assert not keeper.held("an account that nobody set up")
    keeper.enter(INSTALLATION, 1)
    assert keeper.fence("an account that nobody set up") == Fence(INSTALLATION, 1)
    keeper.leave("default")
    assert not keeper.held("default")


async def test_a_worker_that_dies_is_followed_after_its_lease_and_in_a_new_term() -> None:
    world = World()
    await world.look("a", "b")
    await world.after(LEASE - 1, "b")
    assert world.held("b") == []
    await world.after(2, "b")
    assert world.keepers["b"].terms() == {"default": 2, INSTALLATION: 2}


async def test_a_worker_without_a_database_stops_trusting_itself_before_anybody_else_can_hold_the_lease() -> (
    None
):
    world = World()
    await world.look("a", "b")
    world.desks["a"].away = True
    world.clock.move(TRUSTED_FOR - 0.1)
    assert world.keepers["a"].held("default")
    world.clock.move(0.1)
    assert not world.keepers["a"].held("default")
    await world.look("b")
    assert world.held("b") == []
    world.clock.move(CALL_WITHIN + MARGIN - 0.1)
    await world.look("b")
    assert world.held("b") == []


async def test_a_worker_that_wakes_after_its_lease_finds_another_in_its_place() -> None:
    world = World()
    await world.look("a", "b")
    await world.after(60, "b")
    assert not world.keepers["a"].held("default")
    await world.look("a")
    assert world.held("a") == []
    assert world.held("b") == [INSTALLATION, "default"]


async def test_a_lease_that_was_not_renewed_for_a_while_goes_on_if_nobody_took_it() -> None:
    world = World()
    await world.look("a")
    world.desks["a"].away = True
    world.clock.move(12)
    assert world.held("a") == []
    world.desks["a"].away = False
    await world.look("a")
    assert world.keepers["a"].terms() == {"default": 1, INSTALLATION: 1}


async def test_whoever_leaves_frees_the_lease_at_once() -> None:
    world = World()
    await world.look("a", "b")
    await world.keepers["a"].resign()
    await world.look("a")
    assert world.held("a") == []
    await world.present("b")
    await world.after(1 + PATIENT_LOOKS, "b", "a")
    assert world.keepers["b"].terms() == {"default": 2, INSTALLATION: 2}
    assert world.held("a") == []


async def test_a_taking_that_was_not_answered_is_found_again_and_trusted_only_once_renewed() -> None:
    world = World()
    world.desks["a"].deaf = True
    with pytest.raises(StoreUnavailableError):
        await world.look("a")
    world.desks["a"].deaf = False
    keeper = world.keepers["a"]
    await keeper.look()
    assert "default" not in keeper.terms()
    await world.look("a")
    assert keeper.terms()["default"] == 1


async def test_a_renewal_that_was_not_answered_is_no_renewal() -> None:
    world = World()
    await world.look("a")
    world.desks["a"].deaf = True
    world.clock.move(RENEW_EVERY)
    with pytest.raises(StoreUnavailableError):
        await world.look("a")
    world.clock.move(TRUSTED_FOR - RENEW_EVERY)
    assert world.held("a") == []


async def test_a_loop_that_hangs_loses_its_leases() -> None:
    world = World()
    await world.look("a", "b")
    for _ in range(int(LEASE + HANGS_AFTER) + 2):
        world.clock.move(1)
        await world.keepers["a"].look()
        await world.look("b")
    assert world.held("b") == [INSTALLATION, "default"]


async def test_eight_groups_are_shared_by_two_workers_and_one_that_stays_holds_all() -> None:
    world = World(EIGHT)
    await world.present("a", "b")
    await world.look("a", "b")
    assert [len(set(world.held(name)) - {INSTALLATION}) for name in "ab"] == [4, 4]
    await world.keepers["a"].resign()
    await world.store.sign_out("a", world.clock.now())
    await world.look("b")
    assert set(world.held("b")) == {*EIGHT.values(), INSTALLATION}


async def test_a_group_that_nobody_takes_is_taken_by_whoever_sees_it() -> None:
    world = World(EIGHT)
    await world.present("a", "somebody who can not take any")
    await world.look("a")
    assert len(world.held("a")) == 5
    await world.after(PATIENT_LOOKS, "a")
    assert len(world.held("a")) == 9


async def test_who_holds_all_has_too_many_once_another_has_none() -> None:
    world = World(EIGHT)
    await world.present("a")
    await world.look("a")
    assert world.keepers["a"].surplus() == 0
    await world.present("b")
    await world.look("a", "b")
    assert world.keepers["a"].surplus() == 4
    await world.keepers["a"].give_up(["group-0"])
    await world.look("a", "b")
    assert world.held("b") == ["group-0"]
    assert world.keepers["a"].surplus() == 3
    assert world.keepers["a"].successors() == {"b"}


async def test_who_came_just_now_is_known_once_it_is_looked_for() -> None:
    world = World()
    await world.present("a")
    await world.look("a")
    await world.present("b")
    assert not world.keepers["a"].successors()
    await world.keepers["a"].look_around()
    assert world.keepers["a"].successors() == {"b"}


async def test_the_skew_of_this_machine_against_the_database_is_told() -> None:
    world = World()
    world.keepers["a"].clock = behind = HandClock()
    world.clock.move(100)
    behind.move(40)
    await world.keepers["a"].look()
    skew = world.keepers["a"].skew()
    assert skew
    assert skew.certain.total_seconds() == -60


@given(st.floats(0, 1e6), st.floats(0, 60))
def test_no_call_outlives_the_lease(sent_at: float, later: float) -> None:
    """The database writes the expiry after the renewal was sent: whoever leaves with trust ends before."""
    term = Term(1, sent_at)
    if term.remaining(sent_at + later) > 0:
        assert later + CALL_WITHIN + MARGIN < LEASE + 1e-6


def test_the_durations_add_up_and_others_are_refused() -> None:
    check_arithmetic(database_within=2.0, call_within=8.0)
    with pytest.raises(LeaseArithmeticError, match="more than 20 s"):
        check_arithmetic(database_within=2.0, call_within=9.0)
    with pytest.raises(LeaseArithmeticError, match="within 25 s"):
        check_arithmetic(database_within=4.1, call_within=1.0)
