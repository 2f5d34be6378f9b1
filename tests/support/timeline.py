"""A broadcast's whole life in memory: the decision core against a small provider, second by second."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from jobs.model import Attempt, Broadcast, Kind, Outcome, Room, Run
from jobs.policy import Policy
from jobs.run.alarms import conditions
from jobs.run.decide import decided
from jobs.run.decision import (
    Adopt,
    Call,
    Create,
    Edit,
    KickAll,
    LookedBack,
    Move,
    Perform,
    Rest,
    RunOver,
    SetDoors,
    Start,
    Step,
    Stop,
    StopRecording,
    WaitUntil,
)
from jobs.run.lifecycle import State
from jobs.run.observations import (
    NO_RECORDING,
    NO_SESSION,
    NO_STREAM,
    NOTHING_SEEN,
    Airing,
    Meeting,
    Recording,
    Seen,
    Session,
    Stream,
    StreamStatus,
    answered,
    unanswered,
)
from jobs.run.polling import Read, due, needs_no_look, next_look_at
from jobs.run.situation import Situation
from jobs.run.transition import adopted, attempted, moved, settled
from tests.support.clock import NOON

MARKER = " [test-abcdefgh]"


@dataclass
class TinyProvider:
    """One meeting at most... or more, if somebody creates more; a session, a stream."""

    to_live: float = 15.0
    to_off: float = 3.0
    now: datetime = NOON
    created: list[str] = field(default_factory=list)
    title: str = ""
    recording: Recording = NO_RECORDING
    recordings_to_come: list[Recording] = field(default_factory=list)
    """What is recorded as well, and read once the one before it is over."""
    visible_at: datetime | None = None
    active: bool = True
    flag: bool = False
    people: int = 0
    session: bool = False
    status: StreamStatus = StreamStatus.NONE
    invoked_at: datetime | None = None
    stop_at: datetime | None = None
    stops_to_ignore: int = 0
    gone: bool = False
    """The meeting is not there any more: every call about it is answered 404."""
    errors_to_come: int = 0
    refuses: frozenset[Kind] = frozenset()
    """Calls of these kinds are refused, whatever they say."""
    starts: list[datetime] = field(default_factory=list)
    on_air: list[tuple[datetime, StreamStatus]] = field(default_factory=list)

    def advance(self, now: datetime) -> None:
        self.now = now
        if self.stop_at and now >= self.stop_at:
            self.stop_at, self.invoked_at = None, None
            self._be(StreamStatus.OFFLINE)
        if self.invoked_at and now >= self.invoked_at + timedelta(seconds=self.to_live):
            self.invoked_at = None
            failed, self.errors_to_come = self.errors_to_come > 0, max(0, self.errors_to_come - 1)
            self._be(StreamStatus.ERRORED if failed else StreamStatus.LIVE)

    def join(self) -> None:
        if not self.created or not (self.active or self.session):
            return
        self.people += 1
        if not self.session:
            self.session = True
            if self.flag:
                self._invoke()

    def leave_all(self) -> None:
        self.people, self.session = 0, False
        if self.status is not StreamStatus.NONE:
            self.invoked_at = None
            self._be(StreamStatus.OFFLINE)

    def away(self) -> None:
        """Everybody leaves, and session and stream live on for a while."""
        self.people = 0

    def drop(self) -> None:
        if self.status is StreamStatus.LIVE:
            self._be(StreamStatus.OFFLINE)

    def call(self, call: Call) -> bool:
        """Take the call; say whether it is done (else refused)."""
        if self.gone or call.kind in self.refuses:
            return False
        match call:
            case Create(title=title, live_stream_on_start=flag):
                self.created.append(f"meeting-{len(self.created)}")
                self.title, self.flag, self.active = title, flag, True
            case Edit(title=title):
                self.title = title
            case SetDoors():
                self.flag, self.active = call.live_stream_on_start, call.active
            case Start():
                return self._start()
            case Stop():
                return self._stop()
            case KickAll():
                self.leave_all()
            case StopRecording(recording_id):
                return self._stop_recording(recording_id)
            case _:
                pass
        return True

    def read(self) -> Stream:
        return NO_STREAM if self.gone or self.status is StreamStatus.NONE else Stream(self.status, "stream")

    def airings(self) -> tuple[Airing, ...]:
        """Return what was LIVE, each with its end."""
        ends = [*(at for at, _ in self.on_air[1:]), None]
        told = zip(self.on_air, ends, strict=True) if self.on_air else ()
        return tuple(Airing(at, until) for (at, status), until in told if status is StreamStatus.LIVE)

    def _start(self) -> bool:
        if not self.session or self.status in (StreamStatus.INVOKED, StreamStatus.LIVE):
            return False
        self.starts.append(self.now)
        self._invoke()
        return True

    def _stop(self) -> bool:
        if self.status not in (StreamStatus.INVOKED, StreamStatus.LIVE):
            return False
        if self.stops_to_ignore:
            self.stops_to_ignore -= 1
            return True
        self.stop_at = self.stop_at or self.now + timedelta(seconds=self.to_off)
        return True

    def _stop_recording(self, recording_id: str) -> bool:
        if self.recording.id != recording_id:
            return False
        self.recording = self.recordings_to_come.pop(0) if self.recordings_to_come else NO_RECORDING
        return True

    def _invoke(self) -> None:
        self.invoked_at, self.stop_at = self.now, None
        self._be(StreamStatus.INVOKED)

    def _be(self, status: StreamStatus) -> None:
        self.status = status
        self.on_air.append((self.now, status))


@dataclass
class Timeline:
    """Runs passes one after the other and keeps what they did."""

    broadcast: Broadcast
    now: datetime
    provider: TinyProvider = field(default_factory=TinyProvider)
    policy: Policy = field(default_factory=Policy)
    run: Run = field(init=False)
    seen: Seen = NOTHING_SEEN
    calls: list[tuple[datetime, Call, Outcome]] = field(default_factory=list)
    moves: list[tuple[datetime, State]] = field(default_factory=list)
    ends: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When its end was moved by rule, and to when."""
    told: set[str] = field(default_factory=set)
    faults: dict[int, Outcome] = field(default_factory=dict)
    """The outcome of the n-th call, where it is not what the provider says. UNKNOWN takes effect or not."""
    blind: tuple[datetime, datetime] | None = None
    """No read is answered between these."""
    unread: frozenset[Read] = frozenset()
    """Questions that are not answered at all."""

    def __post_init__(self) -> None:
        room = Room(key=self.broadcast.room_key, account="default", marker=MARKER)
        self.run = Run(
            id=self.broadcast.id, state=State.PLANNED, room=room, entered_at=self.now, round_at=self.now
        )

    def situation(self) -> Situation:
        return Situation(self.broadcast, self.run, self.seen, self.now, self.policy)

    def go_until(self, until: datetime, events: tuple[tuple[datetime, str], ...] = ()) -> "Timeline":
        pending = sorted(events)
        while self.now <= until:
            self.provider.advance(self.now)
            while pending and pending[0][0] <= self.now:
                getattr(self.provider, pending.pop(0)[1])()
            wake = self._pass()
            soon = [at for at in (wake, pending[0][0] if pending else None, until) if at is not None]
            self.now = max(self.now + timedelta(seconds=0.5), min(*soon, self.now + timedelta(minutes=5)))
            if self.provider.invoked_at or self.provider.stop_at:
                self.now = min(self.now, self.provider.now + timedelta(seconds=1))
        return self

    def _pass(self) -> datetime | None:
        for _ in range(8):
            s = self._observe()
            self.told |= {each.name for each in conditions(s)}
            match decided(s):
                case Move() as move:
                    self.run = moved(s, move)
                    self.moves.append((self.now, self.run.state))
                case Perform(step):
                    self._perform(step)
                    return self.now
                case WaitUntil(at):
                    return min(at, next_look_at(s) or at)
                case Rest():
                    return None
        raise AssertionError(f"moves in a circle: {self.moves[-8:]}")

    def _observe(self) -> Situation:
        s = self.situation()
        reads = due(s)
        if reads and not needs_no_look(s, decided(s)):
            for read in reads:
                self._read(read)
        return self.situation()

    def _read(self, read: Read) -> None:
        before = getattr(self.seen, read)
        is_blind = self.blind is not None and self.blind[0] <= self.now < self.blind[1]
        if is_blind or read in self.unread:
            self._take(read, unanswered(before, self.now, "no answer"))
            return
        value = self._value(read)
        same = before is not None and before.fact is not None and _same(before.fact.value, value)
        self._take(read, answered(before, value, self.now, same=same))

    def _take(self, read: Read, asked: Any) -> None:
        self.seen = replace(self.seen, **{read: asked})

    def _value(self, read: Read) -> object:
        match read:
            case Read.STREAM:
                return self.provider.read()
            case Read.SESSION:
                return (
                    Session("session", people=self.provider.people) if self.provider.session else NO_SESSION
                )
            case Read.MEETING:
                return None if self.provider.gone else self._meeting(self.provider.created[0])
            case Read.SEARCH:
                hidden = self.provider.visible_at and self.now < self.provider.visible_at
                return () if hidden else tuple(map(self._meeting, self.provider.created))
            case Read.RECORDING:
                return self.provider.recording
            case Read.AIRINGS:
                return self.provider.airings()

    def _meeting(self, meeting_id: str) -> Meeting:
        return Meeting(meeting_id, self.provider.title + MARKER, self.provider.active, self.provider.flag)

    def _perform(self, step: Step) -> None:
        match step:
            case Adopt():
                self.run = adopted(self.run, step)
            case RunOver(until):
                self.broadcast = self.broadcast.running_until(until)
                self.ends.append((self.now, self.broadcast.window.ends_at))
            case LookedBack():
                self.run = replace(self.run, looked_back_at=self.now)
            case _ if isinstance(step, Call):
                self._call(step)

    def _call(self, call: Call) -> None:
        attempt = Attempt(kind=call.kind, began_at=self.now)
        run = attempted(self.run, attempt)
        outcome = self._outcome(call)
        self.calls.append((self.now, call, outcome))
        made = replace(attempt, answered_at=self.now, outcome=outcome)
        known = self.provider.created[-1] if self.provider.created else None
        self.run = settled(run, made, call, known if isinstance(call, Create) else None)

    def _outcome(self, call: Call) -> Outcome:
        fault = self.faults.get(len(self.calls))
        if fault in (Outcome.NOT_SENT, Outcome.REFUSED):
            return fault
        if fault is Outcome.PENDING:
            return Outcome.UNKNOWN
        done = self.provider.call(call)
        if fault is Outcome.UNKNOWN:
            return fault
        if done:
            return Outcome.DONE
        return Outcome.ABSENT if isinstance(call, Stop | KickAll | StopRecording) else Outcome.REFUSED


def _same(before: object, after: object) -> bool:
    if isinstance(before, Stream) and isinstance(after, Stream):
        return before.status is after.status or (before.is_off and after.is_off)
    if isinstance(before, Session) and isinstance(after, Session):
        return before.id == after.id
    return bool(before) == bool(after)
