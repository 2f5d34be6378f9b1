"""To LIVE: open, poll, start what should have started."""

from datetime import datetime, timedelta

from jobs.model import Broadcast, Doors, GoLive, Kind
from jobs.run import prepare, stop
from jobs.run.decision import (
    BACKSTAGE,
    OPEN,
    Decision,
    Move,
    Perform,
    SetDoors,
    Start,
    Stop,
    WaitUntil,
    first_of,
    shut,
)
from jobs.run.lifecycle import State
from jobs.run.observations import StreamStatus
from jobs.run.situation import Situation


def ready(s: Situation) -> Decision:
    """A meeting waits for its start, closed or as a backstage; nothing may be on air."""
    if s.off_wanted:
        return Move(State.STOPPING, s.off_why)
    if s.too_late:
        return Move(State.STOPPING, "too little of the window is left to start")
    doors = _give_way(s) or _open_backstage(s)
    due = first_of(_silence(s), _begin(s), doors, prepare.chore(s))
    return due or WaitUntil(_next_step_at(s))


def starting(s: Situation) -> Decision:
    """The window is open: open the doors, then watch until LIVE is read."""
    if s.off_wanted:
        return stop.begin(s)
    if s.run.room.doors is not Doors.OPEN:
        return _when_due(s, OPEN)
    stream = s.stream_read_since(s.run.entered_at)
    if stream and stream.value.is_live:
        return Move(State.LIVE, "LIVE was read")
    return _first_start(s) or revive(s) or prepare.chore(s) or WaitUntil(s.ends_at)


def revive(s: Situation) -> Perform | None:
    """Start what should have started, and restart what failed or hangs: at most three times in a state."""
    return _restart(s) or _start_for_session(s)


def restarts(s: Situation) -> int:
    """Count the stops that were meant to make room for a new start, since it is in its state."""
    return len(s.run.of_kind(Kind.STOP, since=s.run.entered_at))


def is_stuck(s: Situation) -> bool:
    """Whether a read says that the exporter failed, or that it is starting still, after too long."""
    stream = s.stream_read_since(s.run.entered_at)
    if stream is None:
        return False
    tried = s.run.last(Kind.START, Kind.STOP, since=s.run.entered_at)
    since = max(stream.since, tried.began_at) if tried else stream.since
    if stream.value.status is StreamStatus.ERRORED:
        return tried is None or stream.began_at >= tried.began_at + s.policy.restart_grace
    return stream.value.status is StreamStatus.INVOKED and stream.began_at - since >= s.policy.invoked_for


def _begin(s: Situation) -> Decision | None:
    if s.now < s.broadcast.window.starts_at:
        return None
    if s.room_is_taken:
        return WaitUntil(s.now + s.policy.proof_apart)
    return Move(State.STARTING, "the window is open")


def _silence(s: Situation) -> Perform | None:
    """On air before the start: stop it, and put the doors back as they should be."""
    stream = s.stream_read_since(max(s.run.entered_at, s.run.room.free_since or s.run.entered_at))
    if s.room_is_taken or stream is None or s.now >= s.broadcast.window.starts_at:
        return None
    if not stream.value.is_on:
        return None
    stopped = s.run.last(Kind.STOP, since=stream.since)
    if stopped is None or stream.began_at >= stopped.began_at + s.policy.restart_grace:
        return Perform(Stop(), "on air before its start")
    restored = s.run.last(Kind.SHUT, Kind.BACKSTAGE, since=stopped.began_at)
    return None if restored else Perform(_waiting_doors(s), "on air before its start")


def _waiting_doors(s: Situation) -> SetDoors:
    return BACKSTAGE if s.run.room.doors is Doors.BACKSTAGE else shut(flag=s.broadcast.streams_on_start)


def doors_at(wanted: Broadcast) -> datetime:
    """Return when people may come in: at the start, or earlier when a backstage is wanted."""
    starts_at = wanted.window.starts_at
    return starts_at - wanted.doors if wanted.go_live is GoLive.AT_START else starts_at


def _give_way(s: Situation) -> Decision | None:
    """Another occurrence that starts before came to share the room: its backstage is in the way."""
    if s.has_turn or not s.run.holds_room:
        return None
    return _when_due(s, shut(flag=s.broadcast.streams_on_start))


def _open_backstage(s: Situation) -> Decision | None:
    if not s.has_turn or s.now < doors_at(s.broadcast) or s.run.room.doors is Doors.BACKSTAGE:
        return None
    if s.room_is_taken:
        return None
    return _when_due(s, BACKSTAGE)


def _next_step_at(s: Situation) -> datetime:
    its_turn = s.now + s.policy.poll_live if not s.has_turn else None
    steps = (doors_at(s.broadcast), s.broadcast.window.starts_at, its_turn)
    return min(at for at in steps if at is not None and at > s.now)


def _when_due(s: Situation, call: SetDoors) -> Decision:
    at = s.retry_at(call.kind, s.run.entered_at)
    return WaitUntil(at) if at and at > s.now else Perform(call)


def _first_start(s: Situation) -> Perform | None:
    """Whoever is backstage goes on air now; a refusal only means that nobody is there yet."""
    if s.broadcast.go_live is not GoLive.AT_START or s.run.last(Kind.START, since=s.run.entered_at):
        return None
    return Perform(Start(), "the start")


def _restart(s: Situation) -> Perform | None:
    stopped = s.run.last(Kind.STOP, since=s.run.entered_at)
    started_again = stopped and s.run.last(Kind.START, since=stopped.began_at)
    if stopped and not started_again:
        pause_over = s.now >= stopped.began_at + s.policy.restart_pause
        return Perform(Start(), "started again") if pause_over else None
    if is_stuck(s) and restarts(s) < s.policy.restarts:
        return Perform(Stop(), "failed, or stuck while starting: restarting")
    return None


def _start_for_session(s: Situation) -> Perform | None:
    """People are in the meeting and nothing is even invoked: the flag did not fire."""
    if not s.session_runs or s.session_for() < _patience(s):
        return None
    stream = s.stream_read_since(s.now - s.session_for() + _patience(s))
    if stream is None or not stream.value.is_off:
        return None
    last = s.run.last(Kind.START, since=s.run.entered_at)
    if last and s.now < last.began_at + s.policy.start_every:
        return None
    return Perform(Start(), "people are in, but no stream was started")


def _patience(s: Situation) -> timedelta:
    """Whoever stayed in the room since its last use is in a session that the flag does not act on."""
    free_since = s.run.room.free_since
    stayed = free_since is not None and s.run.entered_at - free_since <= s.policy.keep_alive_most
    return timedelta(0) if stayed else s.policy.start_after_session
