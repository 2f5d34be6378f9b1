"""Over the end by rule: when that was allowed at all, and how far."""

from collections.abc import Iterator

from tests.campaign.laws.breach import Breach
from tests.campaign.scenario import Show
from tests.campaign.spans import Span
from tests.campaign.truth import HEARD_AFTER, Room, Truth
from tests.campaign.written import Overrun

EVIDENCE = 95.0
"""Seconds before the end from which on an answer counts, with the lag of what it says."""
CALLED_OFF_HEARD = 10.0
"""Seconds after which a worker that is well has heard of a stop or a cancellation."""
ROUNDED = 0.01


def overrun_capped(truth: Truth) -> Iterator[Breach]:
    """An end is moved by rule before it comes, and never past the planned one by more than its cap."""
    for show in truth.shows.values():
        for moved in truth.overruns(show):
            planned = max(end for at, end in truth.ends(show) if at <= moved.at)
            if moved.after > planned + show.overrun + ROUNDED:
                yield Breach("overrun_capped", show.id, moved.at, f"to {moved.after}, planned {planned}")
            if moved.dated >= moved.before:
                yield Breach("overrun_capped", show.id, moved.at, f"after its end at {moved.before}")


def overrun_allowed(truth: Truth) -> Iterator[Breach]:
    """An end is moved by rule only with people in, in a room that is free, and if nobody called it off."""
    for room in truth.rooms:
        for show in room.shows:
            for moved in truth.overruns(show):
                if why := _objection(truth, room, show, moved):
                    yield Breach("overrun_allowed", show.id, moved.at, why)


def _objection(truth: Truth, room: Room, show: Show, moved: Overrun) -> str:
    """Return why this end was not to be moved; empty: it might be."""
    lately = Span(moved.before - truth.ahead(moved.at) - EVIDENCE, moved.at)
    people = [span for meeting in truth.meetings(room) for span in truth.people(meeting)]
    if not any(span.start < lately.end and span.end > lately.start for span in people):
        return "nobody was in"
    if any(
        other.starts >= show.starts and _is_needed_by(truth, other, moved)
        for other in room.shows
        if other != show
    ):
        return "another one needs the room"
    heard = moved.at - CALLED_OFF_HEARD
    was_well = truth.was_up(heard, moved.at) and not truth.in_trouble(heard, moved.at, "database")
    return (
        "called off"
        if was_well and any(off.start < heard and off.end > moved.at for off in truth.called_off(show))
        else ""
    )


def _is_needed_by(truth: Truth, other: Show, moved: Overrun) -> bool:
    is_known = other.known_at < moved.at - HEARD_AFTER
    is_wanted = truth.state(other.id, moved.at) in ("planned", "ready") and not truth.called_off(other)
    return is_known and is_wanted and other.starts < moved.after


OVERRUNS = {"overrun_capped": overrun_capped, "overrun_allowed": overrun_allowed}
