"""From a row as it stands to the broadcast in force: what is taken over, what is frozen, what is refused."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from jobs.marker import room_left_for_title
from jobs.model import Broadcast, Kind, Run, Unreadable, Window
from jobs.run.decision import Move
from jobs.run.lifecycle import HOLDING, OVER, State

ROOM_IS_FIXED = "its room can no longer be changed: cancel it and add another"


@dataclass(frozen=True, slots=True)
class Intake:
    """The broadcast in force, and why the row as it stands is not it (empty if it is)."""

    broadcast: Broadcast | None
    refusal: str = ""


def objection(wanted: Broadcast | Unreadable, accounts: Collection[str]) -> str:
    """Return why this cannot be run as written; empty if it can."""
    if isinstance(wanted, Unreadable):
        return wanted.reason
    if wanted.account not in accounts:
        known = ", ".join(sorted(accounts)) or "none"
        return f"account {wanted.account!r} is not set up (known: {known})"
    if len(wanted.title) > room_left_for_title():
        return f"the title has {len(wanted.title)} characters; {room_left_for_title()} fit beside the marker"
    return ""


def intake(
    wanted: Broadcast | Unreadable,
    accepted: Broadcast | None,
    run: Run,
    accounts: Collection[str],
    now: datetime,
) -> Intake:
    """Return the broadcast in force after looking at the row as it stands.

    A bad edit is refused and the accepted one stays. The start is frozen from `starting` on, the whole
    window from `stopping` on; account and room freeze when a meeting is adopted.
    """
    reason = objection(wanted, accounts)
    if reason or isinstance(wanted, Unreadable):
        stands = accepted is not None and (run.room.meeting_id or not objection(accepted, accounts))
        return Intake(accepted if stands else None, reason)
    if accepted is None:
        moved = wanted.room_key != run.room.key
        return Intake(None, ROOM_IS_FIXED) if moved else Intake(wanted)
    return Intake(*_thawed(wanted, accepted, run, now))


def standing(run: Run, taken: Intake) -> Move | None:
    """Return the move that follows from whether the row can be run at all."""
    if run.state is State.REJECTED and taken.broadcast and not taken.refusal:
        return Move(State.PLANNED, "valid now")
    if run.state is State.PLANNED and taken.broadcast is None:
        return Move(State.REJECTED, taken.refusal)
    return None


def _thawed(wanted: Broadcast, accepted: Broadcast, run: Run, now: datetime) -> tuple[Broadcast, str]:
    """Keep what can no longer change."""
    window, reason = _window(wanted.window, accepted.as_planned.window, run.state, now)
    if wanted.room_key != run.room.key:
        reason = ROOM_IS_FIXED
        wanted = replace(wanted, room=accepted.room, entry=accepted.entry, reopened_in=accepted.reopened_in)
    if wanted.account != run.room.account and not _is_free_to_move(run):
        reason = "the account cannot be changed once a meeting was requested"
        wanted = replace(wanted, account=run.room.account)
    return _running_over(replace(wanted, window=window), accepted), reason


def _running_over(planned: Broadcast, accepted: Broadcast) -> Broadcast:
    """Keep an end that was moved by rule, for as long as nobody moves the one that it was counted from.

    Whoever moves that, earlier or later, is obeyed at once; so is who allows less, or nothing, by rule.
    """
    if accepted.planned_end != planned.window.ends_at:
        return planned
    return planned.running_until(accepted.window.ends_at)


def _is_free_to_move(run: Run) -> bool:
    """Whether the provider has nothing of it, and cannot have."""
    create = run.last(Kind.CREATE)
    return run.room.meeting_id is None and (create is None or create.settled)


def _window(wanted: Window, accepted: Window, state: State, now: datetime) -> tuple[Window, str]:
    if wanted == accepted:
        return accepted, ""
    if state in HOLDING:
        if wanted.ends_at <= accepted.starts_at:
            return accepted, "the end is before the start, which can no longer be changed"
        return Window(accepted.starts_at, wanted.ends_at), ""
    if state is State.STOPPING:
        return accepted, "it is being taken off the air: `cuelight reopen` creates a new occurrence"
    if state in OVER and wanted.starts_at <= now:
        return accepted, "it is over: `cuelight reopen` creates a new occurrence"
    return wanted, ""


def differences(before: Broadcast | None, after: Broadcast) -> str:
    """Return what changed, in words for the journal."""
    if before is None:
        return "picked up"
    names = (each.name for each in fields(Broadcast) if each.name != "planned_end")
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return "changed: " + ", ".join(_difference(*pair) for pair in pairs if pair[1] != pair[2])


def _difference(name: str, before: object, after: object) -> str:
    """Return what a field was and what it is; of what is long, that it changed."""
    match before, after:
        case Window(), Window():
            ends = ("starts_at", "ends_at")
            pairs = [(each, getattr(before, each), getattr(after, each)) for each in ends]
            return ", ".join(_difference(*pair) for pair in pairs if pair[1] != pair[2])
        case datetime(), datetime():
            return f"{name} {instant(before)} -> {instant(after)}"
        case timedelta(), timedelta():
            return f"{name} {before} -> {after}"
        case str() | bool(), str() | bool():
            return f"{name} {str(before)!r} -> {str(after)!r}"
        case _:
            return name


def instant(at: datetime) -> str:
    """Return an instant as the journal has it."""
    return at.isoformat().replace("+00:00", "Z")
