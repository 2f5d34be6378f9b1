"""On air again after it was over: a new occurrence on the same meeting."""

from dataclasses import replace

from jobs.model import Broadcast, RoomUse, Run, Window
from jobs.run.lifecycle import HOLDING, State

LONGEST_ID = 60
"""Characters of an id that leave room for a number."""
_NOT_BEGUN = frozenset({State.PLANNED, State.READY, State.REJECTED})


def refusal(run: Run, accepted: Broadcast | None) -> str:
    """Return why it cannot be reopened, with the cure; empty if it can."""
    if run.state in HOLDING:
        return f"it is {run.state}: use `cuelight extend`"
    if run.state in _NOT_BEGUN:
        return f"it is {run.state}: change its start instead"
    if accepted is None or run.room.meeting_id is None:
        return "it never had a meeting: add a new broadcast with `cuelight add`"
    if len(run.id) > LONGEST_ID:
        return f"its id has more than {LONGEST_ID} characters, so no number can be appended"
    if run.room.held_by not in (None, run.id):
        return f"its meeting is used by {run.room.held_by} now: extend that one"
    return ""


def reopened(accepted: Broadcast, run: Run, window: Window) -> Broadcast:
    """Return the new occurrence, under the old id: the store finds the next free one.

    It shares the room, so it waits until what was on air there is proven off.
    """
    there = replace(accepted, room=RoomUse.SHARED, entry=None, reopened_in=run.room.key)
    return replace(there, window=window, planned_end=None, cancelled=False)
