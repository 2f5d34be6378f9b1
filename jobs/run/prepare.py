"""Before air: create, adopt, hosts, doors, edits."""

from collections.abc import Iterator
from datetime import datetime

from jobs.model import Attempt, Broadcast, Kind, RoomUse
from jobs.policy import Policy
from jobs.run.backoff import fraction
from jobs.run.decision import (
    AddHost,
    Adopt,
    Call,
    Create,
    Decision,
    Edit,
    Move,
    Perform,
    RemoveHost,
    WaitUntil,
    shut,
)
from jobs.run.lifecycle import State
from jobs.run.situation import Situation


def planned(s: Situation) -> Decision:
    """Nothing at the provider yet: create a meeting in time, once, and close its doors."""
    if s.run.room.meeting_id:
        return _made(s)
    create = s.run.last(Kind.CREATE)
    if create and not create.settled and not _came_to_nothing(s, create):
        return _settle(s)
    return _leave(s) or _create(s)


def rejected(s: Situation) -> Decision:
    """It cannot be run as written; only a later edit, or its end, changes that."""
    if s.called_off:
        return Move(State.CANCELLED, s.off_why)
    if s.over:
        return Move(State.MISSED, "the window passed while it was rejected")
    return WaitUntil(s.broadcast.window.ends_at)


def create_at(wanted: Broadcast, policy: Policy) -> datetime:
    """Return when a meeting is due: `prepare` before the start, spread so that many do not coincide."""
    spreading = min(policy.prepare_spread, wanted.prepare / 10)
    return wanted.window.starts_at - wanted.prepare + spreading * fraction(wanted.id)


def chore(s: Situation) -> Perform | WaitUntil | None:
    """Return the next call that brings the meeting up to what is wanted; None if it is.

    A call that failed waits out its back-off while the others go on.
    """
    waits = []
    for step in _chores(s):
        at = s.retry_at(step.kind, s.round_at)
        if at is None or at <= s.now:
            return Perform(step)
        waits.append(at)
    return WaitUntil(min(waits)) if waits else None


def _leave(s: Situation) -> Move | None:
    if s.called_off:
        return Move(State.CANCELLED, s.off_why)
    if s.over:
        return Move(State.MISSED, "the window passed before there was a meeting")
    if s.too_late:
        return Move(State.MISSED, "too little of the window is left to start")
    return None


def _create(s: Situation) -> Decision:
    at = max(create_at(s.broadcast, s.policy), s.retry_at(Kind.CREATE, s.round_at) or s.now)
    if s.now < at:
        return WaitUntil(min(at, s.broadcast.window.ends_at))
    wanted = s.broadcast
    return Perform(Create(wanted.title, wanted.meeting, wanted.streams_on_start))


def _settle(s: Situation) -> Decision:
    """A create may have taken effect: whatever bears the marker came of it."""
    found = s.seen.search.fact if s.seen.search else None
    if found and found.value:
        return Perform(Adopt(found.value[0].id, found.value[0].title))
    return WaitUntil((s.seen.search.tried_at if s.seen.search else s.now) + s.policy.search_every)


def _came_to_nothing(s: Situation, create: Attempt) -> bool:
    """Whether searches were answered for long enough since the create, and all of them empty."""
    found = s.seen.search.fact if s.seen.search else None
    if found is None or found.value:
        return False
    since = max(found.since, create.answered_at or create.began_at)
    return found.began_at - since >= s.policy.search_for


def _made(s: Situation) -> Decision:
    """A meeting is adopted: close its doors and add the hosts, as long as there is time for it."""
    starts_at = s.broadcast.window.starts_at
    unfinished = None if s.off_wanted or s.now >= starts_at else chore(s)
    match unfinished:
        case None:
            return Move(State.READY, "meeting adopted")
        case WaitUntil(at):
            return WaitUntil(min(at, starts_at))
        case Perform():
            return unfinished


def _chores(s: Situation) -> Iterator[Call]:
    room, wanted = s.run.room, s.broadcast
    if s.room_is_taken:
        return
    if room.doors is None:
        yield shut(flag=wanted.streams_on_start)
    hosts = {host.id: host.participant for host in wanted.hosts}
    missing = [AddHost(host) for key, host in hosts.items() if room.hosts.get(key) != host]
    if wanted.room is RoomUse.SHARED and not s.run.holds_room:
        yield from missing if s.has_turn else ()
        return  # Its other occurrences may want another title or other hosts.
    last = s.run.last(Kind.EDIT, since=s.round_at)
    in_doubt = last is not None and not last.settled
    if in_doubt or (room.title, dict(room.options)) != (wanted.title, dict(wanted.meeting)):
        yield Edit(wanted.title, wanted.meeting, whole=in_doubt)
    yield from missing
    yield from (RemoveHost(host) for key, host in room.hosts.items() if key not in hosts)
