"""What was read last of calendars: one copy for each entry, kept until another takes its place."""

from dataclasses import replace
from datetime import timedelta

from tests.support.clock import NOON
from tests.unit.store.house import HOUR, MINE, House, broadcast
from worker.store.calendars import CalendarCopy
from worker.store.records import Changes

COPY = CalendarCopy(
    entry="house",
    source="s1",
    content="c1",
    feed='{"instances":[]}',
    fetched_at=NOON,
    checked_at=NOON,
    reaches=NOON + timedelta(days=104),
    etag='"7"',
    last_modified="Tue, 01 Dec 2026 00:00:00 GMT",
)


async def test_a_copy_comes_out_as_it_was_put_in_and_the_next_takes_its_place(house: House) -> None:
    assert await house.store.calendars(["house"]) == []
    await house.store.keep_calendar(COPY)
    await house.store.keep_calendar(replace(COPY, entry="garden"))
    newer = replace(COPY, content="c2", feed="{}", fetched_at=NOON + HOUR, etag="")
    await house.store.keep_calendar(newer)
    assert await house.store.calendars(["house"]) == [newer]
    assert len(await house.store.calendars(["house", "garden", "none"])) == 2
    assert await house.store.calendars([]) == []


async def test_its_mark_is_another_when_the_copy_is_and_only_then(house: House) -> None:
    await house.store.keep_calendar(COPY)
    (before,) = (await house.store.calendar_marks()).values()
    await house.store.calendar_checked(COPY, NOON + HOUR)
    assert list((await house.store.calendar_marks()).values()) == [before]
    for newer in (replace(COPY, content="c2"), replace(COPY, reaches=NOON), replace(COPY, source="s2")):
        await house.store.keep_calendar(newer)
        assert list((await house.store.calendar_marks()).values()) != [before]


async def test_a_look_that_finds_it_as_it_was_says_when_of_that_copy_alone(house: House) -> None:
    await house.store.keep_calendar(COPY)
    await house.store.calendar_checked(replace(COPY, etag='"8"'), NOON + HOUR)
    (found,) = await house.store.calendars(["house"])
    assert found == replace(COPY, checked_at=NOON + HOUR, etag='"8"')
    await house.store.calendar_checked(replace(COPY, content="another"), NOON + 2 * HOUR)
    assert await house.store.calendars(["house"]) == [found]


async def test_a_plan_and_the_copies_that_it_was_made_by_are_written_together(house: House) -> None:
    wanted = broadcast("house@c0123abcd", entry="house")
    await house.store.apply_plan(Changes(text="x", by=MINE, at=NOON, inserts=[wanted], calendars=[COPY]))
    assert await house.store.calendars(["house"]) == [COPY]


async def test_a_copy_that_nobody_looks_after_is_forgotten_in_time(house: House) -> None:
    await house.store.keep_calendar(COPY)
    assert await house.store.forget(NOON) == 0
    assert await house.store.forget(NOON + HOUR) == 1
    assert await house.store.calendars(["house"]) == []
