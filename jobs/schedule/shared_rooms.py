"""Broadcasts that would be in one room at once: the one that starts later has to wait."""

from collections.abc import Iterable, Iterator

from jobs.model import Broadcast, RoomUse
from jobs.schedule.planned import Remark


def collisions(wanted: Iterable[Broadcast]) -> tuple[Remark, ...]:
    """Return a remark on each that starts before another has ended in the room that both share.

    Within a file that is an error; a row that somebody extended, moved or reopened may run into the next.
    """
    rooms: dict[str, list[Broadcast]] = {}
    for each in wanted:
        if each.room is RoomUse.SHARED and not each.cancelled:
            rooms.setdefault(each.room_key, []).append(each)
    return tuple(remark for uses in rooms.values() for remark in _of_room(uses))


def _of_room(uses: list[Broadcast]) -> Iterator[Remark]:
    first, *later = sorted(uses, key=lambda each: (each.window.starts_at, each.id))
    for each in later:
        if each.window.starts_at < first.window.ends_at:
            yield Remark(
                each.id, f"starts before {first.id} ends in the same room: it begins when that is off"
            )
        first = max(first, each, key=lambda use: use.window.ends_at)
