"""How long people were in meetings is counted where it is known for certain, and asked for once for all."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import NOON, HandClock
from tests.support.gateway import gateway_of
from tests.support.leases import HeldLeases
from tests.support.provider import LaidOutClient
from worker.engine.participants import ASKED_FOR, READ_AFTER, Participants, spent
from worker.provider.attendance import Attendance
from worker.provider.errors import UnansweredError
from worker.store.duties import Awaited

MINUTE = timedelta(minutes=1)
SHOW = Awaited("show", "m", NOON)


class Rows:
    """What is awaited, and what was kept."""

    def __init__(self, *awaited: Awaited) -> None:
        self.awaited = list(awaited)
        self.kept: list[Mapping[str, timedelta]] = []
        self.asked: list[tuple[str, datetime, datetime]] = []

    async def participants_awaited(self, account: str, since: datetime, until: datetime) -> list[Awaited]:
        self.asked.append((account, since, until))
        return self.awaited

    async def keep_participants_times(self, found: Mapping[str, timedelta], at: datetime) -> None:
        assert at == NOON
        self.kept.append(found)


class World:
    def __init__(self, *awaited: Awaited) -> None:
        self.clock, self.client, self.rows = HandClock(), LaidOutClient(), Rows(*awaited)
        self.leases = HeldLeases()
        self.participants = Participants(
            rows=self.rows,
            gateways={"default": gateway_of(self.client, self.clock)},
            leases=self.leases,
            clock=self.clock,
            installation="test",
        )


def in_it(meeting: str = "m", minutes: float = 5, *, is_over: bool = True) -> Attendance:
    return Attendance(meeting, minutes * MINUTE, is_over)


async def test_every_session_of_its_meeting_counts_and_those_of_others_do_not() -> None:
    world = World(SHOW, Awaited("other", "m2", NOON))
    world.client.attended = (in_it(), in_it(minutes=2.5), in_it("m2", 1), in_it("stranger", 90))
    await world.participants.look()
    assert world.rows.kept == [{"show": 7.5 * MINUTE, "other": MINUTE}]
    assert world.client.asked == [f"attendances [test- {NOON - timedelta(days=2)}"]


async def test_it_is_asked_for_once_the_session_can_be_over_and_not_for_ever() -> None:
    world = World()
    await world.participants.look()
    assert world.rows.asked == [("default", NOON - ASKED_FOR, NOON - READ_AFTER)]
    assert (world.client.asked, world.rows.kept) == ([], [])


async def test_while_a_session_goes_on_nothing_is_known_of_it() -> None:
    world = World(SHOW)
    world.client.attended = (in_it(), in_it(is_over=False))
    await world.participants.look()
    assert world.rows.kept == []


async def test_a_meeting_of_which_no_session_is_listed_is_not_known_to_have_been_empty() -> None:
    world = World(SHOW)
    await world.participants.look()
    assert world.rows.kept == []


async def test_a_list_that_is_not_whole_counts_for_nothing() -> None:
    world = World(SHOW)
    world.client.attended, world.client.whole = (in_it(),), False
    await world.participants.look()
    assert world.rows.kept == []


async def test_a_provider_that_does_not_answer_is_asked_with_the_next_look() -> None:
    world = World(SHOW)
    world.client.trouble = UnansweredError("too late")
    await world.participants.look()
    assert world.rows.kept == []
    world.client.trouble, world.client.attended = None, (in_it(),)
    await world.participants.look()
    assert world.rows.kept == [{"show": 5 * MINUTE}]


async def test_the_account_of_another_worker_is_left_to_it() -> None:
    world = World(SHOW)
    world.leases.lost.add("default")
    await world.participants.look()
    assert (world.rows.asked, world.client.asked) == ([], [])


@given(
    st.lists(
        st.builds(in_it, st.sampled_from(["m", "m2"]), st.integers(0, 60), is_over=st.booleans()), max_size=6
    )
)
def test_no_second_is_lost_or_counted_twice(sessions: list[Attendance]) -> None:
    found = spent([SHOW], sessions)
    ours = [each for each in sessions if each.meeting_id == "m"]
    whole = bool(ours) and all(each.is_over for each in ours)
    assert found == ({"show": sum((each.time for each in ours), timedelta(0))} if whole else {})
