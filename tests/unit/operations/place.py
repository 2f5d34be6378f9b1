"""A database, and a backup of what it was before."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.clock import NOON
from worker.operations.restoration import Restoration, Step, restore

KEPT = "cuelight.db.before-restore-20261201T120000Z"


@dataclass(frozen=True)
class Place:
    """A database, and a backup of what it was before."""

    database: Path
    file: Path

    def restore(self, before: Callable[[Step], None] = lambda _: None) -> Restoration:
        return restore(self.file, self.database, NOON, before=before)

    def names(self) -> set[str]:
        """Return what lies beside the database that is neither its lock nor its log."""
        left = {each.name for each in self.database.parent.iterdir()}
        return left - {f"cuelight.db{suffix}" for suffix in (".lock", "-wal", "-shm")}
