"""A room is one show's at a time, above all one that several share."""

from collections.abc import Iterator, Sequence

from tests.campaign.laws.breach import Breach
from tests.campaign.spans import common
from tests.campaign.truth import Held, Room, Truth
from tests.campaign.written import instant

ROUNDED = 0.3
"""Seconds by which what is dated by a worker and by the provider may lie apart."""
OF_THE_HOLDER = ("open", "backstage", "start", "stop", "close", "kick_all")


def one_room_one_show(truth: Truth) -> Iterator[Breach]:
    """A room is held by one show at a time; in a shared one each stream and call belongs to its holder."""
    yield from _each_entry_in_one_room(truth)
    for room in truth.rooms:
        if len(room.shows) > 1:
            held = truth.uses(room)
            yield from _held_by_one(room, held)
            yield from _no_stream_of_two(truth, room, held)
            yield from _no_call_of_another(truth, room, held)


def _each_entry_in_one_room(truth: Truth) -> Iterator[Breach]:
    """What an entry shares is one meeting."""
    rooms: dict[str, set[str]] = {}
    for show in truth.shows.values():
        run = truth.runs.get(show.id)
        if show.entry and run and run["state"] != "rejected" and not truth.world.scenario.by_file:
            rooms.setdefault(show.entry, set()).add(run["room_key"])
    for entry, keys in rooms.items():
        if len(keys) > 1:
            yield Breach("one_room_one_show", entry, 0, f"in rooms {sorted(keys)}")


def _held_by_one(room: Room, held: Sequence[Held]) -> Iterator[Breach]:
    for (before, was, _), (after, then, _) in _pairs(held):
        if then.start < was.end:
            how = f"{after} although {before} holds it until {was.end:.2f}"
            yield Breach("one_room_one_show", room.key, then.start, how)


def _pairs(held: Sequence[Held]) -> Iterator[tuple[Held, Held]]:
    """Yield each with each later one of another show."""
    for number, before in enumerate(held):
        yield from ((before, after) for after in held[number + 1 :] if after[0] != before[0])


def _no_stream_of_two(truth: Truth, room: Room, held: Sequence[Held]) -> Iterator[Breach]:
    """What went on air for one is off before another holds the room."""
    for meeting in truth.meetings(room):
        for stream in truth.on_air(meeting):
            parts = [(show, part) for show, span, _ in held for part in common(stream, [span])]
            of = {show for show, part in parts if part.length > ROUNDED}
            if len(of) > 1:
                yield Breach("one_room_one_show", room.key, stream.start, f"one stream of {sorted(of)}")


def _no_call_of_another(truth: Truth, room: Room, held: Sequence[Held]) -> Iterator[Breach]:
    """Whoever does not hold it sends no stream, flag or door call; a wrong clock dates them otherwise."""
    if len(truth.world.steps) > 1:
        return
    statement = "SELECT run_id, kind, began_at FROM attempts WHERE room_key = ? ORDER BY id"
    for row in truth.written.rows(statement, room.key):
        show, at = truth.written.show(row["run_id"]), instant(row["began_at"])
        others = [who for who, span, _ in held if who != show and span.start + ROUNDED < at < span.end]
        if row["kind"] in OF_THE_HOLDER and others:
            yield Breach("one_room_one_show", room.key, at, f"{row['kind']} of {show} while {others} hold it")


def one_run_each(truth: Truth) -> Iterator[Breach]:
    """A show has one row and one run, whatever its entry is called and by what rule it recurs."""
    shows = [truth.written.names[row["id"]] for row in _rows_of_shows(truth)]
    for show in sorted(set(shows)):
        if shows.count(show) > 1:
            yield Breach("one_run_each", show, 0, f"{shows.count(show)} rows")


def _rows_of_shows(truth: Truth) -> list[dict[str, str]]:
    statement = "SELECT id FROM broadcasts WHERE title LIKE 'Show %'"
    return truth.written.rows(statement)


ROOMS = {"one_room_one_show": one_room_one_show, "one_run_each": one_run_each}
