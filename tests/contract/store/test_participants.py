"""How long people were in the meetings of what was on the air: awaited, kept, and gone with the run."""

from dataclasses import replace
from datetime import datetime, timedelta

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House
from worker.store.duties import Awaited
from worker.store.records import Save

OVER = NOON + HOUR
DAY = timedelta(days=1)


async def over(house: House, id_: str, **columns: str) -> None:
    """Take up a broadcast of which everything is done, in a meeting of its own."""
    run = await house.taken_up(id_, **columns)
    room = replace(run.room, meeting_id=f"m-{id_}")
    done = replace(run, state=State.MISSED, room=room, live_at=NOON, looked_back_at=OVER)
    await house.saved(Save(run, done))


async def awaited(house: House, since: datetime = OVER - HOUR, account: str = "default") -> list[str]:
    found = await house.store.participants_awaited(account, since, OVER + HOUR)
    return [each.run_id for each in found]


async def test_what_was_on_the_air_is_awaited_until_it_is_known(house: House) -> None:
    await over(house, "a")
    await over(house, "b")
    found = await house.store.participants_awaited("default", OVER - HOUR, OVER)
    assert found == [Awaited("a", "m-a", NOON), Awaited("b", "m-b", NOON)]
    await house.store.keep_participants_times({"a": timedelta(minutes=3)}, OVER)
    assert await awaited(house) == ["b"]
    await house.store.keep_participants_times({"a": HOUR, "b": timedelta(seconds=1)}, OVER)
    assert await awaited(house) == []
    assert await house.store.participants_times(["a", "b", "none"]) == {
        "a": timedelta(minutes=3),
        "b": timedelta(seconds=1),
    }


async def test_what_is_of_another_account_or_too_old_or_not_done_or_never_aired_is_not(house: House) -> None:
    await over(house, "a")
    assert await awaited(house, account="other") == []
    assert await awaited(house, since=OVER) == []
    assert await house.store.participants_awaited("default", OVER - HOUR, OVER - timedelta(seconds=1)) == []
    house.sql("UPDATE runs SET live_at = NULL")
    assert await awaited(house) == []


async def test_a_shared_meeting_is_not_awaited_nor_one_that_served_another_run(house: House) -> None:
    await over(house, "webinar@2026-12-01", source="schedule", entry="webinar", room="shared")
    await over(house, "a")
    await over(house, "b")
    assert await awaited(house) == ["a", "b"]
    house.sql("UPDATE runs SET room_key = (SELECT room_key FROM runs WHERE id = 'a') WHERE id = 'b'")
    assert await awaited(house) == []


async def test_an_instant_that_nobody_can_read_keeps_nothing_else_from_being_known(house: House) -> None:
    await over(house, "a")
    await over(house, "b")
    house.sql(f"UPDATE runs SET live_at = {house.no_instant} WHERE id = 'a'")  # noqa: S608  A literal.
    assert await awaited(house) == ["b"]


async def test_it_goes_with_the_run(house: House) -> None:
    await over(house, "a")
    await house.store.keep_participants_times({"a": HOUR}, OVER)
    house.sql("DELETE FROM unheeded")
    while await house.store.forget(NOON + 30 * DAY):
        pass
    assert house.sql("SELECT run_id FROM participant_minutes") == []
