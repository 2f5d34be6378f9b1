"""Off air: stop, close, prove, escalate; and the look back."""

from collections.abc import Iterator
from datetime import datetime

from jobs.model import Kind
from jobs.run import recording, unseen
from jobs.run.backoff import after_tries
from jobs.run.decision import (
    CLOSE,
    STOP_AGAIN,
    Call,
    Decision,
    KickAll,
    LookedBack,
    Move,
    Perform,
    Rest,
    Stop,
    StopRecording,
    WaitUntil,
)
from jobs.run.lifecycle import State
from jobs.run.situation import Situation


def begin(s: Situation) -> Decision:
    """Off air is wanted from now on: POST stop before anything is written down (law 3)."""
    if s.run.last(Kind.STOP, since=off_wanted_at(s)):
        return Move(State.STOPPING, s.off_why)
    return Perform(Stop(), s.off_why)


def off_wanted_at(s: Situation) -> datetime:
    """Return since when it should be off: the end or the request; a cancellation, since its first stop."""
    if s.over:
        return s.ends_at
    if s.run.stop_asked_at:
        return s.run.stop_asked_at
    return s.run.entered_at if s.run.state is State.STOPPING else s.now - s.policy.backoff_most


def stopping(s: Situation) -> Decision:
    """Off air is wanted and not proven: every step is tried, whatever became of the others."""
    if not s.run.holds_room:
        return Move(_over_as(s), s.run.why)
    if _is_off(s):
        return _leave(s)
    waits = []
    for call, at in _steps(s):
        if at <= s.now:
            return Perform(call, s.run.why)
        waits.append(at)
    return WaitUntil(min(waits)) if waits else WaitUntil(s.now + s.policy.poll_stopping)


def over(s: Situation) -> Decision:
    """Over and proven off: look back once, and begin anew if the start was moved to an instant to come."""
    if _wanted_again(s):
        to = State.READY if s.run.room.meeting_id else State.PLANNED
        return Move(to, "wanted again, with a start in the future")
    if s.run.looked_back_at or s.run.off_at is None:
        return Rest()
    if s.room_is_taken:
        return Perform(LookedBack(), "another run holds the room")
    return _look_back(s, look_back_at(s))


def _wanted_again(s: Situation) -> bool:
    """Whether its window is to come, and not one that it aired in: a clock set back puts that ahead again."""
    window, live_at = s.broadcast.window, s.run.live_at
    has_aired = live_at is not None and window.is_open(live_at)
    return window.starts_at > s.now and not has_aired and not s.broadcast.cancelled


def look_back_at(s: Situation) -> datetime:
    """Return when the meeting of a run that is over is looked at once more."""
    return (s.run.off_at or s.now) + s.policy.look_back_after


def proven(s: Situation) -> bool:
    """Whether two reads, begun after the closing PATCH was answered and far enough apart, say off."""
    return _meeting_is_gone(s) or _reads_prove(s)


def asks_what_aired(s: Situation) -> bool:
    """Whether it is off, would be missed, and the provider is still to be asked what aired in its meeting."""
    in_doubt = s.run.state is State.STOPPING and s.run.holds_room and _over_as(s) is State.MISSED
    return in_doubt and _is_off(s) and not _meeting_is_gone(s) and unseen.is_open(s)


def still_on(s: Situation) -> bool:
    """Whether a read that began late enough after off was wanted says that it is on air."""
    stream = s.stream_read_since((s.run.off_wanted_at or s.now) + s.policy.escalate_after)
    return stream is not None and stream.value.is_on


def asks_what_is_recorded(s: Situation) -> bool:
    """Whether its stream is off, and it is not known yet that nothing is recorded any more."""
    leaves = s.run.state is State.STOPPING and s.run.holds_room and proven(s) and _emptied(s)
    return leaves and not recording.is_settled(s)


def _is_off(s: Situation) -> bool:
    return proven(s) and _emptied(s) and recording.is_settled(s)


def _leave(s: Situation) -> Decision:
    """Nobody saw it is not it never aired: before it is called missed, the provider's own list is asked."""
    if asks_what_aired(s):
        return WaitUntil(s.now + s.policy.airings_every)
    to = _over_as(s)
    if to is not State.MISSED:
        return Move(to, _why_over(s))
    aired_at = unseen.aired_at(s)
    return Move(State.ENDED if aired_at else to, f"{_why_over(s)}; {unseen.told(s)}")


def _why_over(s: Situation) -> str:
    return "; ".join(filter(None, (s.run.why, recording.told(s))))


def _steps(s: Situation) -> Iterator[tuple[Call, datetime]]:
    """Yield the calls that are still wanted, each with the instant from which it may be made.

    A first stop goes before everything, one more after everything.
    """
    is_first = s.run.last(Kind.STOP, since=_since(s)) is None
    if is_first:
        yield Stop(), s.now
    if (at := _kick_at(s)) is not None:
        yield KickAll(), at
    if asks_what_is_recorded(s) and (found := recording.goes_on(s)):
        yield found, _paced(s, Kind.STOP_RECORDING)
    if s.run.closed_at is None:
        yield CLOSE, s.retry_at(Kind.CLOSE, _since(s)) or s.now
    if not is_first and (at := _stop_at(s)) is not None:
        yield STOP_AGAIN, at


def _since(s: Situation) -> datetime:
    return s.run.off_wanted_at or s.run.entered_at


def _stop_at(s: Situation) -> datetime | None:
    """Return from when on one more may be sent; None: not as far as is known.

    When the last one failed, when a read says on that began late enough, or when nothing could be read.
    """
    last = s.run.last(Kind.STOP, since=_since(s))
    if last is None or not last.succeeded:
        return s.retry_at(Kind.STOP, _since(s))
    answered_at = last.answered_at or last.began_at
    if not _is_read_since(s, answered_at):
        return max(answered_at + s.policy.escalate_after, _paced(s, Kind.STOP))
    stream = s.stream_read_since(answered_at + s.policy.stop_shows_within)
    return _paced(s, Kind.STOP) if stream and stream.value.is_on else None


def _is_read_since(s: Situation, instant: datetime) -> bool:
    """Whether a read since then says anything: on, or off."""
    stream = s.stream_read_since(instant)
    return stream is not None and (stream.value.is_on or stream.value.is_off)


def _kick_at(s: Situation) -> datetime | None:
    if still_on(s):
        return _paced(s, Kind.KICK_ALL)
    if not s.broadcast.empties_room or s.run.closed_at is None or _emptied(s):
        return None
    return s.retry_at(Kind.KICK_ALL, s.run.closed_at) or s.now


def _paced(s: Situation, kind: Kind) -> datetime:
    """Return when a call that took no effect may be repeated: ever later, at most the cap apart (law 4)."""
    return after_tries(s.run, kind, _since(s), s.policy) or s.now


def _emptied(s: Situation) -> bool:
    if not s.broadcast.empties_room or _meeting_is_gone(s):
        return True
    closed_at = s.run.closed_at
    kicks = s.run.of_kind(Kind.KICK_ALL, since=closed_at)
    return any(each.succeeded for each in kicks)


def _reads_prove(s: Situation) -> bool:
    stream = s.stream
    if s.run.closed_at is None or stream is None or not stream.value.is_off:
        return False
    reads = stream.reads_since(s.run.closed_at)
    asked_itself = stream.own_at is not None and stream.own_at >= s.run.closed_at
    return asked_itself and s.policy.are_apart(reads)


def _meeting_is_gone(s: Situation) -> bool:
    gone = s.seen.meeting.fact if s.seen.meeting else None
    if gone is None or gone.value is not None:
        return False
    return s.policy.are_apart(gone.reads_since(_since(s)))


def _over_as(s: Situation) -> State:
    if s.run.live_at:
        return State.ENDED
    return State.CANCELLED if s.called_off else State.MISSED


def _look_back(s: Situation, at: datetime) -> Decision:
    """Still off? Still closed? What is not, is stopped and closed again until a look finds it so."""
    stream = s.stream_read_since(at)
    meeting = s.seen.meeting.fact if s.seen.meeting and s.seen.meeting.fact else None
    if stream is None or meeting is None or meeting.began_at < at:
        return WaitUntil(max(at, s.now + s.policy.poll_stopping))
    if stream.value.is_on:
        return _again(s, Stop(), stream.began_at, at)
    open_again = meeting.value and (meeting.value.active or meeting.value.live_stream_on_start)
    if open_again:
        return _again(s, CLOSE, meeting.began_at, at)
    if (waits := _look_back_at_recording(s, at)) is not None:
        return waits
    return (
        Perform(LookedBack(), "final check: still closed and off")
        if stream.value.is_off
        else WaitUntil(s.now + s.policy.poll_live)
    )


def _look_back_at_recording(s: Situation, at: datetime) -> Decision | None:
    """Somebody who stayed may have begun another one; whether that can be told or not, one look is enough."""
    asked = s.seen.recording
    if not recording.is_looked_for(s.broadcast):
        return None
    if asked is None or asked.tried_at < at:
        return WaitUntil(s.now + s.policy.poll_stopping)
    found = recording.read_since(s, at)
    if found is None or not found.value.is_on:
        return None
    return _again(s, StopRecording(found.value.id), found.began_at, at)


def _again(s: Situation, call: Call, read_at: datetime, since: datetime) -> Decision:
    last = s.run.last(call.kind, since=since)
    at = after_tries(s.run, call.kind, since, s.policy) or s.now
    if at <= s.now and (last is None or last.began_at < read_at):
        return Perform(call, "on air or open again after it ended")
    return WaitUntil(max(at, s.now + s.policy.poll_stopping))
