"""Messages to hosts as rows: each begun once, in the name of a term, and what came of it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from config.bounds import LONGEST_JSON
from jobs.contact import Contact
from jobs.model import Broadcast, Host, Unreadable
from jobs.reminders import CANCELLED, Delivery, Reminder
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House, RefusedError
from worker.store.duties import ToNotify
from worker.store.records import Changes, Fence

FIRST = Reminder(
    host="anna", name="Anna", round=0, what="24h", starts_at=NOON, outcome=Delivery.SENDING, at=NOON
)
HOSTS = json.dumps([{"id": "anna", "name": "Anna", "preset": "p"}])
NOTIFY = json.dumps({"anna": {"to": "mail:anna@example.org", "remind": ["15m", "2h"], "zone": "Asia/Tokyo"}})


async def held(house: House, holder: str = "w", group: str = "default") -> Fence:
    term = await house.store.take_lease(group, holder, 60)
    assert term is not None
    return Fence(group, term)


async def told(house: House) -> list[Reminder]:
    return await house.store.reminders("a")


async def test_a_message_is_begun_once_and_what_came_of_it_is_kept(house: House) -> None:
    await house.taken_up()
    fence = await held(house)
    assert await house.store.begin_reminder("a", FIRST, fence)
    assert await told(house) == [FIRST]
    assert not await house.store.begin_reminder("a", FIRST, fence)
    sent = replace(FIRST, outcome=Delivery.SENT)
    await house.store.settle_reminder("a", sent)
    assert await told(house) == [sent]
    assert not await house.store.begin_reminder("a", replace(FIRST, tries=2), fence)


async def test_what_failed_is_begun_again_by_one_alone(house: House) -> None:
    await house.taken_up()
    fence = await held(house)
    assert await house.store.begin_reminder("a", FIRST, fence)
    failed = replace(FIRST, outcome=Delivery.FAILED, detail="refused")
    await house.store.settle_reminder("a", failed)
    assert await told(house) == [failed]
    again = replace(FIRST, tries=2, at=NOON + HOUR, starts_at=NOON + HOUR)
    assert await house.store.begin_reminder("a", again, fence)
    assert not await house.store.begin_reminder("a", again, fence)
    assert await told(house) == [again]


async def test_an_answer_that_comes_late_counts_but_not_that_of_an_earlier_try(house: House) -> None:
    await house.taken_up()
    fence = await held(house)
    await house.store.begin_reminder("a", FIRST, fence)
    await house.store.settle_reminder("a", replace(FIRST, outcome=Delivery.UNKNOWN, detail="hangs"))
    await house.store.settle_reminder("a", replace(FIRST, outcome=Delivery.SENT))
    assert [each.outcome for each in await told(house)] == [Delivery.SENT]
    other = replace(FIRST, what="15m")
    await house.store.begin_reminder("a", other, fence)
    await house.store.settle_reminder("a", replace(other, outcome=Delivery.FAILED))
    await house.store.begin_reminder("a", replace(other, tries=2), fence)
    await house.store.settle_reminder("a", replace(other, outcome=Delivery.SENT))
    assert [each.outcome for each in await told(house)] == [Delivery.SENT, Delivery.SENDING]


async def test_who_holds_the_lease_no_more_begins_none(house: House) -> None:
    await house.taken_up()
    fence = await held(house)
    await house.store.resign_leases({"default": fence.term}, "w")
    await held(house, "another")
    assert not await house.store.begin_reminder("a", FIRST, fence)
    assert await told(house) == []


async def test_messages_are_known_apart_by_host_round_and_lead(house: House) -> None:
    await house.taken_up()
    fence = await held(house)
    others = [replace(FIRST, host="ben"), replace(FIRST, round=1), replace(FIRST, what="15m")]
    for each in (FIRST, *others):
        assert await house.store.begin_reminder("a", each, fence)
    assert await told(house) == [FIRST, *others]


async def looked_for(house: House, state: str, *, notify: str = NOTIFY, told_of: bool = False) -> bool:
    """Whether the hosts of a run in this state may have to be told something."""
    await house.taken_up(hosts=HOSTS, notify=notify)
    if told_of:
        await house.store.begin_reminder("a", FIRST, await held(house))
    house.sql("UPDATE runs SET state = ?", state)
    run = await house.loaded("a")
    found = await house.store.to_notify(NOON - HOUR)
    (version,) = house.sql("SELECT version FROM broadcasts")[0]
    assert found in ([], [ToNotify("a", "default", (run.version, version))])
    return bool(found)


@pytest.mark.parametrize("state", ["ready", "starting", "live", "interrupted"])
async def test_hosts_are_looked_for_where_there_is_a_way_in(house: House, state: str) -> None:
    assert await looked_for(house, state)


@pytest.mark.parametrize("state", ["planned", "stopping", "ended", "missed", "cancelled", "rejected"])
async def test_hosts_are_not_looked_for_elsewhere(house: House, state: str) -> None:
    assert not await looked_for(house, state)


@pytest.mark.parametrize("state", ["stopping", "cancelled"])
async def test_hosts_who_know_of_it_are_looked_for_when_it_is_called_off(house: House, state: str) -> None:
    assert await looked_for(house, state, told_of=True)


async def test_nobody_is_looked_for_where_no_host_is_told(house: House) -> None:
    assert not await looked_for(house, "ready", notify="{}")


async def test_what_was_called_off_long_ago_is_not_looked_at(house: House) -> None:
    assert await looked_for(house, "cancelled", told_of=True)
    assert await house.store.to_notify(NOON + timedelta(days=1)) == []


async def test_a_renamed_run_keeps_what_its_hosts_were_told_and_a_forgotten_one_does_not(
    house: House,
) -> None:
    await house.taken_up(source="schedule", entry="a")
    await house.store.begin_reminder("a", FIRST, await held(house))
    await house.store.apply_plan(Changes(text="", by="me", at=NOON, renames=[("a", "b")]))
    assert await house.store.reminders("b") == [FIRST]
    house.sql("UPDATE runs SET state = 'ended', looked_back_at = entered_at")
    house.sql("DELETE FROM unheeded")
    while await house.store.forget(NOON + timedelta(days=400)):
        pass
    assert house.sql("SELECT id FROM runs") == []
    assert house.sql("SELECT run_id FROM reminders") == []


async def wanted(house: House, **columns: str) -> Broadcast | Unreadable:
    house.insert(**columns)
    found = await house.store.fresh("a")
    assert found
    return found[0]


async def test_a_row_says_how_its_hosts_are_told(house: House) -> None:
    found = await wanted(house, hosts=HOSTS, notify=NOTIFY)
    leads = (timedelta(hours=2), timedelta(minutes=15))
    contact = Contact("mail:anna@example.org", leads, "Asia/Tokyo")
    assert isinstance(found, Broadcast)
    assert found.hosts == (Host("anna", "Anna", "p", contact),)


async def test_a_host_who_is_there_no_more_is_told_nothing(house: House) -> None:
    """The release before takes hosts away and leaves how they were told."""
    found = await wanted(house, notify=NOTIFY)
    assert isinstance(found, Broadcast)
    assert found.hosts == ()


@pytest.mark.parametrize(
    ("notify", "reason"),
    [
        ("[]", "notify: write a JSON object"),
        ('{"anna": "mail:anna"}', 'notify: write {"studio-1": {"to"'),
        ('{"anna": {"to": "anna"}}', "notify: write a service and an address there"),
        ('{"anna": {"to": "mail:a", "by": 1}}', 'notify: write {"studio-1": {"to"'),
        ('{"anna": {"to": "mail:a", "remind": "24h"}}', 'notify: write {"studio-1": {"to"'),
        ('{"anna": {"to": "mail:a", "remind": [24]}}', "notify: not text"),
        ('{"anna": {"to": "mail:a", "remind": ["24"]}}', "notify: 24 has no unit"),
        ('{"anna": {"to": "mail:a", "remind": []}}', "notify: 0 reminders: write 1 to 8"),
        ('{"anna": {"to": "mail:a", "remind": ["1s"]}}', "notify: a reminder is 1m to 366d"),
        ('{"anna": {"to": "mail:a", "zone": "Berlin"}}', "notify: unknown time zone 'Berlin'"),
    ],
)
async def test_what_says_no_way_to_tell_a_host_is_refused(house: House, notify: str, reason: str) -> None:
    found = await wanted(house, hosts=HOSTS, notify=notify)
    assert isinstance(found, Unreadable)
    assert found.reason.startswith(reason)


async def test_a_change_of_it_is_stamped_once_whatever_else_changes(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET notify = ?", NOTIFY)
    assert house.sql("SELECT version FROM broadcasts") == house.sql("SELECT version FROM unheeded") == [(2,)]
    house.sql("UPDATE broadcasts SET notify = '{}', title = 'B', hosts = ?", HOSTS)
    assert house.sql("SELECT version FROM broadcasts") == house.sql("SELECT version FROM unheeded") == [(3,)]


async def test_how_hosts_are_told_has_a_bound(house: House) -> None:
    house.insert("fits", notify="x" * LONGEST_JSON)
    with pytest.raises(RefusedError, match="the notify of a broadcast has"):
        house.insert("long", notify="x" * (LONGEST_JSON + 1))
    with pytest.raises(RefusedError, match="the notify of a broadcast has"):
        house.sql("UPDATE broadcasts SET notify = ?", "x" * (LONGEST_JSON + 1))


async def test_a_cancellation_is_a_message_like_any_other(house: House) -> None:
    await house.taken_up()
    off = replace(FIRST, what=CANCELLED)
    assert await house.store.begin_reminder("a", off, await held(house))
    assert await told(house) == [off]
