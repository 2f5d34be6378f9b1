"""Who else may open what the database lies in: nobody (law 10).

A lock is the reason as much as what can be read: whoever may open the lock file may hold it, and no worker
starts.
SQLite gives its log and index the mode of the database, so that those are right from the start when it is.
"""

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from worker.store.errors import StoreUnavailableError

FOLDER = 0o700
"""The mode of a folder that is made here."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WRITE = stat.S_IWGRP | stat.S_IWOTH
_FILES = ("", "-wal", "-shm", "-journal", ".lock")


class NotPrivateError(StoreUnavailableError):
    """Others may open it, and that cannot be changed from here."""


@dataclass(frozen=True, slots=True)
class Wide:
    """Something that more may open than should."""

    path: Path
    mode: int
    excess: int
    """The bits of the mode that are too many; 0: it is another user's."""
    owner: int
    is_shared: bool = False
    """A folder of other things too: it is not for cuelight to narrow it."""

    @property
    def is_ours(self) -> bool:
        """Whether this user may narrow it."""
        return os.geteuid() in {0, self.owner} and not self.is_shared

    @property
    def cure(self) -> str:
        """What an operator can do."""
        if self.is_shared:
            return f"`chmod go-w {self.path}`, or set CUELIGHT_DATABASE_URL to a file in a folder of its own"
        if self.is_ours:
            return f"`chmod go-rwx {self.path}`"
        return f"`chown {os.geteuid()} {self.path}`, or set CUELIGHT_STATE_DIR to a folder of its own"

    def __str__(self) -> str:
        if os.geteuid() not in {0, self.owner}:
            return f"{self.path} belongs to uid {self.owner} (mode {self.mode:04o})"
        may = "change what is in it" if self.is_shared else "open it"
        return f"{self.path} lets other users {may} (mode {self.mode:04o})"


def make_folder(folder: Path) -> None:
    """Make the folder if it is not there, for nobody else.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)


def narrow(database: Path, state_dir: Path, given: Collection[Path] = ()) -> None:
    """Take from others what they may do with the database, its lock, and its folder if that is the state's.

    `given`: folders whose mode is the service manager's choice.

    Raises:
        NotPrivateError: something is another user's, or stays open to others.
    """
    for each in wide(database, state_dir, given):
        if each.is_ours:
            _narrow(each)
    for each in wide(database, state_dir, given):
        raise NotPrivateError(f"{each}: {each.cure}")


def wide(database: Path, state_dir: Path, given: Collection[Path] = ()) -> Iterator[Wide]:
    """Yield what others may open and should not, the folder first. Nothing is changed."""
    database = database.resolve()
    folder = database.parent
    if folder not in {each.resolve() for each in given}:
        yield from _of_folder(folder, is_shared=state_dir.resolve() != folder)
    for suffix in _FILES:
        yield from _of_file(database.with_name(f"{database.name}{suffix}"))


def _of_folder(folder: Path, *, is_shared: bool) -> Iterator[Wide]:
    """What everybody shares, as /tmp, lets nobody replace another's file."""
    found = _looked(folder)
    if found is None or found.st_mode & stat.S_ISVTX:
        return
    mode = stat.S_IMODE(found.st_mode)
    if excess := mode & (_WRITE if is_shared else _OTHERS):
        yield Wide(folder, mode, excess, found.st_uid, is_shared)


def _of_file(path: Path) -> Iterator[Wide]:
    found = _looked(path)
    if found is None:
        return
    mode = stat.S_IMODE(found.st_mode)
    if mode & _OTHERS or os.geteuid() not in {0, found.st_uid}:
        yield Wide(path, mode, mode & _OTHERS, found.st_uid)


def _looked(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _narrow(found: Wide) -> None:
    """By the name: to open and close a database takes SQLite's own locks from this process."""
    try:
        found.path.chmod(found.mode & ~found.excess)
    except OSError as error:
        raise NotPrivateError(f"{found}, which cannot be changed: {error.strerror}; {found.cure}") from None
