"""The lease by a lock on a file: one holder, and none when the file is gone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.ids import INSTALLATION
from worker.leases.file import (
    FileLease,
    LeaseTakenError,
    NetworkFileSystemError,
    file_system,
    refuse_network,
)
from worker.store.records import Fence

HOLDER = """
import pathlib, sys
from worker.leases.file import FileLease
lease = FileLease.acquire(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "cuelight.db"


def test_only_one_holds_it_until_it_is_resigned(database: Path) -> None:
    lease = FileLease.acquire(database)
    with pytest.raises(LeaseTakenError, match=f"process {os.getpid()} holds"):
        FileLease.acquire(database)
    assert lease.held()
    lease.release()
    assert not lease.held()
    lease.release()
    FileLease.acquire(database).release()


def test_writes_are_fenced_by_the_term_that_was_begun_and_by_none_without_the_lock(database: Path) -> None:
    lease = FileLease.acquire(database)
    lease.begin_term(4)
    assert (lease.fence("default"), lease.terms()) == (Fence(INSTALLATION, 4), {INSTALLATION: 4})
    lease.release()
    assert (lease.fence("default"), lease.terms()) == (None, {})


def test_two_names_of_one_database_have_one_lease(database: Path) -> None:
    database.touch()
    other = database.with_name("other.db")
    other.symlink_to(database)
    lease = FileLease.acquire(database)
    with pytest.raises(LeaseTakenError):
        FileLease.acquire(other)
    lease.release()


@pytest.mark.parametrize("replaced", [True, False])
def test_it_is_lost_when_its_file_is_gone(database: Path, replaced: bool) -> None:  # noqa: FBT001 - a parameter of pytest's
    lease = FileLease.acquire(database)
    lock = database.with_name("cuelight.db.lock")
    lock.unlink()
    if replaced:
        lock.touch()
    assert not lease.held()
    FileLease.acquire(database).release()
    lease.release()


def test_it_is_taken_though_its_holder_cannot_be_named(database: Path) -> None:
    lease = FileLease.acquire(database)
    database.with_name("cuelight.db.lock").write_text("who knows")
    with pytest.raises(LeaseTakenError, match="another process holds") as caught:
        FileLease.acquire(database)
    assert caught.value.holder == ""
    lease.release()


@pytest.mark.processes
def test_it_is_free_the_instant_its_holder_is_killed(database: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LeaseTakenError, match=f"process {holder.pid} "):
            FileLease.acquire(database)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    FileLease.acquire(database).release()


def test_a_lock_on_a_file_that_was_replaced_meanwhile_is_no_lease(database: Path) -> None:
    class Unlucky(FileLease):
        looks = 0

        def held(self, _account: str = INSTALLATION) -> bool:
            Unlucky.looks += 1
            return Unlucky.looks > 2

    lease = Unlucky.acquire(database)
    assert Unlucky.looks == 3
    lease.release()


MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/x /srv nfs4 rw 0 0
me@host: /srv/deep\\040down fuse.sshfs rw 0 0
tmpfs /srv/local tmpfs rw 0 0
//pc/share /mnt/share cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/var/lib", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/x/y", "nfs4"),
        ("/srvx", "ext4"),
        ("/srv/deep down/z", "fuse.sshfs"),
        ("/srv/local", "tmpfs"),
        ("/mnt/share", "cifs"),
    ],
)
def test_the_file_system_is_that_of_the_innermost_mount(folder: str, kind: str) -> None:
    assert file_system(Path(folder), MOUNTS) == kind


def test_a_later_mount_covers_an_earlier_one() -> None:
    assert file_system(Path("/srv"), "a /srv ext4 rw 0 0\nb /srv nfs rw 0 0\n") == "nfs"


def test_a_network_file_system_is_refused_with_the_cure() -> None:
    with pytest.raises(
        NetworkFileSystemError, match=r"network file system \(nfs4\).*move it to a local disk"
    ):
        refuse_network(Path("/srv/cuelight.db"), MOUNTS)


def test_where_nothing_is_known_of_mounts_nothing_is_refused(tmp_path: Path) -> None:
    refuse_network(tmp_path / "cuelight.db", "")
    refuse_network(tmp_path / "cuelight.db", MOUNTS)
