"""Following a file: it is put in force as it changes, and cannot wipe the night (law 13)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.model import Broadcast, Window
from tests.support.clock import NOON, HandClock
from worker.alerting.alerts import Alerts
from worker.engine.schedule_file import REPLAN_EVERY, Follower
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline

ENTRY = "  - {{key: show-{number}, title: {title}, start: 2026-12-0{day}T18:00, duration: 1h}}\n"


def schedule(*numbers: int, title: str = "Show", day: int = 3) -> str:
    entries = "".join(ENTRY.format(number=number, title=title, day=day) for number in numbers)
    return f"timezone: UTC\nbroadcasts:\n{entries}"


SHOW_4 = Broadcast(id="show-4", title="Mine", window=Window(NOON, NOON + timedelta(hours=1)))


class World:
    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.store = inline()
        self.alerts = Alerts(self.store, self.clock)
        self.path = folder / "schedule.yaml"
        horizon = timedelta(days=14)
        self.follower = Follower(self.path, self.store, ["default"], horizon, self.alerts, self.clock)

    async def follow(self, text: str) -> dict[str, bool]:
        """Write the file and follow it; return the rows, and whether each is still wanted."""
        self.path.write_text(text)
        await self.follower.follow()
        return {row.id: not row.cancelled for row in await self.store.overview()}

    def told(self) -> list[str]:
        return self.alerts.open()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_what_the_file_asks_for_becomes_rows(world: World) -> None:
    assert await world.follow(schedule(1, 2)) == {"show-1": True, "show-2": True}
    assert await world.follow(schedule(1, 2, 3)) == {"show-1": True, "show-2": True, "show-3": True}
    assert world.told() == []


async def test_an_empty_a_broken_and_a_missing_file_change_nothing_and_are_told(world: World) -> None:
    before = await world.follow(schedule(1, 2))
    for broken in ("", "broadcasts: [", "\x00", "broadcasts: []"):
        assert await world.follow(broken) == before
        assert world.told() == ["schedule/schedule_broken"]
    world.path.unlink()
    await world.follower.follow()
    assert world.told() == ["schedule/schedule_broken"]
    assert await world.follow(schedule(1, 2)) == before
    assert world.told() == []


async def test_a_file_that_removes_too_much_is_not_followed(world: World) -> None:
    before = await world.follow(schedule(1, 2, 3, 4, 5))
    assert await world.follow(schedule(1)) == before
    assert world.told() == ["schedule/schedule_removes_too_much"]


async def test_a_file_that_removes_a_little_is_followed(world: World) -> None:
    await world.follow(schedule(1, 2, 3))
    assert await world.follow(schedule(1, 3)) == {"show-1": True, "show-2": False, "show-3": True}
    assert world.told() == []


async def test_an_older_schedule_is_not_put_in_force_again_by_following(world: World) -> None:
    old = schedule(1, title="Old")
    await world.follow(old)
    await world.follow(schedule(1, title="New"))
    await world.follow(old)
    assert world.told() == ["schedule/schedule_superseded"]
    assert [row.title for row in await world.store.overview()] == ["New"]


async def test_what_the_database_did_not_take_is_put_in_force_when_it_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.follow(schedule(1))
    world.path.write_text(schedule(1, 2))
    with monkeypatch.context() as away:
        away.setattr(world.store, "apply_plan", _unavailable)
        with pytest.raises(StoreUnavailableError):
            await world.follower.follow()
    await world.follower.follow()
    assert [row.id for row in await world.store.overview()] == ["show-1", "show-2"]


async def _unavailable(_: object) -> None:
    raise StoreUnavailableError("the database does not answer")


async def test_an_unchanged_file_is_planned_again_as_its_horizon_moves_on(world: World) -> None:
    weekly = schedule(1).replace("duration: 1h", "duration: 1h, repeat: FREQ=WEEKLY")
    assert len(await world.follow(weekly)) == 2
    world.clock.move(timedelta(days=7))
    assert len(await world.follow(weekly)) == 3
    world.clock.move(REPLAN_EVERY / 2)
    world.path.touch()
    assert len(await world.follow(weekly)) == 3


async def test_an_operators_cancellation_outlives_the_file(world: World) -> None:
    await world.follow(schedule(1, 2))
    await world.store.cancel("show-1")
    assert await world.follow(schedule(1, 2, title="Changed")) == {"show-1": False, "show-2": True}


async def test_each_broadcast_that_the_file_cannot_have_its_way_with_is_told_by_itself(world: World) -> None:
    await world.store.add(SHOW_4)
    await world.follow(schedule(1, 2, 3, 4))
    assert world.told() == ["schedule/show-4/schedule_remarks"]
    await world.store.add(replace(SHOW_4, id="show-5"))
    await world.follow(schedule(1, 2, 3, 4, 5))
    assert sorted(world.told()) == ["schedule/show-4/schedule_remarks", "schedule/show-5/schedule_remarks"]
    await world.follow(schedule(1, 2, 3, 5))
    assert world.told() == ["schedule/show-5/schedule_remarks"]


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
async def test_the_same_content_with_other_line_ends_is_the_same_content(world: World, ending: str) -> None:
    new, old = schedule(1, title="New"), schedule(1, title="Old")
    await world.follow(old)
    await world.follow(new)
    world.path.write_bytes(old.replace("\n", ending).encode())
    await world.follower.follow()
    assert world.told() == ["schedule/schedule_superseded"]
    world.path.write_bytes(new.replace("\n", ending).encode())
    await world.follower.follow()
    assert world.told() == []
    await world.follow(schedule(1, 2, title="New"))
    await world.follow(schedule(1, title="Newest"))
    assert world.told() == []
    assert len(await world.store.schedule_hashes()) == 4


async def test_a_service_that_is_not_set_breaks_the_file_and_one_that_is_does_not(world: World) -> None:
    host = "{name: Anna, preset: p, id: anna, notify: mail:anna@example.org}"
    told = schedule(1).replace("duration: 1h}", f"duration: 1h, hosts: [{host}]}}")
    world.follower.services = ()
    assert await world.follow(told) == {}
    assert world.told() == ["schedule/schedule_broken"]
    world.follower.services = ("mail",)
    world.clock.move(REPLAN_EVERY)
    assert await world.follow(told) == {"show-1": True}
    assert world.told() == []
