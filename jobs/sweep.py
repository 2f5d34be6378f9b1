"""The search for what is on air and should not be: what to do about each meeting that was found."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from jobs.marker import bears, of_installation
from jobs.run.lifecycle import HOLDING, State

ATTENDED = HOLDING | {State.STOPPING, State.READY}
"""A run in one of these looks after its meeting by itself."""


class Verdict(StrEnum):
    """What is to be done about a meeting."""

    LEAVE = "left"
    """Its run looks after it, or nothing is wrong with it."""
    STOP = "stopped"
    """Ours, on air, and nobody's window is open: stop it and close its doors."""
    CLOSE = "closed"
    """A twin that nobody uses, and that could be entered."""
    FOREIGN = "foreign"
    """On air and not ours: it is told of, and never touched."""


@dataclass(frozen=True, slots=True)
class Found:
    """A meeting as the provider's lists show it."""

    meeting_id: str
    title: str
    on_air: bool
    open: bool
    """Whether it is ACTIVE, or has the flag on."""
    may_record: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """A run that uses a room."""

    run_id: str
    state: State
    marker: str = ""
    """Its room's."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A room as it is recorded here, with the runs that use it."""

    marker: str
    meeting_id: str | None
    uses: tuple[Use, ...] = ()


def verdict(found: Found, rooms: Iterable[Kept], installation: str) -> Verdict:
    """Return what to do about one meeting (laws 2 and 8)."""
    rooms = tuple(rooms)
    adopted = next((room for room in rooms if room.meeting_id == found.meeting_id), None)
    if adopted is not None:
        return Verdict.STOP if found.on_air and not _attended(adopted.uses) else Verdict.LEAVE
    if not of_installation(found.title, installation):
        return Verdict.FOREIGN if found.on_air else Verdict.LEAVE
    if found.on_air:
        return Verdict.STOP
    return Verdict.CLOSE if found.open and not _waits_for_it(found, rooms) else Verdict.LEAVE


def is_in_hand(what: Verdict, state: State) -> bool:
    """Whether a run keeps its meeting from that, which the worker itself knows to be in this state.

    Rows may be lost in a damaged database without a word; nobody else can have changed what became of a run.
    """
    return state in HOLDING or (state is State.READY and what is Verdict.CLOSE)


def use_of(found: Found, rooms: Iterable[Kept]) -> Use | None:
    """Return the use that a meeting belongs to, or is a twin's of; the last one of several."""
    uses = [use for room in rooms if _is_of(found, room) for use in room.uses]
    return uses[-1] if uses else None


def waiting_in(found: Found, rooms: Iterable[Kept]) -> tuple[Use, ...]:
    """Return the runs that wait for their start in this meeting, unless another run has it on the air."""
    uses = [use for room in rooms if room.meeting_id == found.meeting_id for use in room.uses]
    if any(use.state in HOLDING or use.state is State.STOPPING for use in uses):
        return ()
    return tuple(use for use in uses if use.state is State.READY)


def _is_of(found: Found, room: Kept) -> bool:
    return room.meeting_id == found.meeting_id or bears(found.title, room.marker)


def _waits_for_it(found: Found, rooms: Collection[Kept]) -> bool:
    """Whether a room has no meeting yet: adoption decides there which one it takes."""
    return any(room.meeting_id is None and bears(found.title, room.marker) for room in rooms)


def _attended(uses: Iterable[Use]) -> bool:
    return any(use.state in ATTENDED for use in uses)
