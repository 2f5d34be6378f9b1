"""From what is known to what is wrong with it. Nothing wrong: it ended as it should."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jobs.run.lifecycle import State
from worker.demo.evidence import Evidence
from worker.demo.provider import Call

LATE = timedelta(seconds=2)
"""An opening or a stop that comes later than this is too late."""
APART = timedelta(seconds=1.9)
"""The two reads that prove off begin 2 s apart; on their way they may come a little closer."""
NONE_RUNNING = 404
"""What reading the active livestream is answered when there is none."""
CLOSED = {"live_stream_on_start": False, "status": "INACTIVE"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a part came to."""

    key: str
    expected: str
    actual: str
    opened_after: timedelta | None
    """From the start to the opening of the doors; None: never opened."""
    live_for: timedelta
    stopped_after: timedelta | None
    """From the end to the first stop; None: never stopped."""
    proof: tuple[Call, ...]
    """The last two reads after the closing."""
    problems: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether it ended as it should."""
        return not self.problems


def judged(evidence: Evidence) -> Judgement:
    """Return what the part came to, and what is wrong with it."""
    return Judgement(
        key=evidence.part.key,
        expected=evidence.part.comes_to,
        actual=str(evidence.row.state) if evidence.row else "unknown",
        opened_after=_after(evidence.starts_at, _opening(evidence)),
        live_for=_live_for(evidence),
        stopped_after=_after(evidence.ends_at, _first_stop(evidence)),
        proof=_proof(evidence),
        problems=tuple(found for check in _CHECKS for found in check(evidence)),
    )


def _state(e: Evidence) -> Iterator[str]:
    state = e.row.state if e.row else None
    if state is not e.part.comes_to:
        yield f"it is {state or 'unknown'}, and should be {e.part.comes_to}"


def _one_meeting(e: Evidence) -> Iterator[str]:
    if len(e.rooms) != 1:
        yield f"it has {len(e.rooms)} meetings, but should have one"


def _not_early(e: Evidence) -> Iterator[str]:
    if any(at < e.starts_at for at in e.happened("stream.started")):
        yield "it was on air before its start"


def _opened_on_time(e: Evidence) -> Iterator[str]:
    opening = _opening(e)
    if opening is None:
        yield "its doors never opened"
    elif not e.starts_at <= opening.at <= e.starts_at + LATE:
        yield f"its doors opened {_seconds(opening.at - e.starts_at)} after the start"


def _was_live(e: Evidence) -> Iterator[str]:
    times = len(e.happened("stream.live"))
    if times != e.part.streams:
        yield f"it was LIVE {times} times, but should have been {e.part.streams} times"


def _stopped_on_time(e: Evidence) -> Iterator[str]:
    stop = _first_stop(e)
    if stop is None:
        yield "it was never stopped"
    elif not e.ends_at <= stop.at <= e.ends_at + LATE:
        yield f"it was stopped {_seconds(stop.at - e.ends_at)} after its end"


def _told(e: Evidence) -> Iterator[str]:
    for name in sorted(e.part.alerts - e.told.keys()):
        yield f"alert {name} was not raised"
    for name in sorted(e.told.keys() - e.part.alerts):
        if e.told[name].severity == "critical":
            yield f"critical alert {name} was raised: {e.told[name].text}"


def _goes_on(e: Evidence) -> Iterator[str]:
    if e.part.repeats and not any(row.state is State.PLANNED for row in e.coming):
        yield "the occurrence of next week is not planned"


def _proven_off(e: Evidence) -> Iterator[str]:
    proof = _proof(e)
    apart = len(proof) == 2 and proof[1].at - proof[0].at >= APART
    if not apart or any(each.status != NONE_RUNNING for each in proof):
        yield "no two reads after the closing prove that it is off"
    for room in e.rooms:
        if room.on_air or room.active or room.flag:
            yield f"the provider has it {'on air' if room.on_air else 'open'}"


_CHECKS: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    _state,
    _one_meeting,
    _not_early,
    _opened_on_time,
    _was_live,
    _stopped_on_time,
    _told,
    _goes_on,
    _proven_off,
)


def _opening(e: Evidence) -> Call | None:
    opened: dict[str, Any] = {"live_stream_on_start": True, "status": "ACTIVE"}
    return next((each for each in e.calls if each.method == "PATCH" and each.body == opened), None)


def _first_stop(e: Evidence) -> Call | None:
    return next(iter(e.made("POST", "/active-livestream/stop")), None)


def _proof(e: Evidence) -> tuple[Call, ...]:
    closings = [each.at for each in e.calls if each.method == "PATCH" and each.body == CLOSED]
    reads = e.made("GET", "/active-livestream")
    return tuple(each for each in reads if closings and each.at > closings[-1])[-2:]


def _live_for(e: Evidence) -> timedelta:
    """Return how long it was LIVE in all; what has not ended counts until its last happening."""
    total, since = timedelta(0), None
    for each in e.history:
        if each.kind == "stream.live":
            since = each.at
        elif each.kind == "stream.off" and since:
            total, since = total + (each.at - since), None
    return total + (e.history[-1].at - since if since else timedelta(0))


def _after(instant: datetime, call: Call | None) -> timedelta | None:
    return call.at - instant if call else None


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():.1f} s"
