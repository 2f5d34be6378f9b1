"""What operators order: it is answered, and it stays."""

from collections.abc import Iterator
from typing import Any

from tests.campaign.laws.breach import Breach
from tests.campaign.scenario import Show
from tests.campaign.spans import Span, common, joined, without
from tests.campaign.truth import Room, Truth
from tests.campaign.written import Moved, instant

OVER = ("ended", "missed", "cancelled", "rejected")

ANSWERED_WITHIN = 60.0
"""Seconds within which a request is answered, while a worker and its database are well: a stop waits for the
pass under way in its room, a sweep for the answers about each meeting."""


def requests_answered(truth: Truth) -> Iterator[Breach]:
    """Every request is answered within 60 s in which a worker holds the lease and the database is well."""
    for row in truth.world.database.rows("SELECT * FROM requests ORDER BY id"):
        asked_at = instant(row["asked_at"])
        waits = Span(asked_at, _answered_at(truth, row, asked_at))
        chance = max(
            (each.length for each in _well(truth, waits, truth.written.show(row["broadcast_id"]))),
            default=0.0,
        )
        if chance > ANSWERED_WITHIN:
            about = f"{row['kind']} {row['broadcast_id']}".strip()
            yield Breach(
                "requests_answered", about, asked_at, f"no answer in {chance:.1f} s: {row['answer']}"
            )


def _answered_at(truth: Truth, row: Any, asked_at: float) -> float:
    return (
        truth.end if row["answered_at"] is None else truth.written.true(instant(row["answered_at"]), asked_at)
    )


def _well(truth: Truth, within: Span, show: str) -> Iterator[Span]:
    """Yield when a worker could have answered: up, with its database, and able to decide about the show."""
    hindered = [Span(start, end) for start, end, who in truth.world.troubled if who == "database"]
    hindered += [Span(*each) for each in truth.world.poisoned.get(show, [])]
    hindered += [Span(*each) for each in truth.world.locked.get(show, [])]
    for left in without(within, joined(hindered)):
        yield from common(left, truth.up)


def orders_stick(truth: Truth) -> Iterator[Breach]:
    """What is stopped or cancelled, and off, does not start again, unless that is undone in time."""
    for room in truth.rooms:
        for show in room.shows:
            for off in _in_force(truth, show):
                if obeyed := _obeyed(truth, show.id, off):
                    yield from _begun_again(truth, show.id, Span(obeyed.at, off.end), obeyed.number)
                    yield from _opened_again(truth, room, show, Span(obeyed.at, off.end))


def _in_force(truth: Truth, show: Show) -> Iterator[Span]:
    """Yield when it was cancelled: until that was taken back before its start, by the workers' clock."""
    back = [at for at, what, _ in truth.wanted(show) if what == "uncancel" and _is_to_come(truth, show, at)]
    for off in truth.called_off(show):
        yield Span(off.start, min([off.end, *(at for at in back if at > off.start)]))


def _is_to_come(truth: Truth, show: Show, at: float) -> bool:
    return at + truth.ahead(at) < show.starts


def _obeyed(truth: Truth, run: str, off: Span) -> Moved | None:
    """Return the first move by which the run was over after somebody had ordered that, in true time."""
    moves = [each for each in truth.written.moves_of(run) if each.after in OVER and off.has(each.at)]
    return min(moves, key=lambda each: each.number, default=None)


def _begun_again(truth: Truth, run: str, off: Span, number: int) -> Iterator[Breach]:
    for each in truth.written.moves_of(run):
        if each.number > number and off.has(each.at) and each.after not in OVER:
            yield Breach(
                "orders_stick", run, each.at, f"{each.before} -> {each.after} after it was cancelled"
            )


def _opened_again(truth: Truth, room: Room, show: Show, off: Span) -> Iterator[Breach]:
    """A meeting that no other show has to itself is neither opened nor started any more."""
    others = [other for other in room.shows if other.id != show.id]
    if others or room.adopted is None:
        return
    opened = [call for call in truth.about(room.adopted, "PATCH") if b'"ACTIVE"' in call.body]
    started = truth.about(room.adopted, "POST", "/livestreams")
    for call in [*opened, *started]:
        if off.has(call.at):
            yield Breach(
                "orders_stick", show.id, call.at, f"{call.method} {call.path[-40:]} after it was cancelled"
            )


ORDERS = {
    "requests_answered": requests_answered,
    "orders_stick": orders_stick,
}
