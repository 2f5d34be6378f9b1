"""Where a SQLite database lies, as far as the system tells.

An inode's generation is asked of the open file: `FS_IOC_GETVERSION`, ioctl_iflags(2), which ext4, XFS, Btrfs
and ZFS answer, and overlay and memory file systems do not. A container does not know its machine: its name is
made up at each start, and a machine-id in its image is the same everywhere. What it has are the boot of the
kernel, and the path within the file system that /proc/self/mountinfo tells.
"""

import fcntl
import hashlib
import os
import re
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from jobs.place import FilePlace, Original, is_same_file
from worker.leases.file import unescaped

_GET_VERSION = 0x80087601 if sys.maxsize > 2**32 else 0x80047601
_MACHINE_ID = re.compile(r"[0-9a-f]{32}")
_OF_CONTAINERS = (".dockerenv", "run/.containerenv")
_NAMES_OF_CONTAINERS = ("KUBERNETES_SERVICE_HOST", "container")
_NO_NAMES = frozenset({"", "localhost", "localhost.localdomain"})


@dataclass(frozen=True, slots=True)
class Machine:
    """What this system tells of itself."""

    root: Path = Path("/")
    """Where its files are."""
    host: str = field(default_factory=socket.gethostname)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def identity(self) -> str:
        """Return what tells it from others; empty in a container, or where there is nothing."""
        if self.is_container():
            return ""
        found = self._read("etc/machine-id")
        number = found if _MACHINE_ID.fullmatch(found) else ""
        if not number and self.host in _NO_NAMES:
            return ""
        return _hashed(f"{number}\0{self.host}")

    def boot(self) -> str:
        """Return what tells this run of the kernel from others; empty where it does not say."""
        found = self._read("proc/sys/kernel/random/boot_id")
        return _hashed(found) if found else ""

    def is_container(self) -> bool:
        """Whether what is said of the machine may be its image's, or made up."""
        marks = any((self.root / each).exists() for each in _OF_CONTAINERS)
        return marks or any(self.environment.get(each) for each in _NAMES_OF_CONTAINERS)

    def inner(self, path: Path) -> str:
        """Return the path within the file system that it lies on; empty where it is not known."""
        roots = dict(_mounted(line) for line in self._read("proc/self/mountinfo").splitlines())
        place = next((each for each in (path, *path.parents) if str(each) in roots), None)
        return str(Path(roots[str(place)]) / path.relative_to(place)) if place else ""

    def _read(self, name: str) -> str:
        with suppress(OSError):
            return (self.root / name).read_text(errors="replace").strip()
        return ""


def here(database: Path, machine: Machine | None = None) -> FilePlace | None:
    """Return the place of the file; None: it is not there, or cannot be looked at.

    The file is opened and closed, which takes SQLite's own locks from this process: so look before it is
    opened as a database.
    """
    machine, path = machine or Machine(), database.resolve()
    try:
        found, volume = path.stat(), os.statvfs(path).f_fsid
    except OSError:
        return None
    return FilePlace(
        path=str(path),
        host=machine.host,
        machine=machine.identity(),
        boot=machine.boot(),
        volume=f"{volume:x}" if volume else "",
        inner=machine.inner(path),
        inode=found.st_ino,
        generation=_generation(path),
    )


def original(before: FilePlace, database: Path) -> Original:
    """Return what is to be seen from here of the file that was worked on; `database`: the one here."""
    path = Path(before.path)
    try:
        if path.samefile(database):
            return Original.GONE
    except (FileNotFoundError, NotADirectoryError):
        return Original.GONE
    except OSError:
        return Original.HIDDEN
    found = here(path)
    return Original.STANDS if found and is_same_file(before, found) else Original.GONE


def _generation(path: Path) -> int | None:
    """Return the generation of the file's inode; None: the file system does not tell."""
    answer = bytearray(8)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.ioctl(descriptor, _GET_VERSION, answer)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return int.from_bytes(answer[:4], sys.byteorder)


def _mounted(line: str) -> tuple[str, str]:
    """Return from a line of mountinfo where something is mounted, and which folder of it."""
    _, _, _, root, place = line.split(" ")[:5]
    return unescaped(place), unescaped(root)


def _hashed(text: str) -> str:
    """Machine-id(5) asks that it be told to nobody as it is."""
    return hashlib.sha256(f"cuelight\0{text}".encode()).hexdigest()[:16]
