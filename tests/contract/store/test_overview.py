"""What `status` shows."""

from dataclasses import replace

import pytest

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House
from worker.store.records import Save


async def test_the_overview_tells_of_what_became_of_each_row(house: House) -> None:
    run = await house.taken_up()
    room = replace(run.room, meeting_id="m-1")
    after = replace(run, state=State.READY, room=room, why="prepared", playback_url="https://x/y")
    await house.saved(Save(run, after))
    house.insert("b", title="B", account="events")
    house.sql("UPDATE broadcasts SET ends_at = 'never' WHERE id = 'a'")
    one, two = sorted(await house.store.overview(), key=lambda each: each.id)
    assert (one.state, one.meeting_id, one.playback_url) == (State.READY, "m-1", "https://x/y")
    assert one.why.startswith("ends_at: 'never' is not a time")
    assert (one.starts_at, one.ends_at) == (NOON + 6 * HOUR, NOON + 7 * HOUR)
    assert (two.state, two.title, two.account, two.meeting_id) == (None, "B", "events", None)
    assert (two.starts_at, two.ends_at) == (NOON + 6 * HOUR, NOON + 7 * HOUR)


async def test_the_overview_leaves_out_what_was_over_long_ago(house: House) -> None:
    run = await house.taken_up()
    await house.saved(Save(run, replace(run, state=State.MISSED, looked_back_at=NOON)))
    await house.taken_up("b")
    assert [each.id for each in await house.store.overview(NOON + 24 * HOUR)] == ["b"]
    assert len(await house.store.overview(NOON)) == 2


async def test_one_row_is_found_by_its_id_as_the_overview_tells_of_it(house: House) -> None:
    for each in ("a", "b", "c"):
        house.insert(each)
    assert await house.store.find("b") == (await house.store.overview())[1]
    assert await house.store.find("d") is None


async def test_what_is_of_years_is_read_a_part_at_a_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.store.history.PART", 2)
    for each in ("d", "b", "e", "a", "c"):
        house.insert(each)
    assert [each.id for each in await house.store.overview()] == ["a", "b", "c", "d", "e"]
