"""Where time passes by the second, where in steps, and where it leaps, by what is to happen."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from jobs.model import Broadcast, GoLive
from jobs.policy import Policy
from jobs.run.prepare import create_at
from worker.rehearsal.faults import Fault
from worker.rehearsal.scene import Script
from worker.rehearsal.tempo import CLOSE, STEADY, Stretch, Tempo

_POLICY = Policy()
_PREPARED = timedelta(seconds=20)
"""From when a meeting is due until it is made, closed and quiet."""
_STARTED = timedelta(seconds=60)
_OVER = timedelta(seconds=75)
"""From an end until it is off, proven, and looked back at."""
_SETTLED = timedelta(seconds=90)
"""From the end of a fault until everything is as before."""
_BEFORE = timedelta(seconds=2)
_MOMENT = timedelta(seconds=10)
_LEFT = timedelta(seconds=130)
"""From the last one's leaving until its stream has ended and that is told."""


def tempo(script: Script) -> Tempo:
    """Return the tempo of a rehearsal."""
    spans = [span for each in script.broadcasts for span in _of_broadcast(each, script)]
    spans += [span for fault in script.faults for span in _of_fault(fault)]
    spans.append(_close(script.ends_at - _MOMENT, script.ends_at))
    begins = script.begins_at
    stretches = [
        Stretch(max(0.0, _seconds(begin - begins)), _seconds(end - begins), tick)
        for begin, end, tick in spans
        if end > begins
    ]
    return Tempo(stretches, _seconds(script.ends_at - begins))


_Span = tuple[datetime, datetime, float]


def _of_broadcast(broadcast: Broadcast, script: Script) -> Iterator[_Span]:
    starts = broadcast.window.starts_at
    doors = starts - broadcast.doors if broadcast.go_live is GoLive.AT_START else starts
    checked = starts - _POLICY.preflight_before
    prepared = max(create_at(broadcast, _POLICY), script.begins_at)
    yield _close(prepared, prepared + _PREPARED)
    yield _close(checked, checked + _MOMENT)
    yield _close(starts, starts + _STARTED)
    yield from (_close(each, each + _OVER) for each in _ends(broadcast))
    yield min(doors, checked), broadcast.latest_end, STEADY
    if doors < starts:
        yield _close(doors, doors + _MOMENT)
    late = (each for each in script.cast[broadcast.id] if each.comes_at > starts)
    yield from (_close(each.comes_at, each.comes_at + _MOMENT) for each in late)
    gone = (each.leaves_at for each in script.cast[broadcast.id] if each.leaves_at < broadcast.latest_end)
    yield from (_close(at, at + _LEFT) for at in gone)


def _ends(broadcast: Broadcast) -> Iterator[datetime]:
    """Yield each end that it may have: the planned one, and those that may follow by rule."""
    at = broadcast.window.ends_at
    while at < broadcast.latest_end:
        yield at
        at += _POLICY.overrun_by
    yield broadcast.latest_end


def _of_fault(fault: Fault) -> Iterator[_Span]:
    yield _close(fault.at, fault.until + _SETTLED)


def _close(begin: datetime, end: datetime) -> _Span:
    return begin - _BEFORE, end, CLOSE


def _seconds(length: timedelta) -> float:
    return length.total_seconds()
