"""The folder that the state lies in: whether it can be written, and will go on to be."""

import os
import shutil
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from worker.doctor.finding import Finding, ok, problem, warning
from worker.installation import permissions
from worker.leases.file import NetworkFileSystemError, refuse_network

NAME = "state folder"
LEAST_FREE = 50 * 1024**2
"""Bytes, below which SQLite's log may not fit any more."""
LITTLE_FREE = 500 * 1024**2
"""Bytes, below which somebody should look what fills the disk."""

_ELSEWHERE = "Set CUELIGHT_STATE_DIR to a folder that can be written."

Free = Callable[[Path], int]
"""From a folder to the bytes that are free there."""


def free(folder: Path) -> int:
    """Return the bytes that are free there."""
    return shutil.disk_usage(folder).free


def look(folder: Path, mounts: str, free: Free = free) -> list[Finding]:
    """Check the folder. `mounts`: the text of /proc/mounts. What is written to try it has no name."""
    there = _nearest(folder)
    return [_writable(folder, there), *_local(folder, mounts), *_room(there, free)]


def look_who_else(database: Path, state_dir: Path, given: Collection[Path]) -> list[Finding]:
    """Check who else may open what is there. `given`: folders whose mode is the service manager's choice."""
    if not database.parent.exists():
        return []
    found = [*permissions.wide(database, state_dir, given)]
    if not found:
        return [ok(NAME, f"nobody else may open {database}")]
    return [_wide(each) for each in found]


def _wide(found: permissions.Wide) -> Finding:
    if found.is_ours:
        return warning(
            NAME, str(found), f"`cuelight run` restricts it when it starts, or do it now: {found.cure}."
        )
    return problem(NAME, str(found), f"`cuelight run` refuses it: {found.cure}.")


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest above it that exists."""
    whole = folder.absolute()
    return next(each for each in (whole, *whole.parents) if os.path.lexists(each))


def _writable(folder: Path, there: Path) -> Finding:
    if not there.is_dir():
        return problem(NAME, f"{there} is not a folder", _ELSEWHERE)
    if there != folder.absolute():
        return _to_be_made(folder, there)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        return problem(NAME, f"{folder} cannot be written: {error.strerror}", _ELSEWHERE)
    return ok(NAME, f"{folder} can be written")


def _to_be_made(folder: Path, there: Path) -> Finding:
    if not os.access(there, os.W_OK | os.X_OK):
        return problem(NAME, f"{folder} does not exist, and nothing can be created in {there}", _ELSEWHERE)
    return ok(NAME, f"{folder} does not exist yet; `cuelight run` creates it")


def _local(folder: Path, mounts: str) -> list[Finding]:
    try:
        refuse_network(folder / "cuelight.db", mounts)
    except NetworkFileSystemError as error:
        return [problem(NAME, str(error), "Set CUELIGHT_STATE_DIR to a folder on a disk of this machine.")]
    return []


def _room(there: Path, free: Free) -> list[Finding]:
    try:
        left = free(there)
    except OSError as error:
        return [warning(NAME, f"free space unknown: {error.strerror}", "Look at the disk.")]
    text, cure = f"{size(left)} are free", "Make room on that disk, or set CUELIGHT_STATE_DIR to another."
    if left < LEAST_FREE:
        return [problem(NAME, text, cure)]
    return [warning(NAME, text, cure) if left < LITTLE_FREE else ok(NAME, text)]


def size(count: float) -> str:
    """Return a number of bytes for people."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"
