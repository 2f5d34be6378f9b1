"""The pass over a real store: what is written, in which order, and what a bad run does to others."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from prometheus_client.parser import text_string_to_metric_families

from jobs.conditions import Condition
from jobs.ids import room_of_entry
from jobs.marker import marker
from jobs.model import Attempt, Broadcast, Doors, GoLive, Kind, Outcome, RoomUse, Run, Window
from jobs.policy import Policy
from jobs.run.decision import WaitUntil
from jobs.run.intake import Intake
from jobs.run.lifecycle import State
from jobs.run.observations import NO_STREAM, Stream, StreamStatus
from jobs.subject import Subject, SubjectKind
from tests.support.clock import HandClock
from tests.support.gateway import gateway_of
from tests.support.leases import HeldLeases, term_begun
from tests.support.provider import LaidOutClient
from worker.alerting.alerts import Alerts
from worker.alerting.message import Message
from worker.engine.database_reach import DatabaseReach
from worker.engine.failsafe import Failsafe
from worker.engine.inbox import Inbox, Tray
from worker.engine.locks import TOLD_AFTER, TRIED_AGAIN_AFTER, Locks
from worker.engine.passes import Passes
from worker.engine.reconciler import Reconciler
from worker.engine.recorder import Recorder, StaleError
from worker.engine.requests import Desk, Requests
from worker.gateway.permit import NoTurnError
from worker.health.metrics import Metrics
from worker.provider.errors import CredentialsError, UnansweredError
from worker.store.errors import LockedError, StoreUnavailableError
from worker.store.opening import inline
from worker.store.records import Alert, Arrival, Changes, Glance, Record, Save, Saved, Stale, Taken
from worker.store.store import Store

HOUR = timedelta(hours=1)
TAG = "test"
CLOSED = "patch new {'live_stream_on_start': False, 'status': 'INACTIVE'}"


@dataclass
class FlakyRecords:
    """The store, which may be out of reach for writes."""

    store: Store
    locked: bool = False
    held: bool = False
    """Whether another session holds the row that is to be written."""
    saved: list[Save] = field(default_factory=list)
    loads: int = 0
    """How often a record was asked for."""

    async def load(self, run_id: str) -> Record | None:
        self.loads += 1
        return await self.store.load(run_id)

    async def save(self, save: Save) -> Saved | Stale:
        if self.locked:
            raise StoreUnavailableError("locked")
        if self.held:
            raise LockedError("a row is locked")
        self.saved.append(save)
        return await self.store.save(save)


@dataclass
class Taking:
    """What is given to be delivered."""

    taken: list[Message] = field(default_factory=list)

    def take(self, message: Message) -> None:
        self.taken.append(message)

    def take_again(self, message: Message) -> None:
        self.taken.append(message)

    def forget(self, key: str) -> None:
        """Nothing is repeated."""


class World:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.client = LaidOutClient()
        self.store = inline()
        self.records = FlakyRecords(self.store)
        gateway = gateway_of(self.client, self.clock, tenant="tenant")
        gateways = {"default": gateway, "events": gateway}
        self.leases = HeldLeases(term_begun(self.store))
        self.failsafe = Failsafe(gateways, self.clock, Policy(), may_close=self.leases.held)
        self.outbox = Taking()
        self.alerts = Alerts(self.store, self.clock, self.outbox)
        self.recorder = Recorder(self.records, self.leases, self.clock, "worker")
        self.locks = Locks(self.clock, self.tell_of_locks)
        self.metrics = Metrics()
        self.reconciler = Reconciler(
            recorder=self.recorder,
            gateways=gateways,
            leases=self.leases,
            failsafe=self.failsafe,
            alerts=self.alerts,
            clock=self.clock,
            policy=Policy(),
            installation=TAG,
            locks=self.locks,
            telemetry=self.metrics,
        )
        self.passes = Passes(self.reconciler.reconcile, self.clock)
        self.inbox = Inbox(
            tray=self.store,
            recorder=self.recorder,
            passes=self.passes,
            requests=Requests(self.store, self.recorder, self.passes, self.leases, self.clock),
            tenants={"default": "", "events": ""},
            installation=TAG,
            clock=self.clock,
            leases=self.leases,
            policy=Policy(),
            reach=DatabaseReach(self.clock, lambda _: None),
            locks=self.locks,
        )

    def tell_of_locks(self, run_id: str, conditions: Sequence[Condition]) -> None:
        self.alerts.tell(Subject(SubjectKind.LOCK, run_id), conditions)

    async def add(self, broadcast_id: str = "show", starts_in: timedelta = HOUR, **changes: object) -> None:
        start = self.clock.now() + starts_in
        wanted = Broadcast(id=broadcast_id, title="Show", window=Window(start, start + HOUR))
        await self.store.add(replace(wanted, **changes))  # type: ignore[arg-type]  # A test's own short form.
        await self.inbox.look()

    async def go(self, seconds: float = 0, run_id: str = "show") -> datetime | None:
        """Let time pass, then make passes until one has nothing to do at once."""
        self.clock.move(seconds)
        for _ in range(30):
            at = await self.reconciler.reconcile(run_id)
            if at is None or at > self.clock.now():
                return at
        raise AssertionError("passes in a circle")

    async def run(self, run_id: str = "show") -> Run:
        record = await self.store.load(run_id)
        assert record
        return record.run

    async def on_air(self) -> None:
        await self.add()
        await self.go()
        await self.go(3600)
        self.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
        await self.go(5)
        assert (await self.run()).state is State.LIVE


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.


@pytest.fixture
def world() -> World:
    return World()


async def test_an_attempt_is_written_down_before_it_is_made(world: World) -> None:
    await world.add()
    world.client.trouble = UnansweredError("no whole answer within 8 s")
    await world.reconciler.reconcile("show")
    kinds = [(each.kind, each.outcome) for save in world.records.saved for each in save.attempts]
    assert kinds == [(Kind.CREATE, Outcome.PENDING), (Kind.CREATE, Outcome.UNKNOWN)]


async def test_a_create_bears_the_marker_of_its_room(world: World) -> None:
    await world.add()
    await world.go()
    assert world.client.asked[0] == f"create Show{marker(TAG, 'default', 'show')} {{}}"
    assert (await world.run()).room.doors is Doors.SHUT


@pytest.mark.parametrize("option", ["status", "live_stream_on_start", "title"])
async def test_options_cannot_open_the_doors(world: World, option: str) -> None:
    await world.add(meeting={option: "ACTIVE"})
    assert (await world.run()).state is State.REJECTED
    await world.go()
    assert world.client.asked == []


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


async def test_no_read_delays_a_stop_or_an_opening(world: World) -> None:
    await world.add()
    await world.go()
    world.client.asked.clear()
    await world.go(3600)
    assert world.client.asked[0].startswith("patch new")
    world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
    await world.go(5)
    world.client.asked.clear()
    await world.go(3600)
    assert world.client.asked[0] == "stop new"


async def test_nothing_leaves_without_the_lease_but_what_the_failsafe_stops(world: World) -> None:
    await world.on_air()
    world.leases.release()
    asked = len(world.client.asked)
    assert await world.go(3595) is None
    assert len(world.client.asked) == asked
    world.failsafe.look()
    world.clock.move(1)
    world.failsafe.look()
    await settle()
    assert world.client.asked.count("stop new") == 1


async def test_what_is_wanted_changed_meanwhile_so_the_call_does_not_leave(world: World) -> None:
    await world.add()
    run = await world.run()
    admit = world.recorder.admission(run)
    assert admit() == ""
    world.recorder.hear_of("show", 2)
    assert "changed meanwhile" in admit()
    world.leases.release()
    assert "lease" in admit()


async def test_a_stop_that_is_asked_for_holds_other_calls_back_before_it_is_written_down(
    world: World,
) -> None:
    await world.add()
    admit = world.recorder.admission(await world.run())
    world.recorder.ask_to_stop("show", world.clock.now())
    assert "a stop was asked for" in admit()


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


async def test_a_stop_sent_from_memory_while_a_pass_looked_is_not_followed_by_a_second(world: World) -> None:
    """The first was not answered, and one more is due: it is sent once, by whoever comes first."""
    await world.on_air()
    world.client.on_ask = world.client.answer_no_stop
    world.client.asked.clear()
    await world.go(3600)
    assert world.client.asked == ["stop new", CLOSED, "stream new"]
    world.client.asked.clear()

    def stop_from_memory() -> None:
        world.client.on_ask = lambda: None
        sent = Attempt(kind=Kind.STOP, began_at=world.clock.now(), outcome=Outcome.DONE)
        world.failsafe.record_later("show", sent)

    world.client.on_ask = stop_from_memory
    await world.go(3)
    assert world.client.asked == ["stream new"]
    stops = [each.outcome for each in (await world.run()).attempts if each.kind is Kind.STOP]
    assert stops == [Outcome.UNKNOWN, Outcome.DONE]


async def test_a_run_whose_decision_fails_is_set_aside_told_and_harms_no_other(world: World) -> None:
    await world.on_air()
    await world.add("other", starts_in=timedelta(minutes=10))

    world.client.broken = ZeroDivisionError("no such answer")
    at = await world.go(30)
    assert at
    assert at > world.clock.now()
    assert "show/set_aside" in world.alerts.open()
    await world.go(0, "other")
    assert (await world.run("other")).state is State.READY


async def test_what_is_set_aside_is_stopped_and_closed_at_its_end(world: World) -> None:
    await world.on_air()
    world.client.broken = ZeroDivisionError("no such answer")
    await world.go(30)
    world.client.asked.clear()
    world.clock.move(3600)
    world.failsafe.look()
    await settle()
    assert [each.split()[0] for each in world.client.asked] == ["stop", "patch"]


async def test_a_pass_that_hangs_is_ended_told_and_made_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_run_id: str) -> None:
        await asyncio.get_running_loop().create_future()

    await world.on_air()
    monkeypatch.setattr("worker.engine.reconciler.HANGS_AFTER", 0)
    monkeypatch.setattr(world.records, "load", never)
    world.recorder.doubt("show")
    at = await world.reconciler.reconcile("show")
    assert at
    assert at > world.clock.now()
    assert "show/set_aside" in world.alerts.open()
    monkeypatch.undo()
    await world.go(30)
    assert "show/set_aside" not in world.alerts.open()


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


async def test_credentials_that_are_refused_leave_the_state_and_are_tried_again(world: World) -> None:
    await world.add()
    world.client.trouble = CredentialsError("Unauthorized", status=401)
    for _ in range(4):
        await world.go(40)
    assert (await world.run()).state is State.PLANNED
    assert "show/not_prepared" in world.alerts.open()
    world.client.trouble = None
    await world.go(40)
    assert (await world.run()).state is State.READY
    assert world.alerts.open() == []


async def test_alerts_are_rows_and_are_resolved(world: World) -> None:
    await world.add()
    await world.go()
    await world.go(3600)
    await world.go(130)
    await world.alerts.write()
    assert [each.key for each in await world.store.open_alerts()] == ["show/nobody_here"]
    world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
    await world.go(30)
    await world.alerts.write()
    assert await world.store.open_alerts() == []


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


async def test_an_account_that_names_another_tenant_proves_nothing_about_its_meetings(world: World) -> None:
    await world.on_air()
    here = world.reconciler.gateways["default"]
    elsewhere = replace(world.reconciler, gateways={"default": replace(here, tenant="another")})
    asked = len(world.client.asked)
    world.clock.move(3600)
    assert await elsewhere.reconcile("show")
    assert len(world.client.asked) == asked
    assert (await world.run()).state is State.LIVE
    assert "show/set_aside" in world.alerts.open()


def counted(world: World, name: str, **labels: str) -> float:
    """Return a sample of /metrics; 0 if it is not there."""
    page = world.metrics.page().decode()
    samples = [each for family in text_string_to_metric_families(page) for each in family.samples]
    return sum(each.value for each in samples if each.name == name and each.labels == labels)


async def test_a_wait_that_is_over_does_not_have_the_pass_made_again_in_the_same_instant(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.on_air()
    long_ago = WaitUntil(world.clock.now() - HOUR)
    monkeypatch.setattr("worker.engine.reconciler.decided", lambda _: long_ago)
    at = await world.reconciler.reconcile("show")
    assert at
    assert at > world.clock.now()


async def test_a_life_is_counted(world: World) -> None:
    await world.on_air()
    assert counted(world, "cuelight_open_lateness_seconds_count") == 1
    assert counted(world, "cuelight_live_delay_seconds_count") == 1
    assert world.metrics.in_hand() == {State.LIVE: 1}
    await world.go(3600)
    world.client.streams_of["new"] = NO_STREAM
    for _ in range(10):
        await world.go(2)
    assert (await world.run()).state is State.ENDED
    assert counted(world, "cuelight_stop_lateness_seconds_count") == 1
    assert counted(world, "cuelight_off_delay_seconds_count") == 1
    assert counted(world, "cuelight_moves_total", before="stopping", after="ended") == 1
    await world.go(60)
    assert world.metrics.in_hand() == {}


async def test_a_reopened_broadcast_airs_in_the_same_meeting_once_the_first_is_off(world: World) -> None:
    await world.on_air()
    await world.go(3600)
    request = await world.store.leave_request("reopen", "show", "10m", by="me", at=world.clock.now())
    assert (await world.run()).state is State.STOPPING
    await world.inbox.look()
    await world.inbox.look()
    answered = await world.store.request(request)
    assert answered
    assert answered.answer == "show.2"
    await world.go(run_id="show.2")
    assert (await world.run("show.2")).state is State.READY, "it waits until the room is free"
    world.client.streams_of["new"] = NO_STREAM
    for _ in range(10):
        await world.go(2)
    assert (await world.run()).state is State.ENDED
    await world.go(2, "show.2")
    assert (await world.run("show.2")).state is State.STARTING
    world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
    await world.go(5, "show.2")
    assert (await world.run("show.2")).state is State.LIVE
    assert sum(each.startswith("create") for each in world.client.asked) == 1
    await world.go(600, "show.2")
    world.client.streams_of["new"] = NO_STREAM
    for _ in range(10):
        await world.go(2, "show.2")
    assert (await world.run("show.2")).state is State.ENDED


async def test_the_inbox_tells_whether_the_database_was_in_reach(world: World) -> None:
    told = [world.inbox.reach.is_there]
    looking = asyncio.create_task(world.inbox.run())
    await settle()
    told.append(world.inbox.reach.is_there)
    world.inbox.tray = OutOfReach()
    world.clock.move(1)
    await settle()
    told.append(world.inbox.reach.is_there)
    assert told == [False, True, False]
    looking.cancel()


class OutOfReach(Store):
    """A store that answers nothing."""

    def __init__(self) -> None:
        pass

    async def stirs(self) -> bool:
        raise StoreUnavailableError("locked")

    async def unfinished_after(self, run_id: str, most: int) -> list[Glance]:
        raise StoreUnavailableError(f"locked: {most} after {run_id!r}")


class MuteAfterCommit:
    """Takes a run up, and loses its answer."""

    def __init__(self, tray: Store) -> None:
        self._tray = tray
        self.mute = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._tray, name)

    async def take_up_many(self, many: Sequence[Arrival]) -> list[Taken]:
        taken = await self._tray.take_up_many(many)
        if self.mute:
            raise StoreUnavailableError("nothing within 2 s")
        return taken


async def test_a_run_whose_taking_up_was_not_answered_is_not_forgotten(world: World) -> None:
    tray = MuteAfterCommit(world.store)
    world.inbox.tray = cast("Tray", tray)
    start = world.clock.now() + HOUR
    await world.store.add(Broadcast(id="show", title="Show", window=Window(start, start + HOUR)))
    looking = asyncio.create_task(world.inbox.run())
    await settle()
    tray.mute = False
    assert world.passes.known == 0
    world.clock.move(1)
    await settle()
    assert world.passes.known == 1
    looking.cancel()


async def test_a_change_that_no_pass_takes_in_wakes_one_pass_and_not_one_at_each_look(world: World) -> None:
    await world.on_air()
    await world.store.extend("show", HOUR)
    world.passes._agenda.due(world.clock.now() + 9 * HOUR, 99)
    woken = []
    for _ in range(3):
        await world.inbox.look()
        woken.append(world.passes._agenda.due(world.clock.now(), 99))
    assert woken == [["show"], [], []]


async def test_without_the_lease_no_row_is_taken_up(world: World) -> None:
    world.leases.release()
    await world.add()
    assert await world.store.load("show") is None


async def test_what_is_of_another_workers_account_is_neither_taken_up_nor_looked_at(world: World) -> None:
    await world.on_air()
    world.leases.lost.add("default")
    asked = len(world.client.asked)
    assert await world.go(30) is None
    assert len(world.client.asked) == asked
    await world.add("other")
    assert await world.store.load("other") is None


async def test_a_new_run_is_on_the_agenda_for_when_something_is_to_be_done_for_it(world: World) -> None:
    await world.add(starts_in=72 * HOUR)
    at = world.passes._agenda.next_at()
    assert at
    assert 47 * HOUR < at - world.clock.now() <= 49 * HOUR


async def test_what_another_worker_took_up_is_found_within_a_minute(world: World) -> None:
    looking = asyncio.create_task(world.inbox.run())
    await settle()
    other = World()
    other.store = other.inbox.tray = world.store
    await other.add()
    for _ in range(61):
        world.clock.move(1)
        await settle()
    assert world.passes.knows("show")
    looking.cancel()


async def test_a_call_under_way_while_the_clock_is_set_back_began_no_later_than_it_was_answered(
    world: World,
) -> None:
    """Had it begun in an hour, it would not be repeated before then."""
    await world.add()
    world.client.trouble = UnansweredError("nothing")

    def set_back() -> None:
        world.client.on_ask = lambda: None
        world.clock.step(-HOUR.total_seconds())

    world.client.on_ask = set_back
    await world.reconciler.reconcile("show")
    created = (await world.run()).last(Kind.CREATE)
    assert created
    assert created.began_at == created.answered_at == world.clock.now()


async def test_a_row_that_stays_locked_is_told_and_everything_else_airs(world: World) -> None:
    held = Holding(world.store, "show-07")
    world.inbox.tray = cast("Tray", held)
    for number in range(20):
        await world.add(f"show-{number:02}")
    assert world.passes.known == 19
    world.clock.move(TOLD_AFTER)
    await world.inbox.look()
    assert world.alerts.open() == ["show-07/lock/row_locked"]
    held.locked = ""
    world.clock.move(TRIED_AGAIN_AFTER)
    await world.inbox.look()
    assert (await world.run("show-07")).state is State.PLANNED
    assert world.alerts.open() == []


@dataclass
class Holding:
    """The store, with one broadcast's row locked by somebody else."""

    store: Store
    locked: str
    tried: int = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def take_up_many(self, many: Sequence[Arrival]) -> list[Taken]:
        self.tried += self.locked in {each.run.id for each in many}
        free = [each for each in many if each.run.id != self.locked]
        taken = dict(zip([each.run.id for each in free], await self.store.take_up_many(free), strict=True))
        return [taken.get(each.run.id, Taken.LOCKED) for each in many]


async def test_a_fresh_row_that_is_locked_is_not_tried_at_each_look_and_holds_up_no_other(
    world: World,
) -> None:
    held = Holding(world.store, "show")
    world.inbox.tray = cast("Tray", held)
    await world.add()
    for number in range(20):
        world.clock.move(0.2)
        await world.add(f"other-{number}")
        assert await world.store.load(f"other-{number}")
    assert held.tried == 1
    world.clock.move(TRIED_AGAIN_AFTER)
    held.locked = ""
    await world.inbox.look()
    assert await world.store.load("show")


async def test_a_run_that_stays_locked_is_told_and_over_when_it_is_free(world: World) -> None:
    await world.add()
    world.records.held = True
    for _ in range(8):
        at = await world.reconciler.reconcile("show")
        assert at == world.clock.now() + timedelta(seconds=TRIED_AGAIN_AFTER)
        world.clock.move(TRIED_AGAIN_AFTER)
    assert world.alerts.open() == ["show/lock/row_locked"]
    world.records.held = False
    await world.go()
    assert world.alerts.open() == []


async def test_a_lock_on_a_row_is_not_the_database_away(world: World) -> None:
    world.inbox.reach.answered()
    held = Answering(world.store)
    world.inbox.requests.desk = cast("Desk", held)
    await world.store.leave_request("unheard", "show", by="me", at=world.clock.now())
    second = await world.store.leave_request("unheard", "other", by="me", at=world.clock.now())
    await world.inbox.look()
    assert held.tried == [1, 2]
    assert (await world.store.request(second)) != (await world.store.request(1))
    await world.inbox.look()
    assert held.tried == [1, 2], "it is not tried at each look"
    assert world.inbox.reach.is_there
    world.clock.move(5)
    await world.inbox.look()
    assert held.tried == [1, 2, 1]


@dataclass
class Answering:
    """The store, with the row of the first request locked by somebody else."""

    store: Store
    tried: list[int] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def answer_request(self, request_id: int, answer: str, at: datetime) -> None:
        self.tried.append(request_id)
        if request_id == 1:
            raise LockedError("a row is locked")
        await self.store.answer_request(request_id, answer, at)


async def test_a_stop_of_what_is_to_come_is_decided_on_the_row_that_it_calls_off(world: World) -> None:
    """Decided on the row as it was in memory, it would be wanted again in the instant that it is off."""
    await world.add()
    await world.go()
    await world.store.leave_request("stop", "show", by="me", at=world.clock.now())
    await world.inbox.look()
    await world.go()
    moves = [note.after for save in world.records.saved for note in save.notes if note.kind == "move"]
    assert moves == ["ready", "stopping", "cancelled"]


async def scheduled(world: World, go_live: GoLive = GoLive.ON_JOIN) -> None:
    """Have a broadcast of a schedule, with its meeting."""
    start = world.clock.now() + HOUR
    window = Window(start, start + HOUR)
    wanted = Broadcast(id="show", title="Show", window=window, entry="show", go_live=go_live)
    await world.store.apply_plan(Changes(text="", by="me", at=world.clock.now(), inserts=[wanted]))
    await world.inbox.look()
    await world.go()


async def scheduled_on_air(world: World) -> None:
    await scheduled(world)
    await world.go(3600)
    world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
    await world.go(5)


async def renamed(world: World, old: str, new: str) -> None:
    await world.store.apply_plan(Changes(text="", by="me", at=world.clock.now(), renames=[(old, new)]))


async def extended(world: World, run_id: str) -> None:
    await world.store.extend(run_id, HOUR)
    await world.inbox.look()
    await world.go(1, run_id)


@pytest.mark.parametrize("backstage", [False, True])
async def test_what_is_renamed_and_extended_is_stopped_at_its_new_end(
    world: World, *, backstage: bool
) -> None:
    """By passes of its new id; neither one of the old id nor the failsafe stops it at the old end."""
    if backstage:
        await scheduled(world, GoLive.AT_START)
        await world.go(3000)
    else:
        await scheduled_on_air(world)
    await renamed(world, "show", "gala")
    await extended(world, "gala")
    for number in range(150):
        if number == 25:
            world.client.streams_of["new"] = Stream(StreamStatus.LIVE, meeting_id="new")
        await world.go(15)
        await world.go(15, "gala")
        world.failsafe.look()
        await settle()
    at_old_end = world.client.asked.count("stop new")
    for _ in range(140):
        await world.go(30, "gala")
        if "stop new" in world.client.asked:
            break
    assert (at_old_end, world.client.asked.count("stop new")) == (0, 1)
    assert [each.id for each in world.failsafe.on_air()] == ["gala"]


async def test_a_stop_asked_for_under_the_old_id_is_heeded_under_the_new_one(world: World) -> None:
    await scheduled_on_air(world)
    await world.store.leave_request("stop", "show", by="me", at=world.clock.now())
    await world.inbox.look()
    await renamed(world, "show", "gala")
    await world.inbox.look()
    assert len(await world.store.pending_requests()) == 1
    await world.go(0, "gala")
    assert (await world.run("gala")).state is State.STOPPING
    await world.inbox.look()
    assert await world.store.pending_requests() == []


async def test_what_was_told_under_the_old_id_is_taken_back(world: World) -> None:
    await scheduled_on_air(world)
    world.client.broken = ZeroDivisionError("no such answer")
    await world.go(30)
    world.client.broken = None
    await renamed(world, "show", "gala")
    await world.inbox.look()
    await world.go(0, "gala")
    await world.go(0, "show")
    assert world.alerts.open() == []


async def test_what_the_failsafe_sent_under_the_old_id_is_written_down_under_the_new_one(
    world: World,
) -> None:
    await scheduled_on_air(world)
    sent = Attempt(kind=Kind.STOP, began_at=world.clock.now(), outcome=Outcome.DONE)
    world.failsafe.record_later("show", sent)
    await renamed(world, "show", "gala")
    await world.inbox.look()
    await world.go(1, "gala")
    await world.go(5, "gala")
    assert Kind.STOP in [each.kind for each in (await world.run("gala")).attempts]
    assert world.failsafe.unrecorded("gala") == world.failsafe.unrecorded("show") == ()


async def test_a_renamed_run_of_a_shared_room_has_no_pass_beside_that_of_another(world: World) -> None:
    """One keeps its id, for it is on air, and its room has a new key all the same."""
    await sharing(world, "show@2026-12-01", "show@2026-12-08")
    await renamed(world, "show@2026-12-08", "gala@2026-12-08")
    await world.inbox.look()
    under_way: list[str] = []

    async def reconcile(run_id: str) -> datetime | None:
        under_way.append(run_id)
        await asyncio.Event().wait()
        return None

    world.passes._reconcile = reconcile
    world.passes.wake("show@2026-12-01")
    world.passes.start_due()
    await settle()
    assert len(under_way) == 1
    await world.passes.close()


async def test_a_stop_of_one_at_rest_has_no_pass_beside_that_of_another_in_its_room(world: World) -> None:
    await sharing(world, "show@2026-12-01", "show@2026-12-08")
    passes = world.inbox.requests.passes = world.inbox.passes = Passes(
        world.reconciler.reconcile, world.clock
    )
    for each in ("show@2026-12-01", "show@2026-12-08"):
        await world.store.leave_request("stop", each, by="me", at=world.clock.now())
    await world.inbox.look()
    assert set(passes._room_of.values()) == {marker(TAG, "default", room_of_entry("show"))}


async def sharing(world: World, *ids: str) -> None:
    """Have broadcasts that share a room."""
    start = world.clock.now() + HOUR
    windows = [
        Window(start + number * 2 * HOUR, start + (number * 2 + 1) * HOUR) for number in range(len(ids))
    ]
    wanted = [
        Broadcast(id=id_, title="Show", window=window, entry="show", room=RoomUse.SHARED)
        for id_, window in zip(ids, windows, strict=True)
    ]
    await world.store.apply_plan(Changes(text="", by="me", at=world.clock.now(), inserts=wanted))
    await world.inbox.look()


async def told_from_memory(world: World, passes: int) -> list[str]:
    """Return what the failsafe tells while so many passes are made after the end, and the stop is ignored."""
    told: list[str] = []
    world.failsafe.tell = lambda _id, conditions: told.extend(each.name for each in conditions)
    world.clock.move(3600)
    for _ in range(passes):
        await world.reconciler.reconcile("show")
        world.clock.move(2)
        world.failsafe.look()
    await world.failsafe.close()
    return told


async def test_what_passes_look_at_is_not_told_from_memory_too(world: World) -> None:
    await world.on_air()
    assert await told_from_memory(world, 20) == []


async def test_what_no_pass_can_write_down_is_told_from_memory(world: World) -> None:
    await world.on_air()
    world.records.held = True
    assert await told_from_memory(world, 20) == ["not_off"]


async def test_a_pass_that_waits_for_the_quota_attends_to_its_run(world: World) -> None:
    class Waiting(Reconciler):
        async def _pass(self, run_id: str) -> datetime | None:
            raise NoTurnError(run_id)

    await world.on_air()
    parts = {
        each.name: getattr(world.reconciler, each.name) for each in fields(world.reconciler) if each.init
    }
    world.reconciler = Waiting(**parts)
    assert await told_from_memory(world, 20) == []
