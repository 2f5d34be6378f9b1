"""What operators ask of the worker: stop, reopen, and what makes no sense."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from jobs.model import Broadcast, Doors, Room, RoomUse, Run, Window
from jobs.run.lifecycle import State
from jobs.run.reopen import LONGEST_ID, refusal, reopened
from tests.support.clock import NOON, HandClock
from tests.support.leases import HeldLeases
from worker.engine.draft import Draft
from worker.engine.passes import Passes
from worker.engine.recorder import Recorder
from worker.engine.requests import REFUSED, SWEPT_AGAIN_AFTER, Requests
from worker.engine.sweeper import Stray
from worker.store.errors import GarbledRowError, StoreUnavailableError
from worker.store.records import Overview, Record, Request, Save, Saved, Stale

HOUR = timedelta(hours=1)
SHOW = Broadcast(id="show", title="Show", window=Window(NOON - HOUR, NOON), entry="shows")
ROOM = Room(key="show", account="default", marker="", meeting_id="m", doors=Doors.CLOSED)
RUN = Run(id="show", state=State.ENDED, room=ROOM, entered_at=NOON, live_at=NOON - HOUR, off_at=NOON)


@dataclass
class Desk:
    """The store, as far as requests know it."""

    pending: list[Request]
    records: dict[str, Record] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    answered_at: list[datetime] = field(default_factory=list)
    made: list[Broadcast] = field(default_factory=list)
    called_off: list[str] = field(default_factory=list)
    untaken: int = 0
    """So many answers are not taken."""

    async def pending_requests(self) -> list[Request]:
        return [each for each in self.pending if each.id not in self.answers]

    async def answer_request(self, request_id: int, answer: str, at: datetime) -> None:
        if self.untaken:
            self.untaken -= 1
            raise StoreUnavailableError("locked")
        self.answers[request_id] = answer
        self.answered_at.append(at)

    async def find(self, broadcast_id: str) -> Overview | None:
        if broadcast_id == "nobody":
            return None
        return Overview(
            id=broadcast_id,
            title="Show",
            account="default",
            state=None,
            why="",
            entered_at=None,
            starts_at=None,
            ends_at=None,
            entry=None,
            source="sql",
            cancelled=False,
        )

    async def cancel(self, broadcast_id: str) -> int | None:
        self.called_off.append(broadcast_id)
        return 2

    async def reopen(self, request_id: int, wanted: Broadcast, at: datetime) -> str | None:
        self.made.append(wanted)
        self.answered_at.append(at)
        self.answers[request_id] = f"{wanted.id}.2"
        return self.answers[request_id]

    async def load(self, run_id: str) -> Record | None:
        if run_id == "away":
            raise StoreUnavailableError("locked")
        if run_id == "garbled":
            raise GarbledRowError("runs", run_id, "state: 'asleep'")
        return self.records.get(run_id)

    async def save(self, save: Save) -> Saved | Stale:
        return Saved(save.after)


def asked(number: int, kind: str, broadcast_id: str = "show", argument: str = "") -> Request:
    return Request(id=number, kind=kind, broadcast_id=broadcast_id, argument=argument, by="me", asked_at=NOON)


def heeding(*requests: Request, run: Run = RUN, accepted: Broadcast | None = SHOW) -> tuple[Requests, Desk]:
    clock = HandClock()
    desk = Desk(list(requests), {"show": Record(run, accepted, SHOW, 1)})

    async def reconcile(_run_id: str) -> datetime | None:
        return None

    passes = Passes(reconcile, clock)
    return Requests(desk, Recorder(desk, HeldLeases(), clock, "worker"), passes, HeldLeases(), clock), desk


async def test_what_is_asked_of_another_workers_account_is_left_to_it() -> None:
    theirs = replace(asked(1, "reopen", argument="15m"), account="events")
    sweep = asked(2, "sweep", broadcast_id="", argument="events")
    requests, desk = heeding(theirs, sweep)
    held = HeldLeases()
    held.lost.add("events")
    requests.leases = held
    await requests.look()
    assert desk.answers == {}


async def test_a_reopened_broadcast_begins_now_in_the_same_room() -> None:
    requests, desk = heeding(asked(1, "reopen", argument="15m"))
    await requests.look()
    (made,) = desk.made
    assert made.window == Window(NOON, NOON + timedelta(minutes=15))
    assert made.room_key == ROOM.key
    assert made.room is RoomUse.SHARED
    assert made.entry is None
    assert (made.title, made.account) == ("Show", "default")
    assert desk.answers == {1: "show.2"}
    assert desk.answered_at == [NOON]
    assert await desk.pending_requests() == []


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (replace(RUN, state=State.LIVE), "`cuelight extend`"),
        (replace(RUN, state=State.STARTING), "`cuelight extend`"),
        (replace(RUN, state=State.READY), "change its start"),
        (replace(RUN, state=State.PLANNED), "change its start"),
        (replace(RUN, state=State.REJECTED), "change its start"),
        (replace(RUN, state=State.MISSED, room=replace(ROOM, meeting_id=None)), "`cuelight add`"),
        (replace(RUN, room=replace(ROOM, held_by="show.2")), "used by show.2"),
        (replace(RUN, id="x" * (LONGEST_ID + 1)), "appended"),
    ],
)
def test_what_cannot_be_reopened_is_refused_with_the_cure(run: Run, reason: str) -> None:
    assert reason in refusal(run, SHOW)


@pytest.mark.parametrize("state", [State.STOPPING, State.ENDED, State.MISSED, State.CANCELLED])
def test_what_is_over_or_about_to_be_can_be_reopened(state: State) -> None:
    assert refusal(replace(RUN, state=state), SHOW) == ""
    assert not refusal(replace(RUN, state=state, room=replace(ROOM, held_by="show")), SHOW)


def test_a_reopened_broadcast_is_wanted_though_the_first_was_called_off() -> None:
    made = reopened(replace(SHOW, cancelled=True), RUN, Window(NOON, NOON + HOUR))
    assert not made.cancelled


async def test_a_refusal_says_why_and_makes_nothing() -> None:
    requests, desk = heeding(asked(1, "reopen", argument="15m"), run=replace(RUN, state=State.LIVE))
    await requests.look()
    assert desk.answers[1].startswith(REFUSED)
    assert desk.made == []


async def test_what_cannot_be_heeded_is_refused_and_holds_up_no_other() -> None:
    requests, desk = heeding(
        asked(1, "dance"),
        asked(2, "reopen", argument="soon"),
        asked(3, "reopen", "garbled", "15m"),
        asked(4, "reopen", "nobody", "15m"),
        asked(5, "reopen", argument="15m"),
    )
    await requests.look()
    refused = [number for number, answer in desk.answers.items() if answer.startswith(REFUSED)]
    assert refused == [1, 2, 3, 4]
    assert "'soon' is not a duration" in desk.answers[2]
    assert len(desk.made) == 1


async def test_a_stop_is_answered_when_it_is_written_down_and_not_before() -> None:
    live = replace(RUN, state=State.LIVE)
    requests, desk = heeding(asked(1, "stop"), run=live)
    await requests.look()
    await requests.look()
    assert desk.answers == {}
    assert requests.recorder.is_stop_pending("show")
    draft = Draft(live, live)
    requests.recorder.stop_asked(draft)
    await requests.look()
    assert desk.answers == {}
    await requests.recorder.write(draft)
    await requests.look()
    assert desk.answers == {1: "done"}


@pytest.mark.parametrize(
    ("begins", "state", "live_at", "called_off"),
    [
        (1, State.READY, None, ["show"]),
        (0, State.STARTING, None, ["show"]),
        (0, State.LIVE, NOON, []),
        (1, State.LIVE, NOON, ["show"]),
        (0, State.MISSED, None, []),
    ],
)
async def test_a_stop_of_what_never_aired_or_is_to_come_calls_it_off(
    begins: float, state: State, live_at: datetime | None, called_off: list[str]
) -> None:
    """Else a clock that is set back to before its start has it wanted again."""
    to_come = replace(SHOW, window=Window(NOON + timedelta(seconds=begins), NOON + HOUR))
    run = replace(RUN, state=state, live_at=live_at)
    requests, desk = heeding(asked(1, "stop"), run=run, accepted=to_come)
    await requests.look()
    await requests.look()
    assert desk.called_off == called_off
    assert requests.recorder.is_stop_pending("show")


async def test_a_stop_of_what_is_not_there_is_refused_and_stops_none_that_is_added_later() -> None:
    requests, desk = heeding(asked(1, "stop", "nobody"))
    await requests.look()
    assert desk.answers == {1: f"{REFUSED}no such broadcast: nobody"}
    assert not requests.recorder.is_stop_pending("nobody")


async def test_what_cannot_be_read_is_stopped_all_the_same() -> None:
    requests, desk = heeding(asked(1, "stop", "garbled"))
    await requests.look()
    assert desk.called_off == []
    assert requests.recorder.is_stop_pending("garbled")


async def test_a_request_is_kept_while_the_database_is_away() -> None:
    requests, desk = heeding(asked(1, "reopen", "away", "15m"))
    with pytest.raises(StoreUnavailableError):
        await requests.look()
    assert desk.answers == {}


@dataclass
class Sweeping:
    """A sweep that meets these failures, one after the other, and then finds nothing."""

    failures: list[Exception]
    made: int = 0

    async def sweep(self, _account: str) -> list[Stray]:
        self.made += 1
        if self.failures:
            raise self.failures.pop(0)
        return []


async def looked(requests: Requests, clock: HandClock) -> None:
    await requests.look()
    for _ in range(5):
        await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
    clock.move(SWEPT_AGAIN_AFTER)
    await asyncio.sleep(0)  # noqa: TID251  As above.


async def test_a_sweep_that_meets_a_database_failure_is_answered_after_it() -> None:
    sweeping, clock = Sweeping([StoreUnavailableError("locked")]), HandClock()
    requests, desk = heeding(asked(1, "sweep", broadcast_id=""))
    requests.sweep, requests.clock = sweeping.sweep, clock
    await looked(requests, clock)
    assert desk.answers == {}
    for _ in range(3):
        await looked(requests, clock)
    assert desk.answers == {1: "[]"}
    assert sweeping.made == 2


async def test_the_answer_to_a_sweep_that_the_database_did_not_take_is_given_after_it() -> None:
    requests, desk = heeding(asked(1, "sweep", broadcast_id=""))
    requests.sweep, requests.clock = Sweeping([]).sweep, (clock := HandClock())
    desk.untaken = 1
    for _ in range(4):
        await looked(requests, clock)
    assert desk.answers == {1: "[]"}


async def test_a_sweep_that_fails_by_itself_is_refused_with_the_reason() -> None:
    requests, desk = heeding(asked(1, "sweep", broadcast_id=""))
    requests.sweep = Sweeping([ZeroDivisionError("no such answer")]).sweep
    await looked(requests, HandClock())
    assert desk.answers == {1: f"{REFUSED}no such answer"}
