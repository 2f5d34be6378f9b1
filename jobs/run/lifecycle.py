"""The states of a run and the table of its moves.

Two rules. Whatever moves a state goes through `moved_to`, and this file does not know why: the jobs do.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """What became of a broadcast so far."""

    PLANNED = "planned"
    """Known here, nothing at the provider."""
    READY = "ready"
    """A meeting is adopted; its doors are closed, or it is a backstage."""
    STARTING = "starting"
    """The window is open and the stream is not LIVE yet."""
    LIVE = "live"
    """LIVE was read from `active-livestream`."""
    INTERRUPTED = "interrupted"
    """It was live, is not, and the window is still open."""
    STOPPING = "stopping"
    """Off air is wanted and not yet proven."""
    ENDED = "ended"
    """Over: it aired, and is proven off."""
    MISSED = "missed"
    """Over: it never aired."""
    CANCELLED = "cancelled"
    """Over: it was cancelled."""
    REJECTED = "rejected"
    """It cannot be run as it is written; no meeting was ever made."""


_PLANNED, _READY, _STARTING, _LIVE, _INTERRUPTED, _STOPPING, _ENDED, _MISSED, _CANCELLED, _REJECTED = State

MOVES: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        _PLANNED: frozenset({_READY, _MISSED, _CANCELLED, _REJECTED}),
        _READY: frozenset({_STARTING, _STOPPING}),
        _STARTING: frozenset({_LIVE, _STOPPING}),
        _LIVE: frozenset({_INTERRUPTED, _STOPPING}),
        _INTERRUPTED: frozenset({_LIVE, _STOPPING}),
        _STOPPING: frozenset({_ENDED, _MISSED, _CANCELLED}),
        _ENDED: frozenset({_PLANNED, _READY}),
        _MISSED: frozenset({_PLANNED, _READY}),
        _CANCELLED: frozenset({_PLANNED, _READY}),
        _REJECTED: frozenset({_PLANNED, _MISSED, _CANCELLED}),
    },
)

OVER = frozenset({State.ENDED, State.MISSED, State.CANCELLED})
"""Nothing more is wanted, unless the start is moved to an instant still to come."""

HOLDING = frozenset({State.STARTING, State.LIVE, State.INTERRUPTED})
"""The window is open: this run may put its meeting on air."""


class IllegalMoveError(Exception):
    """A move that the table does not know. Nothing was changed."""

    def __init__(self, before: State, after: State) -> None:
        super().__init__(f"a run cannot move from {before} to {after}")
        self.before = before
        self.after = after


def moved_to(before: State, after: State) -> State:
    """Return `after` if the table allows the move.

    Raises:
        IllegalMoveError: the table does not.
    """
    if after not in MOVES[before]:
        raise IllegalMoveError(before, after)
    return after


def diagram() -> str:
    """Draw the table of moves as a Mermaid state diagram, for the README."""
    arrows = [
        f"    {before} --> {after}"
        for before, targets in MOVES.items()
        for after in State
        if after in targets
    ]
    return "\n".join(["stateDiagram-v2", "    [*] --> planned", "    [*] --> rejected", *arrows])
