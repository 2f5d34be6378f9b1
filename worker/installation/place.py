"""Whether the database is where this installation worked on it last; a copy is not run (law 8)."""

from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Connection

from jobs.place import FilePlace, Original, Place, Relation, ServerPlace, difference, judge, told
from worker.installation import file_place
from worker.store.errors import CopyError
from worker.store.queries import places

CURE = (
    "`cuelight adopt --as-copy` if the original may run again, `cuelight adopt --as-moved` if it never will;"
    " `cuelight adopt --help` explains both"
)
"""What an operator can do about a copy."""
WHY = "Workers on both would take each other's shows off the air"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sight:
    """What was remembered, and what is seen."""

    before: Place | None
    """None: nobody wrote it down yet."""
    here: Place | None
    """None: there is no file, or none that can be looked at."""
    original: Original = Original.GONE

    @property
    def verdict(self) -> Relation:
        """What the database is to this installation."""
        if self.before is None or self.here is None:
            return Relation.SAME
        return judge(self.before, self.here, self.original)

    @property
    def told(self) -> str:
        """What was found, in an operator's words."""
        if self.before is None or self.here is None:
            return ""
        return difference(self.before, self.here, self.original)


def of_file(database: Path) -> FilePlace | None:
    """Return where the file is. To be asked before it is opened as a database: see `file_place.here`."""
    return file_place.here(database)


def sight(connection: Connection, here: FilePlace | None) -> Sight:
    """Look, at the other end and around, without a trace. `here`: where the file is, if there is one."""
    before = places.remembered(connection)
    if connection.dialect.name != "sqlite":
        return _on_server(connection, before)
    if isinstance(before, FilePlace) and here is not None:
        return Sight(before, here, file_place.original(before, Path(here.path)))
    return Sight(before, here)


def refuse_copy(connection: Connection, here: FilePlace | None) -> None:
    """Look whether it is the database that was worked on.

    Raises:
        CopyError: it is a copy; the error says what was found, and names the cures.
    """
    found = sight(connection, here)
    if found.verdict is Relation.COPY:
        raise CopyError(f"it is a copy: {found.told}. {WHY}: {CURE}")
    if found.verdict is Relation.UNSURE:
        log.warning("place_unsure", text=found.told, cure=f"If it is a copy, stop this worker, and: {CURE}")


def remember(connection: Connection, here: FilePlace | None) -> None:
    """Write down where it is worked on from now on, if that is not what is written."""
    found = sight(connection, here)
    if found.here is None or found.here == found.before:
        return
    places.remember(connection, found.here)
    if found.before is None:
        log.info("place_remembered", text=told(found.here))
    elif found.verdict is Relation.MOVED:
        log.info("place_moved", text=found.told)


def _on_server(connection: Connection, before: Place | None) -> Sight:
    here = places.of_server(connection)
    if isinstance(before, ServerPlace) and before.system == here.system:
        return Sight(before, here, places.original_on_server(connection, before, here))
    return Sight(before, here)
