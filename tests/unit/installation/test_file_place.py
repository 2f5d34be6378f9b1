"""What the system tells of a file and of itself."""

import os
import shutil
from pathlib import Path

import pytest

from jobs.place import Original
from worker.installation.file_place import Machine, here, original

ID = "3d1219c7c4c5404aaa1f6d2a48adfda4"
MOUNTS = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
28 27 254:0 /var/lib/docker/volumes/cuelight_state/_data /var/lib/cuelight rw - ext4 /dev/vda rw
29 27 254:1 /shows\040of\040all /mnt/my\040shows rw - ext4 /dev/vdb rw
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the root of a machine that tells everything."""
    for name, text in {
        "etc/machine-id": f"{ID}\n",
        "proc/sys/kernel/random/boot_id": "f60f6541-1f49-431a-9a96-2a6e1f75df47\n",
        "proc/self/mountinfo": MOUNTS,
    }.items():
        file = tmp_path / "root" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "root"


def machine(root: Path, host: str = "prod", **environment: str) -> Machine:
    return Machine(root, host, environment)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "cuelight.db"
    path.write_bytes(b"x")
    return path


def test_a_machine_is_known_by_its_id_and_its_name_and_tells_neither(root: Path) -> None:
    known = machine(root).identity()
    assert known == machine(root).identity()
    assert known not in {"", machine(root, "stage").identity()}
    assert ID not in known
    (root / "etc/machine-id").write_text(ID.replace("3", "4"))
    assert machine(root).identity() not in {"", known}


@pytest.mark.parametrize("text", ["", "uninitialized\n", "0\n"])
def test_a_machine_without_an_id_is_known_by_its_name_unless_all_are_called_so(root: Path, text: str) -> None:
    (root / "etc/machine-id").write_text(text)
    assert machine(root).identity() not in {"", machine(root, "stage").identity()}
    assert not machine(root, "localhost").identity()
    (root / "etc/machine-id").unlink()
    assert not machine(root, "localhost").identity()


def test_a_container_is_no_machine(root: Path) -> None:
    assert not machine(root, KUBERNETES_SERVICE_HOST="10.0.0.1").identity()
    assert not machine(root, container="podman").identity()
    (root / ".dockerenv").touch()
    assert not machine(root).identity()
    assert machine(root).boot()


def test_a_system_that_tells_nothing_is_no_error(tmp_path: Path, database: Path) -> None:
    mute = machine(tmp_path / "nowhere", "localhost")
    found = here(database, mute)
    assert found
    assert (found.machine, found.boot, found.inner) == ("", "", "")
    assert found.inode == database.stat().st_ino


def test_the_path_within_the_file_system_is_the_same_from_inside_a_container(root: Path) -> None:
    of = machine(root).inner
    assert (
        of(Path("/var/lib/cuelight/cuelight.db"))
        == "/var/lib/docker/volumes/cuelight_state/_data/cuelight.db"
    )
    assert of(Path("/var/lib/docker/volumes/x")) == "/var/lib/docker/volumes/x"
    assert of(Path("/mnt/my shows/cuelight.db")) == "/shows of all/cuelight.db"


def test_no_file_has_no_place(tmp_path: Path) -> None:
    assert here(tmp_path / "cuelight.db") is None


def test_a_file_keeps_its_inode_and_generation_under_another_name(database: Path, root: Path) -> None:
    before = here(database, machine(root))
    moved = database.rename(database.with_name("moved.db"))
    after = here(moved, machine(root))
    assert before
    assert after
    assert (before.inode, before.generation, before.volume) == (after.inode, after.generation, after.volume)
    assert before.path != after.path
    assert original(before, moved) is Original.GONE


def test_an_inode_that_is_used_again_has_another_generation(database: Path) -> None:
    """Where the file system tells generations: else there is nothing to be seen."""
    seen = set()
    for _ in range(4):
        found = here(database)
        assert found
        seen.add((found.inode, found.generation))
        database.unlink()
        database.write_bytes(b"x")
    assert len(seen) == 4 or all(generation is None for _, generation in seen)


def test_the_original_is_seen_beside_its_copy(database: Path, tmp_path: Path) -> None:
    before = here(database)
    copy = tmp_path / "copy.db"
    shutil.copy2(database, copy)
    assert before
    assert original(before, copy) is Original.STANDS
    database.unlink()
    assert original(before, copy) is Original.GONE
    database.write_bytes(b"another")
    (tmp_path / "more").write_bytes(b"x")
    found = here(database)
    assert found
    expected = Original.STANDS if found.inode == before.inode and found.generation is None else Original.GONE
    assert original(before, copy) is expected


def test_a_link_to_the_file_is_no_copy_of_it(database: Path, tmp_path: Path) -> None:
    before = here(database)
    assert before
    (tmp_path / "hard.db").hardlink_to(database)
    (tmp_path / "soft.db").symlink_to(database)
    for name in ("hard.db", "soft.db"):
        assert original(before, tmp_path / name) is Original.GONE
    assert here(tmp_path / "soft.db") == before


def test_where_nobody_may_look_is_told_apart_from_nothing(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = here(database)
    copy = tmp_path / "copy.db"
    shutil.copy2(database, copy)

    def refused(*_paths: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "samefile", refused)
    assert before
    assert original(before, copy) is Original.HIDDEN


def test_a_file_that_may_not_be_opened_has_a_place_without_a_generation(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    found = here(database)
    assert found
    assert found.generation is None
