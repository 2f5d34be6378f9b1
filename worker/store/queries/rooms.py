"""Rooms, and the hosts added to them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from jobs.model import Doors, Host, Room
from worker.store.engine.prepared import Prepared
from worker.store.engine.reading import Row, read
from worker.store.engine.writing import Undo, insert_or_leave
from worker.store.errors import GarbledRowError
from worker.store.queries import json_text
from worker.store.records import Save, Stale
from worker.store.schema.tables import hosts, rooms

_ROOM = select(rooms).where(rooms.c.key == bindparam("key"))
_KEPT = select(rooms.c.key).where(rooms.c.key == bindparam("key")).with_for_update(read=True, key_share=True)
_HOSTS = select(hosts).where(hosts.c.room_key == bindparam("key")).order_by(hosts.c.host_id)
_WRITTEN = (
    "account",
    "marker",
    "tenant",
    "meeting_id",
    "doors",
    "title",
    "options",
    "held_by",
    "free_since",
    "version",
)
_UPDATE = Prepared(
    update(rooms).where(rooms.c.key == bindparam("of_key"), rooms.c.version == bindparam("before_version")),
    *_WRITTEN,
)
_ADD_HOST = insert(hosts)
_DELETE_HOST = delete(hosts).where(
    hosts.c.room_key == bindparam("of_key"), hosts.c.host_id == bindparam("of_host")
)


def load(connection: Connection, key: str) -> Room:
    """Return the room.

    Raises:
        GarbledRowError: there is none, or its row cannot be read.
    """
    row = connection.execute(_ROOM, {"key": key}).mappings().first()
    if row is None:
        raise GarbledRowError("rooms", key, "is gone although a run uses it")
    added = [read(hosts, each, _host) for each in connection.execute(_HOSTS, {"key": key}).mappings()]
    return read(rooms, row, lambda row: _room(row, added))


def take(connection: Connection, room: Room) -> Room:
    """Make the room unless there is one with its key; return the one that is there."""
    values = first_values(room)
    while not insert_or_leave(connection, rooms, values):
        if connection.execute(_KEPT, {"key": room.key}).first():  # and nobody forgets it before this is done
            return load(connection, room.key)
    return room


def save(connection: Connection, saves: Sequence[Save]) -> list[Room]:
    """Write what changed of the rooms; return each in its new version.

    Raises:
        Undo: somebody else wrote one of them meanwhile.
    """
    changed = [each for each in saves if _is_changed(each)]
    if changed and _UPDATE.execute_many(connection, list(map(_changed, changed))).rowcount < len(changed):
        raise Undo(Stale())
    for each in changed:
        _save_hosts(connection, each.before.room, each.after.room)
    return [_saved(connection, each) for each in saves]


def _is_changed(save: Save) -> bool:
    before, after = save.before.room, save.after.room
    return after.key == before.key and after != before


def _changed(save: Save) -> dict[str, Any]:
    before = save.before.room
    which = {"of_key": before.key, "before_version": before.version}
    return {**which, **_values(save.after.room), "version": before.version + 1}


def _saved(connection: Connection, save: Save) -> Room:
    """Return the room that the run has now: made, if it is another one."""
    before, after = save.before.room, save.after.room
    if after.key != before.key:
        return take(connection, after)
    return replace(after, version=before.version + 1) if _is_changed(save) else after


def _save_hosts(connection: Connection, before: Room, after: Room) -> None:
    if after.hosts == before.hosts:
        return
    new = {id_: host for id_, host in after.hosts.items() if before.hosts.get(id_) != host}
    old = [id_ for id_ in before.hosts if id_ in new or id_ not in after.hosts]
    if old:
        connection.execute(_DELETE_HOST, [{"of_key": after.key, "of_host": id_} for id_ in old])
    if new:
        connection.execute(_ADD_HOST, [_host_values(after.key, host) for host in new.values()])


def first_values(room: Room) -> dict[str, Any]:
    """Return the columns of a room that is made."""
    return {"key": room.key, "version": room.version, **_values(room)}


def _host_values(key: str, host: Host) -> dict[str, Any]:
    return {
        "room_key": key,
        "host_id": host.id,
        "name": host.name,
        "preset": host.preset,
    }


def _values(room: Room) -> dict[str, Any]:
    return {
        "account": room.account,
        "marker": room.marker,
        "tenant": room.tenant,
        "meeting_id": room.meeting_id,
        "doors": room.doors and room.doors.value,
        "title": room.title,
        "options": json_text.of_mapping(room.options),
        "held_by": room.held_by,
        "free_since": room.free_since,
    }


def _host(row: Row) -> Host:
    return Host(id=row["host_id"], name=row["name"], preset=row["preset"])


def _room(row: Row, added: Iterable[Host]) -> Room:
    return Room(
        key=row["key"],
        account=row["account"],
        marker=row["marker"],
        tenant=row["tenant"],
        meeting_id=row["meeting_id"],
        doors=Doors(row["doors"]) if row["doors"] else None,
        title=row["title"],
        options=MappingProxyType(json_text.mapping(row["options"])),
        hosts=MappingProxyType({host.id: host for host in added}),
        held_by=row["held_by"],
        free_since=row["free_since"],
        version=row["version"],
    )
