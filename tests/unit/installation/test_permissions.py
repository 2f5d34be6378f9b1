"""Nobody else may open what the database lies in: to read it, or to hold its lock."""

import asyncio
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.settings import Settings, load
from worker.installation.database import open_store
from worker.installation.permissions import NotPrivateError, wide
from worker.leases.file import FileLease

FILES = ("cuelight.db", "cuelight.db-wal", "cuelight.db-shm", "cuelight.db.lock")
NOBODY = 65534

MADE = """
import asyncio, os, sys
from pathlib import Path
from config.settings import load
from worker.installation.database import open_store
from worker.leases.file import FileLease

os.umask(0)
narrowed = []
sys.addaudithook(lambda event, of: narrowed.append(of) if event == "os.chmod" else None)
folder = Path(sys.argv[1])

async def main():
    store = open_store(load({"CUELIGHT_STATE_DIR": str(folder)}))
    await store.installation_tag("abcd")
    lease = FileLease.acquire(folder / "cuelight.db")
    for each in (folder, *sorted(folder.iterdir())):
        print(each.name, oct(each.stat().st_mode & 0o777))
    lease.release()
    await store.close()

asyncio.run(main())
print("narrowed", narrowed)
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def of(folder: Path, **variables: str) -> Settings:
    return load({"CUELIGHT_STATE_DIR": str(folder), **variables})


def opened(settings: Settings) -> None:
    """Open the database as every command does, and let go of it."""

    async def work() -> None:
        store = open_store(settings)
        await store.installation_tag()
        await store.close()

    asyncio.run(work())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A state folder as it was made before: others may read all of it."""
    folder = tmp_path / "state"
    opened(of(folder))
    FileLease.acquire(folder / "cuelight.db").release()
    for each in folder.iterdir():
        each.chmod(0o644)
    folder.chmod(0o755)
    return folder


@contextmanager
def somebody_else() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_folder_and_files_are_made_for_nobody_else_and_never_narrowed_only_afterwards(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MADE, str(tmp_path / "state")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()
    assert told == ["state 0o700", *(f"{name} 0o600" for name in sorted(FILES)), "narrowed []"]


def test_what_others_may_open_is_narrowed_when_it_is_opened(folder: Path) -> None:
    opened(of(folder))
    assert mode(folder) == 0o700
    assert {each.name for each in folder.iterdir()} >= {"cuelight.db", "cuelight.db.lock"}
    assert {mode(each) for each in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["cuelight.db-wal", "cuelight.db-shm", "cuelight.db-journal"])
def test_what_lies_beside_a_database_is_narrowed_too(name: str, folder: Path) -> None:
    (folder / name).touch()
    (folder / name).chmod(0o644)
    assert [each.path.name for each in wide(folder / "cuelight.db", folder) if each.path.name == name] == [
        name
    ]


@pytest.mark.parametrize("given", [0o750, 0o755, 0o770])
def test_the_folder_that_systemd_made_is_as_the_service_manager_wants_it(
    given: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", f"{folder}:/var/lib/other")
    folder.chmod(given)
    opened(of(folder))
    assert mode(folder) == given
    assert {mode(each) for each in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("given", [0o755, 0o1777])
def test_a_folder_of_other_things_too_is_left_as_it_is(given: int, folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{folder}/cuelight.db"
    folder.chmod(given)
    opened(of(tmp_path / "another", CUELIGHT_DATABASE_URL=url))
    assert mode(folder) == given
    assert {mode(each) for each in folder.iterdir()} == {0o600}


def test_a_state_folder_that_everybody_shares_is_left_as_it_is(folder: Path) -> None:
    folder.chmod(0o1777)
    opened(of(folder))
    assert mode(folder) == 0o1777


@pytest.mark.parametrize("given", [0o775, 0o777])
def test_a_folder_in_which_others_may_replace_the_database_is_refused(
    given: int, folder: Path, tmp_path: Path
) -> None:
    folder.chmod(given)
    with pytest.raises(NotPrivateError, match=rf"{folder} .*mode 0{given:o}.*chmod go-w {folder}"):
        opened(of(tmp_path / "another", CUELIGHT_DATABASE_URL=f"sqlite:///{folder}/cuelight.db"))
    assert mode(folder) == given


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can have a file that is another user's")
@pytest.mark.parametrize(
    ("name", "given"),
    [("", 0o777), ("cuelight.db", 0o666), ("cuelight.db.lock", 0o666), ("cuelight.db", 0o600)],
)
def test_what_is_another_users_is_refused_by_its_path_with_the_cure(name: str, given: int) -> None:
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o711)
        folder = Path(above) / "state"
        opened(of(folder))
        FileLease.acquire(folder / "cuelight.db").release()
        for each in (folder, *folder.iterdir()):
            os.chown(each, NOBODY, NOBODY)
        os.chown(folder / name, 0, 0)
        (folder / name).chmod(given)
        with (
            somebody_else(),
            pytest.raises(NotPrivateError, match=rf"{folder / name} belongs to uid 0.*chown {NOBODY}"),
        ):
            open_store(of(folder))
        assert mode(folder / name) == given
