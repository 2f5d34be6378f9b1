"""How a broadcast is and what is next, in sentences."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from jobs.model import Broadcast, GoLive
from jobs.policy import Policy
from jobs.run.go_live import doors_at
from jobs.run.lifecycle import OVER, State
from jobs.run.prepare import create_at
from worker.store.records import Overview
from worker.view.sentences import Sentence, clock, localised


def of_present(
    row: Overview, state: State | None, at: datetime, zone: tzinfo | None, *, is_past: bool
) -> Sentence:
    """Return in which state it is, and its window; `is_past`: in which it was then."""
    if is_past:
        return Sentence(at, "now", f"It was {state} then." if state else "No worker had picked it up then.")
    called_off = "Its row is cancelled, and no" if row.cancelled else "No"
    said = f"It is {state}" if state else f"{called_off} worker has picked it up"
    why = f" ({localised(row.why, zone)})" if state is State.REJECTED and row.why else ""
    return Sentence(at, "now", f"{said}{why}{_window(row, zone)}.")


def of_next(
    state: State | None,
    wanted: Broadcast | None,
    worker_seen_at: datetime | None,
    now: datetime,
    zone: tzinfo | None,
) -> Iterator[Sentence]:
    """Yield what is next, as far as it can be known."""
    if state is None:
        found = _take_up(worker_seen_at, zone)
    elif wanted is None or state in OVER | {State.STOPPING, State.REJECTED}:
        found = _of_state(state)
    else:
        found = _of_wanted(state, wanted, now, zone)
    yield Sentence(None, "next", f"Next: {found}")


def _window(row: Overview, zone: tzinfo | None) -> str:
    if row.starts_at is None or row.ends_at is None:
        return ""
    return f"; its window is {clock(row.starts_at, zone)} to {clock(row.ends_at, zone)}"


def _take_up(worker_seen_at: datetime | None, zone: tzinfo | None) -> str:
    if worker_seen_at is None:
        return "a worker picks it up; none has ever run on this database: `cuelight run` starts one."
    return f"a worker picks it up; the last was seen {clock(worker_seen_at, zone)}."


def _of_state(state: State) -> str:
    match state:
        case State.REJECTED:
            return "nothing, until its row or the file is corrected."
        case State.STOPPING:
            return "two reads that say off; cuelight does not give up on it before."
        case _ if state in OVER:
            return "nothing; `cuelight reopen` puts what has aired on air again, in the same meeting."
        case _:
            return "its row cannot be read, so that what was accepted last stays in force."


def _of_wanted(state: State, wanted: Broadcast, now: datetime, zone: tzinfo | None) -> str:
    starts, ends = clock(wanted.window.starts_at, zone), clock(wanted.window.ends_at, zone)
    match state:
        case State.PLANNED:
            return f"its meeting is created {clock(max(create_at(wanted, Policy()), now), zone)}."
        case State.READY if wanted.go_live is GoLive.AT_START:
            return f"the backstage opens {clock(doors_at(wanted), zone)}, and it goes on air {starts}."
        case State.READY:
            return f"the doors open {starts}; the first to join puts it on air."
        case State.STARTING:
            return f"it is on air once somebody is in and LIVE is read; it ends {ends}."
        case _:
            return f"it is taken off the air {ends}."
