"""Where a database lies, and whether it is still the one that was worked on or a copy of it.

Two workers on a database and its copy bear one tag and know the same meetings, so each takes the other's
shows off the air (law 8). Hence a copy is not worked on before somebody has said what it is. But a worker
that refuses without need is a show that never starts, with nobody there to see it. So only what follows from
an operator's own deed is called a copy: another file, or other tables, than were worked on, and not in their
place. What a machine does by itself leaves the file what it is: a reboot, a new container, a volume that is
mounted elsewhere or on another host. Where the system tells too little to know, it is worked on.
"""

from dataclasses import dataclass
from enum import StrEnum


class Relation(StrEnum):
    """What the database is to this installation."""

    SAME = "same"
    """The one that was worked on, or one that was put in its place."""
    MOVED = "moved"
    """It was brought here, and is no more where it was."""
    UNSURE = "unsure"
    """Nothing says that it is a copy, and nothing that it is not."""
    COPY = "copy"
    """The original may be worked on elsewhere."""


class Original(StrEnum):
    """What is seen from here of where it was."""

    STANDS = "stands"
    """What was worked on is still there, and is not this one."""
    GONE = "gone"
    HIDDEN = "hidden"
    """Nobody here may look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """A SQLite database's. Empty, or None: the system does not tell."""

    path: str
    """Absolute, and without links."""
    host: str = ""
    """Its name, for people."""
    machine: str = ""
    """What tells it from other machines; in a container nothing does."""
    boot: str = ""
    """What tells this run of its kernel from every other, in a container too."""
    volume: str = ""
    """The file system, as it calls itself."""
    inner: str = ""
    """The path within the file system: the same in every container."""
    inode: int = 0
    generation: int | None = None
    """Drawn anew for each file that gets the inode: it outlasts all but the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlace:
    """A PostgreSQL database's."""

    name: str
    system: str = ""
    """What tells the cluster from every other, but for copies of all its files; empty: it may not be read."""
    database: int = 0
    """Its number in the cluster."""
    table: int = 0
    """The number of its table `broadcasts`: kept by an upgrade, new in whatever is restored from a dump."""
    version: int = 0
    """The server's major version."""


Place = FilePlace | ServerPlace


def judge(before: Place, here: Place, original: Original) -> Relation:
    """Return what the database is, from where it was worked on and where it is now."""
    match before, here:
        case FilePlace(), FilePlace():
            return _of_file(before, here, original)
        case ServerPlace(), ServerPlace():
            return _of_server(before, here, original)
        case _:
            return Relation.COPY


def is_same_file(before: FilePlace, here: FilePlace) -> bool:
    """Whether it is the very file, wherever it is mounted and whatever it is called."""
    if before.inode != here.inode:
        return False
    if before.generation is not None and here.generation is not None:
        return before.generation == here.generation
    return before.volume == here.volume


def difference(before: Place, here: Place, original: Original) -> str:
    """Return what was found, in an operator's words."""
    still = ", which still exists" if original is Original.STANDS else ""
    return f"it was last used as {told(before)}{still}; this one is {told(here)}"


def told(place: Place) -> str:
    """Return a place in an operator's words."""
    match place:
        case FilePlace():
            return f"{place.path} on {place.host or 'some host'}, inode {place.inode}"
        case ServerPlace():
            server = (
                f"server {place.system}" if place.system else "a server that does not reveal its identity"
            )
            return f"database {place.name} (number {place.database}) of PostgreSQL {server}"


def _of_file(before: FilePlace, here: FilePlace, original: Original) -> Relation:
    if original is Original.STANDS:
        return Relation.COPY
    if is_same_file(before, here) or _is_in_its_place(before, here):
        return Relation.SAME
    is_here = _are_one(before.machine, here.machine)
    if is_here and before.path != here.path and original is Original.GONE:
        return Relation.MOVED
    is_told = bool(before.machine and here.machine) or None not in {before.generation, here.generation}
    return Relation.COPY if is_told else Relation.UNSURE


def _is_in_its_place(before: FilePlace, here: FilePlace) -> bool:
    """Whether the file was put where the other one was, as when it is restored."""
    if _are_one(before.machine, here.machine):
        return before.path == here.path
    is_its_volume = _are_one(before.boot, here.boot) and _are_one(before.volume, here.volume)
    return is_its_volume and _are_one(before.inner, here.inner)


def _of_server(before: ServerPlace, here: ServerPlace, original: Original) -> Relation:
    if not (before.system and here.system):
        return _of_unknown_server(before, here)
    if before.system != here.system:
        is_upgraded = before.table == here.table and before.version < here.version
        return Relation.SAME if is_upgraded else Relation.COPY
    if (before.database, before.table) == (here.database, here.table):
        return Relation.SAME
    if original is Original.STANDS:
        return Relation.COPY
    return Relation.SAME if before.name == here.name else Relation.MOVED


def _of_unknown_server(before: ServerPlace, here: ServerPlace) -> Relation:
    """Tables that bear other numbers were restored; whether in their place nobody can see."""
    if before.table != here.table:
        return Relation.COPY
    is_named_so = (before.name, before.database) == (here.name, here.database)
    return Relation.SAME if is_named_so else Relation.UNSURE


def _are_one(before: str, here: str) -> bool:
    return bool(before) and before == here
