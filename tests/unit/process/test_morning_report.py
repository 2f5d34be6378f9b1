"""The report that is sent by itself: once for each day, by one worker, whatever clocks and databases do."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.setting_types import WhenClean
from config.settings import Reporting
from jobs.schedule.daily import Daily
from tests.support.clock import HandClock, settle
from tests.support.leases import HeldLeases
from tests.unit.view.records import HOUR
from worker.alerting.channel import DeliveryError
from worker.alerting.courier import Courier
from worker.alerting.deliveries import Deliveries
from worker.alerting.notice import Notice
from worker.alerting.report_notice import ReportNotice
from worker.process.morning_report import MOST_EACH, OVERDUE_AFTER, MorningReport
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.store import Store
from worker.view.discrepancies import Discrepancy, Finding
from worker.view.report import Act, Report

BERLIN = Daily(time(7), ZoneInfo("Europe/Berlin"))
SEVEN = datetime(2026, 12, 1, 6, tzinfo=UTC)
DAY = 24 * HOUR
LATE = Finding(Discrepancy.LATE, "show", "Show", "on the air 5 min late")


class People:
    """A channel in memory, which may fail."""

    def __init__(self) -> None:
        self.name, self.fails = "1", False
        self.got: list[Notice] = []

    async def send(self, notice: Notice) -> None:
        if self.fails:
            raise DeliveryError("answered 500")
        self.got.append(notice)

    def due(self) -> list[datetime]:
        return [each.due_at for each in self.got if isinstance(each, ReportNotice)]


class World:
    """People, a database that outlives workers, and a worker that begins on its own clock."""

    def __init__(
        self, begin: datetime, daily: Daily = BERLIN, when_clean: WhenClean = WhenClean.SEND
    ) -> None:
        self.store, self.people, self.clock = inline(), People(), HandClock(begin)
        self.daily, self.wanted = daily, Reporting(at=daily, when_clean=when_clean)
        self.asked: list[tuple[datetime, datetime]] = []
        self.findings: tuple[Finding, ...] = ()
        self.is_away = False
        self.worker = self.begin()

    def begin(self) -> MorningReport:
        """Begin a worker; what the one before knew is lost."""
        self.leases = HeldLeases()
        deliveries = Deliveries([self.people], self.clock)
        self.courier = Courier(deliveries, self.clock, lambda _name, _conditions: None)
        self.worker = MorningReport(
            wanted=self.wanted,
            daily=self.daily,
            rows=self.store,
            gathered=self.gathered,
            deliveries=deliveries,
            leases=self.leases,
            clock=self.clock,
        )
        return self.worker

    async def gathered(self, since: datetime, until: datetime) -> Report:
        if self.is_away:
            raise StoreUnavailableError("gone")
        self.asked.append((since, until))
        act = Act(until, "ann", "show", "stopped it")
        return Report(
            since=since,
            until=until,
            findings=self.findings,
            broadcasts=(),
            alerts=(),
            acts=(act,) * (MOST_EACH + 3),
            participant_minutes=0,
            minutes=0,
            cost=Decimal(0),
            currency="USD",
        )

    async def look(self) -> None:
        await self.worker.look()
        self.courier.look()
        await settle()

    async def lives(self, span: timedelta, step: timedelta = timedelta(minutes=20)) -> None:
        for _ in range(int(span / step)):
            self.clock.move(step)
            await self.look()


async def test_it_is_sent_at_that_local_time_each_day_of_the_time_since_the_one_before() -> None:
    world = World(SEVEN - HOUR)
    await world.lives(timedelta(minutes=59), timedelta(minutes=1))
    assert world.people.due() == []
    await world.lives(3 * DAY)
    assert world.people.due() == [SEVEN, SEVEN + DAY, SEVEN + 2 * DAY]
    assert world.asked == [(due - DAY, due) for due in world.people.due()]


@pytest.mark.parametrize(
    ("now", "due", "hours"),
    [("2026-03-29T00:00Z", "2026-03-29T05:00Z", 23), ("2026-10-25T00:00Z", "2026-10-25T06:00Z", 25)],
)
async def test_when_the_clocks_change_it_is_of_a_shorter_or_a_longer_day(
    now: str, due: str, hours: int
) -> None:
    world = World(datetime.fromisoformat(now))
    await world.lives(12 * HOUR)
    at = datetime.fromisoformat(due)
    assert world.people.due() == [at]
    assert world.asked == [(at - hours * HOUR, at)]


@settings(max_examples=15)
@given(
    st.sampled_from(
        ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kolkata"]
    ),
    st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15)),
    st.sampled_from(["2026-03-28", "2026-10-24", "2026-04-04", "2026-04-23", "2026-10-31", "2026-10-29"]),
    st.sets(st.integers(0, 150), max_size=8),
)
async def test_each_local_day_has_one_whenever_workers_begin(
    zone: str, clock: time, day: str, begins: set[int]
) -> None:
    daily = Daily(clock, ZoneInfo(zone))
    began = datetime.fromisoformat(f"{day}T00:00Z")
    world = World(began, daily)
    for step in range(150):
        if step in begins:
            world.begin()
        await world.lives(HOUR / 2, HOUR / 2)
    told = world.people.due()
    wanted = [daily.last(world.clock.now())]
    while daily.before(wanted[0]) > began:
        wanted.insert(0, daily.before(wanted[0]))
    assert [each for each in told if each > began] == wanted
    assert len(told) == len(set(told))


async def test_a_worker_that_comes_up_late_sends_it_once_if_no_later_than_twelve_hours() -> None:
    world = World(SEVEN + 12 * HOUR)
    await world.look()
    world.begin()
    await world.lives(HOUR)
    assert world.people.due() == [SEVEN]
    later = World(SEVEN + 12 * HOUR + timedelta(seconds=1))
    await later.lives(HOUR)
    assert later.people.due() == []


async def test_of_two_workers_one_sends_it() -> None:
    world = World(SEVEN)
    first = world.worker
    second, courier = world.begin(), world.courier
    await first.look()
    await second.look()
    world.courier = courier
    await world.look()
    assert len(world.asked) == 1
    assert first.deliveries.reached_nobody("report")
    assert not second.deliveries.reached_nobody("report")


class Slow:
    """Rows that another worker writes between the look at them and the claim."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def last_report(self) -> datetime | None:
        return None

    async def claim_report(self, due: datetime, now: datetime) -> bool:
        return await self.store.claim_report(due, now)


async def test_two_that_find_it_due_at_once_do_not_both_send_it() -> None:
    world = World(SEVEN)
    for _ in range(2):
        world.begin().rows = Slow(world.store)
        await world.look()
    assert len(world.asked) == 2
    assert world.people.due() == [SEVEN]


async def test_with_silent_nothing_is_sent_when_all_went_well_but_what_did_not() -> None:
    world = World(SEVEN, when_clean=WhenClean.SILENT)
    await world.lives(HOUR)
    world.begin()
    world.findings = (LATE,)
    await world.lives(HOUR)
    assert world.people.due() == []
    await world.lives(DAY)
    assert world.people.due() == [SEVEN + DAY]


async def test_what_cannot_be_gathered_is_not_written_as_sent_and_is_tried_again() -> None:
    world = World(SEVEN)
    world.is_away = True
    with pytest.raises(StoreUnavailableError):
        await world.look()
    world.is_away = False
    world.begin()
    await world.look()
    assert world.people.due() == [SEVEN]


async def test_what_fails_to_be_delivered_is_sent_when_the_channel_works_again() -> None:
    world = World(SEVEN)
    world.people.fails = True
    await world.lives(HOUR, timedelta(seconds=30))
    world.people.fails = False
    await world.lives(HOUR, timedelta(seconds=30))
    assert world.people.due() == [SEVEN]


async def overdue_at(world: World, look: Callable[[], Awaitable[None]]) -> list[bool]:
    """Return whether it was overdue just before it may be, and then."""
    await look()
    world.clock.move(OVERDUE_AFTER - 1)
    before = world.worker.is_overdue()
    world.clock.move(1)
    return [before, world.worker.is_overdue()]


async def test_one_that_reached_nobody_for_ten_minutes_is_overdue_until_somebody_has_it() -> None:
    world = World(SEVEN)
    world.people.fails = True
    assert await overdue_at(world, world.look) == [False, True]
    world.people.fails = False
    world.clock.move(60)
    await world.look()
    assert not world.worker.is_overdue()


async def test_one_that_cannot_be_gathered_is_overdue_for_the_worker_whose_it_is() -> None:
    world = World(SEVEN)
    world.is_away = True

    async def look() -> None:
        with pytest.raises(StoreUnavailableError):
            await world.look()

    assert await overdue_at(world, look) == [False, True]
    world.leases.release()
    assert not world.worker.is_overdue()


async def test_the_next_day_does_not_hide_that_nobody_heard_of_this_one() -> None:
    world = World(SEVEN)
    world.people.fails = True
    await world.look()
    world.clock.move(DAY)
    await world.look()
    assert world.worker.is_overdue()


async def test_one_that_is_silent_or_another_workers_is_not_overdue() -> None:
    silent = World(SEVEN, when_clean=WhenClean.SILENT)
    assert await overdue_at(silent, silent.look) == [False, False]
    standing_by = World(SEVEN)
    await standing_by.store.claim_report(SEVEN, SEVEN)
    assert await overdue_at(standing_by, standing_by.look) == [False, False]


async def test_a_clock_that_was_a_year_ahead_silences_none() -> None:
    world = World(SEVEN + 365 * DAY)
    await world.look()
    world.clock.step(-365 * 86400.0)
    await world.look()
    assert world.people.due() == [SEVEN + 365 * DAY, SEVEN]
    world.clock.step(-3600.0)
    await world.look()
    world.clock.step(3600.0)
    await world.look()
    assert len(world.people.due()) == 2


async def test_a_webhook_is_told_no_more_of_each_than_it_can_take_and_how_much_is_left_out() -> None:
    world = World(SEVEN)
    await world.look()
    (found,) = world.people.got
    assert isinstance(found, ReportNotice)
    assert len(found.fields["orders"]) == MOST_EACH
    assert found.fields["left_out"] == {"orders": 3}
    assert (found.heading, found.fields["is_clean"]) == ("report: as planned", True)
