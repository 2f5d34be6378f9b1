"""Hosts are sent their links by the worker that holds the lease, once, and it is told when they were not."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from jobs.contact import Contact
from jobs.model import Host, Window
from jobs.reminder_text import Letter
from jobs.reminders import Delivery, Reminder
from tests.support.clock import settle
from tests.support.engine import HOUR, World
from worker.alerting.host_services import Told
from worker.engine.letters import Letters
from worker.engine.reminders import ReminderRows, Reminders
from worker.provider.errors import FaultyError
from worker.store.errors import StoreUnavailableError
from worker.store.records import Changes, Fence

MINUTE = timedelta(minutes=1)
ONE = Host("studio-1", "Anna", "presenter", Contact("mail:anna@example.org", (2 * HOUR, 15 * MINUTE)))
TWO = Host("studio-2", "Ben", "presenter", Contact("mail:ben@example.org", (2 * HOUR,)))
NOT_SENT = "show/reminder/reminder_not_sent"


@dataclass
class Post:
    """Takes messages, and says of them what it is told to."""

    says: Told = field(default_factory=lambda: Told(Delivery.SENT))
    taken: list[tuple[str, Letter]] = field(default_factory=list)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, contact: Contact, letter: Letter) -> Told:
        self.taken.append((contact.address, letter))
        await self.goes_on.wait()
        return self.says

    def links(self) -> list[tuple[str, str]]:
        return [(to, letter.text.rpartition(" ")[2]) for to, letter in self.taken]


class FlakyRows:
    """The store, which may not take what came of a message."""

    def __init__(self, world: World) -> None:
        self.store, self.locked = world.store, False
        for name in ("to_notify", "load", "reminders", "begin_reminder"):
            setattr(self, name, getattr(world.store, name))

    async def settle_reminder(self, run_id: str, reminder: Reminder) -> None:
        if self.locked:
            raise StoreUnavailableError("locked")
        await self.store.settle_reminder(run_id, reminder)


class Office:
    """A worker that tells hosts, and a show that is ready."""

    def __init__(self) -> None:
        self.world = World()
        self.post, self.rows = Post(), FlakyRows(self.world)
        self.post.goes_on.set()
        self.duty = self.another()

    def another(self) -> Reminders:
        """Return what another worker would tell hosts by."""
        world = self.world
        letters = Letters(
            gateways=world.reconciler.gateways,
            leases=world.leases,
            join_urls={"default": "https://meet.example.org/{meeting}?t={token}"},
        )
        return Reminders(
            rows=cast("ReminderRows", self.rows),
            letters=letters,
            services=self.post,
            leases=world.leases,
            alerts=world.alerts,
            clock=world.clock,
        )

    async def ready(self, *hosts: Host, **changes: Any) -> None:
        await self.world.add(hosts=hosts, **changes)
        await self.world.go()
        assert (await self.world.run()).state == "ready"
        self.world.client.asked.clear()

    async def move(self, by: timedelta) -> None:
        """Have it begin so much later."""
        world, record = self.world, await self.world.store.load("show")
        assert record
        assert record.accepted
        window = record.accepted.window
        later = replace(record.accepted, window=Window(window.starts_at + by, window.ends_at + by))
        updates = [(later, record.wanted_version)]
        await world.store.apply_plan(Changes(text="", by="me", at=world.clock.now(), updates=updates))
        await world.inbox.look()
        await world.go()

    async def look(self, seconds: float = 0) -> None:
        self.world.clock.move(seconds)
        await self.duty.look()
        await settle()

    async def told(self) -> list[tuple[str, str, str]]:
        return [(each.host, each.what, each.outcome) for each in await self.world.store.reminders("show")]


@pytest.fixture
def office() -> Office:
    return Office()


async def test_each_host_is_sent_their_own_link_once(office: Office) -> None:
    await office.ready(ONE, TWO)
    for _ in range(3):
        await office.look(5)
    assert office.post.links() == [
        ("anna@example.org", "https://meet.example.org/new?t=t-p1"),
        ("ben@example.org", "https://meet.example.org/new?t=t-p2"),
    ]
    assert await office.told() == [("studio-1", "2h", "sent"), ("studio-2", "2h", "sent")]
    assert office.world.client.asked == ["participants new", "token new p1", "token new p2"]
    await office.look(46 * 60)
    assert [to for to, _ in office.post.taken[2:]] == ["anna@example.org"]


async def test_nothing_is_sent_before_it_is_ready(office: Office) -> None:
    await office.world.add(hosts=(ONE,), prepare=timedelta(minutes=1))
    await office.world.go()
    await office.look()
    assert (office.post.taken, office.world.client.asked) == ([], [])


async def test_a_message_is_written_down_before_it_is_sent(office: Office) -> None:
    office.post.goes_on.clear()
    await office.ready(ONE)
    await office.look()
    assert await office.told() == [("studio-1", "2h", "sending")]
    await office.look(5)
    assert len(office.post.taken) == 1, "it is under way"
    office.post.goes_on.set()
    await settle()
    assert await office.told() == [("studio-1", "2h", "sent")]


async def test_what_was_under_way_when_a_worker_died_is_told_and_not_repeated(office: Office) -> None:
    office.post.goes_on.clear()
    await office.ready(ONE)
    await office.look()
    await office.duty.close()
    office.duty = office.another()
    office.post.goes_on.set()
    await office.look(30)
    assert office.world.alerts.open() == []
    await office.look(31)
    assert office.world.alerts.open() == [NOT_SENT]
    assert len(office.post.taken) == 1
    (text,) = [each.text for each in office.world.outbox.taken]
    assert text.startswith("it is not known whether Anna was sent the link")
    assert "example.org" not in text


async def test_what_another_worker_sends_is_not_sent_again(office: Office) -> None:
    await office.ready(ONE)
    office.post.goes_on.clear()
    another = office.another()
    await office.look()
    await another.look()
    office.post.goes_on.set()
    await settle()
    await another.look()
    await settle()
    assert len(office.post.taken) == 1


async def test_who_does_not_hold_the_lease_sends_nothing_and_mints_nothing(office: Office) -> None:
    await office.ready(ONE)
    office.world.leases.lost.add("default")
    await office.look()
    assert (office.post.taken, office.world.client.asked) == ([], [])


async def test_of_what_is_another_workers_nothing_is_told_and_nothing_taken_back(office: Office) -> None:
    office.post.says = Told(Delivery.UNKNOWN, "no answer within 15 s")
    await office.ready(ONE)
    office.world.leases.lost.add("default")
    left = Reminder(
        host=ONE.id,
        name=ONE.name,
        round=0,
        what="2h",
        starts_at=office.world.clock.now() + HOUR,
        outcome=Delivery.SENDING,
        at=office.world.clock.now() - HOUR,
    )
    fence = Fence("*", office.world.leases.terms()["*"])
    assert await office.world.store.begin_reminder("show", left, fence)
    await office.look()
    assert office.world.alerts.open() == []
    office.world.leases.lost.clear()
    await office.look(5)
    assert office.world.alerts.open() == [NOT_SENT]
    office.world.leases.lost.add("default")
    await office.look(5)
    assert office.world.alerts.open() == [NOT_SENT]


async def test_a_lease_that_is_lost_while_the_link_is_minted_has_nothing_sent(office: Office) -> None:
    await office.ready(ONE)
    office.world.client.on_ask = lambda: office.world.leases.lost.add("default")
    await office.look()
    assert office.post.taken == []
    assert await office.told() == []


async def test_a_term_that_is_over_has_nothing_sent(office: Office) -> None:
    await office.ready(ONE)
    office.world.leases.begin(99)
    await office.look()
    assert office.post.taken == []


async def test_what_failed_is_sent_again_and_told_until_it_arrives(office: Office) -> None:
    office.post.says = Told(Delivery.FAILED, "the service refused the message")
    await office.ready(ONE)
    for seconds in (0, 30, 60):
        assert office.world.alerts.open() == []
        await office.look(seconds)
    await office.look(5)
    assert office.world.alerts.open() == [NOT_SENT]
    assert len(office.post.taken) == 3
    office.post.says = Told(Delivery.SENT)
    await office.look(120)
    await office.look(5)
    assert office.world.alerts.open() == []
    assert await office.told() == [("studio-1", "2h", "sent")]
    assert len({link for _, link in office.post.links()}) == 1, "a test's own token; it is minted each time"
    assert office.world.client.asked.count("token new p1") == 4


async def test_a_provider_that_gives_no_token_is_told_and_asked_again(office: Office) -> None:
    await office.ready(ONE)
    office.world.client.trouble = FaultyError("500 internal error")
    for seconds in (0, 30, 60, 5):
        await office.look(seconds)
    assert office.world.alerts.open() == [NOT_SENT]
    office.world.client.trouble = None
    await office.look(120)
    assert len(office.post.taken) == 1


async def test_without_a_template_there_is_no_link_to_send(office: Office) -> None:
    office.duty.letters.join_urls = {}
    await office.ready(ONE)
    await office.look()
    ((host, _, outcome),) = await office.told()
    (recorded,) = await office.world.store.reminders("show")
    assert (host, outcome) == ("studio-1", "failed")
    assert recorded.detail == "CUELIGHT_ACCOUNTS__DEFAULT__JOIN_URL is not set"
    assert office.world.client.asked == []


async def test_a_host_whom_the_meeting_does_not_know_is_sent_nobody_elses_link(office: Office) -> None:
    await office.ready(replace(ONE, id="nobody"), TWO)
    await office.look()
    assert [to for to, _ in office.post.taken] == ["ben@example.org"]
    assert ("nobody", "2h", "failed") in await office.told()


async def test_a_meeting_of_another_tenant_is_not_asked_for(office: Office) -> None:
    await office.ready(ONE)
    gateways = office.world.reconciler.gateways
    office.duty.letters.gateways = {"default": replace(gateways["default"], tenant="another")}
    await office.look()
    assert (office.post.taken, office.world.client.asked) == ([], [])


async def test_who_knows_of_it_is_told_that_it_is_cancelled_with_no_call_to_the_provider(
    office: Office,
) -> None:
    await office.ready(ONE, TWO)
    await office.look()
    await office.world.store.cancel("show")
    await office.world.inbox.look()
    await office.world.go()
    office.world.client.asked.clear()
    for _ in range(2):
        await office.look(5)
    assert [letter.subject[:10] for _, letter in office.post.taken[2:]] == ["Cancelled:"] * 2
    assert office.world.client.asked == []


async def test_who_knows_of_it_is_told_that_it_moved(office: Office) -> None:
    await office.ready(ONE)
    await office.look()
    await office.move(5 * HOUR)
    await office.look(5)
    assert office.post.taken[1][1].subject.startswith("Moved: Show")
    assert await office.told() == [("studio-1", "2h", "sent"), ("studio-1", "changed", "sent")]


async def test_what_came_of_a_message_is_written_when_the_database_is_back(office: Office) -> None:
    office.rows.locked = True
    await office.ready(ONE)
    await office.look()
    assert await office.told() == [("studio-1", "2h", "sending")]
    office.rows.locked = False
    await office.look(5)
    assert await office.told() == [("studio-1", "2h", "sent")]
    assert len(office.post.taken) == 1
