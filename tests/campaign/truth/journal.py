"""Which runs and rooms came of the shows, and how they moved, by what the workers wrote down."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.campaign.scenario import Show
from tests.campaign.spans import Span
from tests.campaign.truth.after import After

BEGINS = ("starting", "live", "interrupted")
OVER = ("ended", "missed", "cancelled")


@dataclass(frozen=True, slots=True)
class Room:
    """A meeting as it is wanted: by the shows that use it."""

    key: str
    marker: str
    adopted: str | None
    shows: tuple[Show, ...]


Held = tuple[str, Span, int]
"""A show, when it held its room, and the number of the move with which it began."""


class Journal(After):
    """Shows, and what became of each by the journal."""

    @cached_property
    def shows(self) -> dict[str, Show]:
        return {show.id: show for show in self.world.scenario.shows if show.id in self.world.wanted}

    @cached_property
    def runs(self) -> dict[str, Any]:
        """The run of each show, by the show."""
        return self.written.runs

    @cached_property
    def rooms(self) -> list[Room]:
        found = []
        statement = "SELECT key, marker, meeting_id FROM rooms WHERE key NOT LIKE 'old-%' ORDER BY key"
        for row in self.world.database.rows(statement):
            users = [self.shows[show] for show, run in self.runs.items() if run["room_key"] == row["key"]]
            if users:
                found.append(Room(row["key"], row["marker"], row["meeting_id"], tuple(users)))
        return found

    def uses(self, room: Room) -> list[Held]:
        """Return who held the room and when: from the move that opens it to the proof that it is off."""
        found, since = list[Held](), dict[str, tuple[float, int]]()
        ids = {show.id for show in room.shows}
        for move in (each for each in self.written.moves if each.show in ids):
            if move.after in BEGINS:
                since.setdefault(move.show, (move.at, move.number))
            elif move.after in OVER and move.show in since:
                at, number = since.pop(move.show)
                found.append((move.show, Span(at, move.at), number))
        found += [(show, Span(at, self.end), number) for show, (at, number) in since.items()]
        return sorted(found, key=lambda held: held[2])

    def moves(self, run: str, to: str) -> list[float]:
        """Return when the run moved to a state, by the journal."""
        return [move.dated for move in self.written.moves_of(run) if move.after == to]

    def state(self, run: str, at: float) -> str:
        """Return the state that the run was in, by the journal."""
        past = [move.after for move in self.written.moves_of(run) if move.dated <= at]
        return past[-1] if past else ""

    def came_too_late(self, show: Show) -> bool:
        """Whether it was given up because too little of its window remained, by the journal."""
        return any("too little" in move.why for move in self.written.moves_of(show.id))

    def revived(self, show: Show) -> list[str]:
        """Return what it was each time that it was over and wanted again, by the journal."""
        return [
            move.before
            for move in self.written.moves_of(show.id)
            if move.after in ("planned", "ready") and move.before in ("ended", "missed", "cancelled")
        ]
