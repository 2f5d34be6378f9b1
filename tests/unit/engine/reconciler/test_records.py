"""What is written down and when, and what follows while it cannot be."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobs.marker import marker
from jobs.model import Kind, Outcome
from jobs.run.intake import Intake
from jobs.run.lifecycle import State
from jobs.run.observations import NO_STREAM, Stream, StreamStatus
from tests.support.clock import settle
from tests.support.engine import TAG, World
from tests.support.leases import term_begun
from worker.engine.recorder import StaleError
from worker.provider.errors import UnansweredError
from worker.store.records import Alert, Save, Saved, Stale


async def test_an_attempt_is_written_down_before_it_is_made(world: World) -> None:
    await world.add()
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    await world.reconciler.reconcile("show")
    kinds = [(each.kind, each.outcome) for save in world.records.saved for each in save.attempts]
    assert kinds == [(Kind.CREATE, Outcome.PENDING), (Kind.CREATE, Outcome.UNKNOWN)]


async def test_the_stop_leaves_before_anything_is_written(world: World) -> None:
    await world.on_air()
    world.records.locked = True
    await world.go(3595)
    assert world.client.asked.count("stop new") == 1
    assert len(world.failsafe.unrecorded("show")) == 1
    world.clock.move(1)
    world.failsafe.look()
    await settle()
    assert world.client.asked.count("stop new") == 1
    world.records.locked = False
    world.client.streams_of["new"] = NO_STREAM
    await world.go(1)
    run = await world.run()
    assert [each.kind for each in run.attempts][-2:] == [Kind.STOP, Kind.CLOSE]
    assert run.state is State.STOPPING
    assert not world.failsafe.unrecorded("show")


async def test_what_was_live_while_nothing_could_be_written_down_has_aired(world: World) -> None:
    await world.add()
    await world.go()
    await world.go(3600)
    world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
    world.records.locked = True
    for _ in range(10):
        await world.go(360)
    assert "stop new" in world.client.asked
    world.client.streams_of["new"] = NO_STREAM
    world.records.locked = False
    for _ in range(10):
        await world.go(2)
    run = await world.run()
    assert run.state is State.ENDED
    assert run.live_at
    assert "show/missed" not in [each.key for each in world.outbox.taken]


async def test_what_cannot_be_written_down_is_told_once_and_not_in_turns_with_its_end(world: World) -> None:
    """Each pass begins at what is recorded: before the start, where nobody has to be there."""
    await world.add()
    await world.go()
    world.records.locked = True
    world.clock.move(3600)
    for _ in range(200):
        await world.go(1)
    assert [each.key for each in world.outbox.taken] == ["show/not_open"]


async def test_a_record_is_read_once_and_anew_when_its_row_changed_or_the_term_is_another(
    world: World,
) -> None:
    await world.on_air()
    read = world.records.loads
    await world.go(30)
    assert world.records.loads == read, "a pass under its own lease asks the database nothing"
    world.recorder.hear_of("show", 1)
    await world.go(30)
    assert world.records.loads == read + 1
    world.leases.begin(term_begun(world.store))
    await world.go(30)
    assert world.records.loads == read + 2


async def test_the_alert_of_what_is_over_is_written_before_it_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.add()
    await world.go()
    await world.go(3600)
    order: list[str] = []
    save, raised = world.records.save, world.store.raise_alert

    async def saving(what: Save) -> Saved | Stale:
        order.append(what.after.state)
        return await save(what)

    async def raising(alert: Alert, at: datetime) -> None:
        order.append(alert.key)
        await raised(alert, at)

    monkeypatch.setattr(world.records, "save", saving)
    monkeypatch.setattr(world.store, "raise_alert", raising)
    for _ in range(9):
        await world.go(3600 / 5)
    assert (await world.run()).state is State.MISSED
    assert order.index("show/missed") < order.index(State.MISSED)


async def test_a_stale_pass_changes_nothing_and_is_made_again(world: World) -> None:
    await world.add()
    record = await world.store.load("show")
    assert record
    await world.store.save(Save(record.run, replace(record.run, why="somebody else")))
    draft = world.recorder.begin(record)
    draft.run = replace(record.run, state=State.MISSED)
    with pytest.raises(StaleError, match="show"):
        await world.recorder.write(draft)
    assert (await world.run()).state is State.PLANNED


async def test_an_account_edited_before_there_is_a_meeting_moves_the_room(world: World) -> None:
    await world.add(starts_in=timedelta(hours=100))
    await world.go()
    record = await world.store.load("show")
    assert record
    assert record.accepted
    elsewhere = replace(record.accepted, account="events")
    draft = world.recorder.begin(record)
    world.reconciler._take_in(draft, record, Intake(elsewhere))
    run = await world.recorder.write(draft)
    assert (run.room.account, run.room.marker) == ("events", marker(TAG, "events", "show"))


async def test_what_is_over_leaves_nothing_in_memory(world: World) -> None:
    await world.on_air()
    world.client.streams_of["new"] = NO_STREAM
    world.client.found = ()
    await world.go(3600)
    for _ in range(3):
        await world.go(2)
    assert (await world.run()).state is State.ENDED
    assert await world.go(120) is None
    assert world.failsafe.on_air() == ()
    assert not world.reconciler.gateways["default"].reader._book.runs
    assert not world.recorder._versions
