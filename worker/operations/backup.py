"""A backup of a SQLite database: one whole file, made while a worker runs and writes."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from worker.store.engine.copying import LOGS, OF_A_DATABASE, Told, copy, in_use, new_beside, sync, untold
from worker.store.engine.soundness import all_damage_of
from worker.store.errors import DamagedError
from worker.store.schema.contents import contents


class BackupError(Exception):
    """No backup was made, for a reason that whoever asked for it can mend."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made."""

    file: Path
    bytes: int
    schema: str
    last_at: datetime | None
    """The last that is written in it."""


def back_up(database: Path, file: Path, *, replaces: bool = False, told: Told = untold) -> Backup:
    """Copy the database into a file that is there whole or not at all.

    `replaces`: a file that is there already.

    Raises:
        BackupError: the file must not be written.
        SchemaError: the database is none of cuelight's.
        DamagedError: the database is damaged.
        StoreUnavailableError: it cannot be read, or the disk is full.
        OSError: the file cannot be made.
    """
    file = file.resolve()
    _refuse(database, file, replaces=replaces)
    with new_beside(file, "unfinished") as unfinished:
        _copy(database, unfinished, told)
        found = contents(unfinished)
        _refuse(database, file, replaces=replaces)
        unfinished.replace(file)
    sync(file.parent)
    return Backup(file, file.stat().st_size, found.schema, found.last_at)


def _copy(database: Path, unfinished: Path, told: Told) -> None:
    try:
        copy(in_use(database), unfinished, told)
        told("checking", 0, 0)
        damage = all_damage_of(unfinished)
    except DamagedError as error:
        damage = str(error)
    if damage:
        cure = "restore an older backup: `cuelight restore FILE`"
        raise DamagedError(f"{database} is damaged: {damage}; {cure}")


def _refuse(database: Path, file: Path, *, replaces: bool) -> None:
    if not file.parent.is_dir():
        raise BackupError(f"folder {file.parent} does not exist: create it first")
    if file.is_symlink():  # What is resolved is a link only in a loop of them; Python 3.13 raises no more.
        raise BackupError(f"{file} is a loop of links: name a file")
    if file.exists() and not file.is_file():
        raise BackupError(f"{file} is not a file: name one, such as {file / 'cuelight-backup.db'}")
    if _is_of(database, file):
        raise BackupError(f"{file} belongs to the database itself: name another file")
    if file.exists() and not replaces:
        raise BackupError(f"{file} already exists: name another file, or replace it with --force")
    for log in (file.with_name(f"{file.name}{suffix}") for suffix in LOGS):
        if log.exists():
            raise BackupError(f"{log} exists and would be taken for the backup's own log: move it away")


def _is_of(database: Path, file: Path) -> bool:
    database = database.resolve()
    if file in {database.with_name(f"{database.name}{suffix}") for suffix in (*OF_A_DATABASE, ".lock")}:
        return True
    with suppress(OSError):
        return file.samefile(database)
    return False
