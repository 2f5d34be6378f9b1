"""Whether a SQLite file is sound, found out without changing it: not even its log is taken in.

A log of another database that lies beside, as after a backup was copied over the file alone, is taken for its
own by SQLite: pages of two databases get mixed, and the first to close the file makes that last.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from worker.kit.clock import Clock, SystemClock
from worker.store.errors import DamagedError, StoreUnavailableError

LOOKED_WITHIN = 0.4
"""Seconds for which is looked, for a worker waits for it. What is larger is looked at in part."""
BUSY_SECONDS = 1.0

_STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock."""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def refuse_damaged(database: Path, clock: Clock | None = None) -> None:
    """Look whether the file is sound, for `LOOKED_WITHIN` at most.

    Raises:
        DamagedError: it is not; the error names the cure.
    """
    if not database.exists() or not database.stat().st_size:
        return
    if damage := damage_of(database, clock=clock or SystemClock()):
        raise DamagedError(f"{database} is damaged: {damage}; {_cure(database, clock or SystemClock())}")


def damage_of(database: Path, *, alone: bool = False, clock: Clock) -> str:
    """Return the first damage that is found in that time; empty: none, or it cannot be looked at.

    `alone`: without its log.
    """
    until = clock.monotonic() + LOOKED_WITHIN
    try:
        return _found(database, lambda: clock.monotonic() > until, alone=alone)
    except sqlite3.DatabaseError as error:
        return str(error) if is_damage(error) else ""


def all_damage_of(database: Path) -> str:
    """Return the first damage that is found in all of a file, however long that takes; empty: it is whole.

    Raises:
        StoreUnavailableError: it cannot be looked at.
    """
    try:
        return _found(database, lambda: False)
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return str(error)
        raise StoreUnavailableError(f"{database} cannot be checked: {error}") from None


def at_rest(database: Path, *, alone: bool = False) -> str:
    """Return the address by which a database that nobody writes is read, and stays as it is.

    A reader of a log makes one, so where there is none it is not asked for. `alone`: without its log.
    """
    whole = alone or not has_log(database)
    return f"{database.resolve().as_uri()}?mode=ro{'&immutable=1' if whole else ''}"


def _found(database: Path, gives_up: Callable[[], bool], *, alone: bool = False) -> str:
    """Return the first damage that is found.

    Raises:
        sqlite3.DatabaseError: it gave up, or it cannot be read.
    """
    with closing(
        sqlite3.connect(at_rest(database, alone=alone), uri=True, timeout=BUSY_SECONDS)
    ) as connection:
        connection.set_progress_handler(gives_up, _STEPS)
        said = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    return "" if said == "ok" else said.replace("\n", " ").strip()


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is at fault that was read."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGED


def has_log(database: Path) -> bool:
    """Whether changes may lie beside it that are not taken in."""
    return log_of(database).exists()


def log_of(database: Path) -> Path:
    """Return where its log is."""
    return database.with_name(f"{database.name}-wal")


def _cure(database: Path, clock: Clock) -> str:
    log = log_of(database)
    if log.exists() and not damage_of(database, alone=True, clock=clock):
        return (
            f"without its log it is intact, so {log.name} probably belongs to another database and was left"
            f" when a backup was copied in: move {log} and {database.name}-shm away, and start again"
        )
    return "restore a backup: `cuelight restore FILE`"
