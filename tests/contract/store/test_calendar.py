"""What calendars are told: the window in force, and a revision that grows with every change of it."""

from dataclasses import replace
from datetime import datetime

from jobs.model import Window
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House
from worker.store.calendars import Appointment
from worker.store.records import Save

LONG_AGO = NOON - 1000 * HOUR


async def told(house: House, *accounts: str, since: datetime = LONG_AGO, most: int = 9) -> list[Appointment]:
    parts = house.store.calendar(since, accounts, most=most, at_once=2)
    return [each async for part in parts for each in part]


async def only(house: House) -> Appointment:
    (found,) = await told(house)
    return found


async def test_the_earliest_start_comes_first_and_no_more_are_read_than_asked_for(house: House) -> None:
    for number, each in enumerate(("d", "b", "a", "c")):
        house.insert(each, starts_at=f"2026-12-01T1{number}:00Z", ends_at="2026-12-01T19:00Z")
    assert [each.id for each in await told(house)] == ["d", "b", "a", "c"]
    assert [each.id for each in await told(house, most=3)] == ["d", "b", "a"]


async def test_what_ended_before_and_what_has_no_valid_window_is_left_out(house: House) -> None:
    house.insert("old", starts_at="2026-01-01T18:00Z", ends_at="2026-01-01T19:00Z")
    house.insert("bad", ends_at="never")
    house.insert("show")
    assert (await only(house)).id == "show"


async def test_only_the_accounts_that_are_named_are_told(house: House) -> None:
    house.insert("a", account="events")
    house.insert("b", account="other")
    house.insert("c")
    assert [each.id for each in await told(house, "events", "default")] == ["a", "c"]


async def test_the_window_in_force_is_told_until_a_worker_takes_over_another(house: House) -> None:
    run = await house.taken_up()
    before = await only(house)
    house.sql("UPDATE broadcasts SET ends_at = '2026-12-01T21:00Z' WHERE id = 'a'")
    waiting = await only(house)
    record = await house.record("a")
    assert record.accepted is not None
    longer = replace(record.accepted, window=Window(NOON + 6 * HOUR, NOON + 9 * HOUR))
    await house.saved(Save(run, run, accepted=longer, heeded=record.wanted_version))
    after = await only(house)
    assert [each.ends_at for each in (before, waiting, after)] == [
        NOON + 7 * HOUR,
        NOON + 7 * HOUR,
        NOON + 9 * HOUR,
    ]
    assert before.revision < waiting.revision < after.revision


async def test_a_row_that_cannot_be_read_any_more_is_told_by_the_window_in_force(house: House) -> None:
    await house.taken_up()
    house.sql("UPDATE broadcasts SET ends_at = 'never' WHERE id = 'a'")
    assert (await only(house)).ends_at == NOON + 7 * HOUR
    assert await told(house, since=NOON + 7 * HOUR) == []


async def test_every_change_of_the_row_makes_the_revision_grow(house: House) -> None:
    house.insert()
    revisions = [(await only(house)).revision]
    for change in ("title = 'B'", "starts_at = '2026-12-01T17:00Z'", "cancelled = true", "cancelled = false"):
        house.sql(f"UPDATE broadcasts SET {change} WHERE id = 'a'")  # noqa: S608 - our own words
        revisions.append((await only(house)).revision)
    assert revisions == sorted(set(revisions))


async def test_being_taken_up_changes_neither_window_nor_title(house: House) -> None:
    house.insert("b")
    fresh = await only(house)
    await house.taken_up("a")
    taken = (await told(house))[0]
    assert (taken.starts_at, taken.ends_at, taken.title) == (fresh.starts_at, fresh.ends_at, fresh.title)
    assert taken.revision > fresh.revision


async def test_what_became_of_it_and_when_it_changed_is_told(house: House) -> None:
    run = await house.taken_up()
    later = NOON + 100_000 * HOUR
    after = replace(run, state=State.READY, entered_at=later, playback_url="https://x/y")
    await house.saved(Save(run, after))
    found = await only(house)
    assert (found.state, found.playback_url, found.changed_at) == (State.READY, "https://x/y", later)
    assert found.cancelled is False


async def test_the_tag_is_kept_once_it_is_made(house: House) -> None:
    assert await house.store.kept_tag() is None
    made = await house.store.installation_tag()
    assert await house.store.kept_tag() == made
