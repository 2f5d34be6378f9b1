"""The lease of a SQLite database: a lock of the operating system on the file `DATABASE.lock` beside it.

It belongs to the open file, not to a time, so it needs no renewal and no clock. It is free the instant its
holder ends, however it ends, because the kernel closes what a process had open. One such lock covers every
quota group in that database. The number written in the file names the holder to people; it decides nothing.

A worker that is merely stopped (a suspended machine, a paused container) still holds its lease when it
wakes: on one machine that is right, for nobody else could have taken it meanwhile.

Network file systems are refused: some keep locks on one machine only, some lose them when a server
restarts, and SQLite's own write-ahead log does not work there. If the lock file is deleted or replaced, the
lease is lost: the next holder could lock another file under the same name, so this one stops believing in
itself. It may lock the file that is there then, if nobody else has: under a new term, for somebody else may
have worked meanwhile.
"""

import fcntl
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from jobs.ids import INSTALLATION
from worker.leases.sole import SoleHolder
from worker.store.records import Fence

NETWORK_FILE_SYSTEMS = frozenset(
    {
        *(
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "smbfs",
            "ncpfs",
            "afs",
            "9p",
            "ceph",
            "glusterfs",
            "lustre",
            "gpfs",
        ),
        *("ocfs2", "gfs2", "beegfs", "vboxsf", "davfs", "fuse.sshfs", "fuse.s3fs", "fuse.rclone"),
        *("fuse.glusterfs", "fuse.davfs2", "fuse.gcsfuse", "fuse.grpcfuse", "fuse.osxfs", "fuse.vmhgfs-fuse"),
    }
)
"""Types in /proc/mounts whose locks may not hold between machines."""

_MOUNTS = Path("/proc/mounts")
_MODE = 0o600
"""Whoever may open the file may lock it, and keep every worker out."""
_ESCAPE = re.compile(r"\\([0-7]{3})")


class LeaseTakenError(Exception):
    """Another process holds the lease."""

    def __init__(self, lock: Path, holder: str) -> None:
        who = f"process {holder}" if holder else "another process"
        super().__init__(
            f"{who} holds {lock}: only one worker can run on a SQLite database; stop that one first"
        )
        self.holder = holder
        """Its process id; empty if it could not be read."""


class NetworkFileSystemError(Exception):
    """The database lies where locks cannot be relied on."""

    def __init__(self, path: Path, kind: str) -> None:
        super().__init__(
            f"{path} is on a network file system ({kind}), where SQLite's locks do not hold:"
            " move it to a local disk, or use PostgreSQL"
        )


class FileLease(SoleHolder):
    """A lease by a lock on a file, under a term that the store counted."""

    def __init__(self, lock: Path, descriptor: int) -> None:
        self.term = 0
        """What the store counted for this holding."""
        self._lock = lock
        self._descriptor: int | None = descriptor
        self._inode = _which(os.fstat(descriptor))
        self._lost = False

    @classmethod
    def acquire(cls, database: Path) -> "FileLease":
        """Lock the file beside the database.

        Raises:
            LeaseTakenError: somebody else has.
            NetworkFileSystemError: the lock would not hold there.
            OSError: the file cannot be made.
        """
        database = database.resolve()
        lock = database.with_name(f"{database.name}.lock")
        refuse_network(lock, mounts())
        while True:
            lease = cls(lock, _locked(lock))
            if lease.held():
                lease.sign()
                return lease
            lease.release()

    def begin_term(self, term: int) -> None:
        """Hold it from now on under this term, which nobody can count before the file is locked."""
        self.term = term

    def terms(self) -> Mapping[str, int]:
        """Return the one term, of everything, while it is held."""
        return {INSTALLATION: self.term} if self.held() else {}

    def fence(self, _account: str) -> Fence | None:
        """Return in whose name a change is written; None without the lease."""
        return Fence(INSTALLATION, self.term) if self.held() else None

    def held(self, _account: str = INSTALLATION) -> bool:
        """Whether the lock is, and always was, on the file that others would try to lock."""
        if self._descriptor is None or self._lost:
            return False
        try:
            self._lost = _which(self._lock.stat()) != self._inode
        except OSError:
            self._lost = True
        return not self._lost

    def lose(self) -> None:
        """Hold it no more, and keep others from it all the same until it is released."""
        self._lost = True

    async def take_again(self, count: Callable[[], Awaitable[int]]) -> None:
        """Lock the file that has the name now, under the term that `count` returns.

        Raises:
            LeaseTakenError: somebody else has.
            OSError: the file cannot be made.
            StoreUnavailableError: the term is not counted.
        """
        self.release()
        descriptor = _locked(self._lock)
        try:
            term = await count()
        except BaseException:
            os.close(descriptor)
            raise
        self.term, self._descriptor, self._inode = term, descriptor, _which(os.fstat(descriptor))
        self._lost = False
        self.sign()

    async def resign(self) -> None:
        """Let go of the lock."""
        self.release()

    def release(self) -> None:
        """Let go of the lock. The file stays, or two could lock two files of one name."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def sign(self) -> None:
        """Write who holds it, for people to read."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)


def refuse_network(path: Path, mounts: str) -> None:
    """Look up what the path lies on.

    Raises:
        NetworkFileSystemError: a network file system.
    """
    kind = file_system(path.parent.resolve(), mounts)
    if kind in NETWORK_FILE_SYSTEMS:
        raise NetworkFileSystemError(path, kind)


def file_system(folder: Path, mounts: str) -> str:
    """Return the type of what is mounted there, by the text of /proc/mounts; empty if none is known."""
    found: dict[Path, str] = {}
    for line in mounts.splitlines():
        _, place, kind = line.split(" ")[:3]
        found[Path(unescaped(place))] = kind
    return next((found[each] for each in (folder, *folder.parents) if each in found), "")


def mounts() -> str:
    """Return what the system says is mounted; nothing where it does not say."""
    with suppress(OSError):
        return _MOUNTS.read_text(errors="replace")
    return ""


def _which(file: os.stat_result) -> tuple[int, int]:
    """Return what tells a file from every other while it is open, whatever its name."""
    return file.st_dev, file.st_ino


def _locked(lock: Path) -> int:
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
        os.close(descriptor)
        raise LeaseTakenError(lock, holder if holder.isdigit() else "") from None
    return descriptor


def unescaped(place: str) -> str:
    """Undo the octal escapes of spaces and the like in what the system says of mounts."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), place)
