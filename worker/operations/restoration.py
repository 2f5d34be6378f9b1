"""Puts a backup in the place of a SQLite database, while no worker runs on it.

1. The backup is copied beside the database, and checked there.
2. The database that is there is held alone: its log is taken in, so that it is one file. One that is damaged
   is left as it is.
3. It gets a second name, under which it is kept.
4. What lies there of its logs goes: the new one would take them for its own.
5. The new one takes the first name, in one instant.

So whoever is killed in between leaves the old database there or the new one. Database and log cannot be
renamed in one instant, and each without the other is not what it was: hence step 2.
"""

import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from worker.leases.file import FileLease
from worker.store.engine.copying import LOGS, Told, copy, keep_log, new_beside, sync, untold
from worker.store.engine.soundness import BUSY_SECONDS, all_damage_of, at_rest
from worker.store.errors import DamagedError, SchemaError, StoreUnavailableError
from worker.store.schema.contents import Contents, contents

_NEW, _KEPT = "restoring", "before-restore"
"""What is added to the database's name for the copy, and for what was there before."""


class Step(StrEnum):
    """What is done next."""

    COPY = "copy"
    HOLD = "hold"
    KEEP = "keep"
    CLEAR = "clear"
    REPLACE = "replace"
    SYNC = "sync"


class RestorationError(Exception):
    """The database is as it was, for a reason that whoever asked can mend."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """A database that was restored."""

    database: Path
    schema: str
    last_at: datetime | None
    """The last that is written in it: what was done since is not known to it."""
    kept: tuple[Path, ...]
    """What was there before: a database, and its log if that could not be taken in."""
    unconfirmed: str = ""
    """Why the disk did not confirm it: a power failure now may bring back what was there before."""


def restore(
    file: Path,
    database: Path,
    now: datetime,
    told: Told = untold,
    before: Callable[[Step], None] = lambda _: None,
) -> Restoration:
    """Put the backup in the database's place. `before`: told each step, before it is done.

    Raises:
        LeaseTakenError: a worker runs on the database.
        RestorationError: the backup cannot be used, or another program has the database open.
        SchemaError: the backup is none of cuelight's, or newer than this program.
        DamagedError: the backup is damaged.
        StoreUnavailableError: a file cannot be read, or the disk is full.
        OSError: a file cannot be made or renamed.
    """
    file, database = file.resolve(), database.resolve()
    _refuse(file, database)
    lease = FileLease.acquire(database)
    try:
        _clear_away(database)
        with new_beside(database, _NEW) as new:
            before(Step.COPY)
            found = _copy(file, new, told)
            kept = _put(new, database, _aside(database, now), before)
        unconfirmed = _unconfirmed(database, before)
        return Restoration(database, found.schema, found.last_at, kept, unconfirmed)
    finally:
        lease.release()


def _refuse(file: Path, database: Path) -> None:
    if not file.is_file():
        raise RestorationError(f"file {file} does not exist")
    if database.exists() and file.samefile(database):
        raise RestorationError(f"{file} is the database itself: name a backup")
    owner = database.parent.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        raise RestorationError(
            f"{database.parent} belongs to uid {owner}, and its worker could not open what root"
            f" writes there: run this command as that user, with `sudo --user '#{owner}'`"
        )


def _copy(file: Path, new: Path, told: Told) -> Contents:
    """Copy the backup, with its log if it has one, and see whether it can be used."""
    try:
        copy(at_rest(file), new, told)
        told("checking", 0, 0)
        damage = all_damage_of(new)
    except DamagedError as error:
        damage = str(error)
    if damage:
        raise DamagedError(f"{file} is damaged: {damage}; take another backup")
    try:
        found = contents(new)
    except SchemaError:
        raise SchemaError(f"{file} is not a cuelight database") from None
    if found.misfit:
        raise SchemaError(f"{file}: {found.misfit}")
    keep_log(new)
    return found


def _aside(database: Path, now: datetime) -> Path:
    """Return a name for what was there before, which nothing has yet."""
    first = database.with_name(f"{database.name}.{_KEPT}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    names = itertools.chain([first], (_with(first, f"-{number}") for number in itertools.count(2)))
    return next(each for each in names if not any(_with(each, suffix).exists() for suffix in ("", *LOGS)))


def _put(new: Path, database: Path, aside: Path, before: Callable[[Step], None]) -> tuple[Path, ...]:
    before(Step.HOLD)
    with _alone(database):
        there = [suffix for suffix in ("", *LOGS) if _with(database, suffix).exists()]
        kept = {suffix: _with(aside, suffix) for suffix in there}
        with _undone(database, kept):
            for suffix in there:
                before(Step.KEEP)
                kept[suffix].hardlink_to(_with(database, suffix))
            for suffix in (*LOGS, "-shm"):
                before(Step.CLEAR)
                _with(database, suffix).unlink(missing_ok=True)
            before(Step.REPLACE)
            new.replace(database)
    return tuple(kept.values())


def _unconfirmed(database: Path, before: Callable[[Step], None]) -> str:
    """Have the disk confirm the new name; return why it did not. The new one is in its place all the same."""
    try:
        before(Step.SYNC)
        sync(database.parent)
    except OSError as error:
        return error.strerror or str(error)
    return ""


@contextmanager
def _alone(database: Path) -> Iterator[None]:
    """Keep everybody else out of the database that is there, its log taken in; not of one that is damaged.

    Raises:
        RestorationError: another program has it open.
    """
    if not database.exists() or _is_damaged(database):
        yield
        return
    address = f"{database.as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)) as held:
        try:
            held.execute("PRAGMA journal_mode = DELETE").fetchone()
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise _in_use(database, str(error)) from None
        yield


def _is_damaged(database: Path) -> bool:
    try:
        return bool(all_damage_of(database))
    except StoreUnavailableError as error:
        raise RestorationError(f"{error}; move it and its log away, and try again") from None


def _in_use(database: Path, said: str) -> RestorationError:
    cure = f"end the process that has it open (`fuser --verbose {database}` shows it), and try again"
    return RestorationError(f"{database} is in use: {said}; {cure}")


@contextmanager
def _undone(database: Path, kept: dict[str, Path]) -> Iterator[None]:
    """Have everything under its old name alone, if something fails before the new one is in its place."""
    try:
        yield
    except BaseException:
        for suffix, aside in kept.items():
            with suppress(FileExistsError, FileNotFoundError):
                _with(database, suffix).hardlink_to(aside)
        _forget_second_names(database)
        raise


def _clear_away(database: Path) -> None:
    """Remove what a restoration left that was killed."""
    for each in _beside(database, f"{_NEW}-"):
        each.unlink(missing_ok=True)
    _forget_second_names(database)


def _forget_second_names(database: Path) -> None:
    """Two names of one database would have two logs. One whose log has that name alone is kept with it."""
    for each in {_without_log(each) for each in _beside(database, f"{_KEPT}-")}:
        names = {_with(each, suffix): _with(database, suffix) for suffix in ("", *LOGS)}
        found = [second for second in names if second.exists()]
        if all(_is_same(second, names[second]) for second in found):
            for second in found:
                second.unlink()


def _without_log(path: Path) -> Path:
    """Return the database that a file is, or belongs to."""
    log = next((each for each in LOGS if path.name.endswith(each)), "")
    return path.with_name(path.name.removesuffix(log))


def _beside(database: Path, added: str) -> list[Path]:
    return [each for each in database.parent.iterdir() if each.name.startswith(f"{database.name}.{added}")]


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    return False


def _with(database: Path, suffix: str) -> Path:
    return database.with_name(f"{database.name}{suffix}")
