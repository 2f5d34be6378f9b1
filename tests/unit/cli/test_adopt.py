"""`cuelight adopt`, and how `run` and `doctor` take a database that was copied or moved."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.settings import load
from tests.support.postgres import Postgres
from tests.support.processes import CUELIGHT, wait_until
from tests.support.terminal import Terminal
from worker.cli import main
from worker.installation.database import open_to_run
from worker.kit.clock import SystemClock
from worker.leases.file import FileLease
from worker.operations.adoption import AtWorkError, to_adopt
from worker.store.errors import CopyError
from worker.store.opening import threaded
from worker.store.standings import Worker

ACCOUNT = {
    "CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR": "dyte",
    "CUELIGHT_ACCOUNTS__DEFAULT__ORG_ID": "canary-org",
    "CUELIGHT_ACCOUNTS__DEFAULT__API_KEY": "canary-api-key",
    "CUELIGHT_ACCOUNTS__DEFAULT__BASE_URL": "http://127.0.0.1:1/v2",
    "CUELIGHT_HTTP__PORT": "0",
}


def cuelight(folder: Path, *words: str, **variables: str) -> Result:
    done = CliRunner().invoke(main, words, env={"CUELIGHT_STATE_DIR": str(folder), **ACCOUNT, **variables})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def run_on(folder: Path, **variables: str) -> str:
    """Open the database as `run` does, and let go of it; return the tag."""

    async def opened() -> str:
        settings = load({"CUELIGHT_STATE_DIR": str(folder), **variables})
        store = open_to_run(settings)
        tag = await store.installation_tag(settings.installation)
        await store.close()
        return tag

    return asyncio.run(opened())


def content(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "cuelight.db")) as database:
        return list(database.iterdump())


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """Return the folder of a database that was worked on, with a broadcast to come."""
    folder = tmp_path / "original"
    added = cuelight(folder, "add", "show", "--title", "Show", "--start", "+1h", "--duration", "1h")
    assert added.exit_code == 0
    run_on(folder, CUELIGHT_INSTALLATION="ab3k")
    return folder


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "copy"))


def test_a_copy_is_not_run_and_nothing_is_written_there(copy: Path) -> None:
    before = content(copy)
    own = {**os.environ, **ACCOUNT, "CUELIGHT_STATE_DIR": str(copy)}
    done = subprocess.run([CUELIGHT, "run"], env=own, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert "the database cannot be used: it is a copy" in done.stderr
    assert "which still exists" in done.stderr
    assert "`cuelight adopt --as-copy`" in done.stderr
    assert "`cuelight adopt --as-moved`" in done.stderr
    assert content(copy) == before


def test_of_a_copy_doctor_says_so_before(copy: Path, original: Path) -> None:
    found = {each["check"]: each for each in json.loads(cuelight(copy, "doctor", "--json").stdout)}
    assert found["origin"]["verdict"] == "problem"
    assert "adopt --as-copy" in found["origin"]["cure"]
    found = {each["check"]: each for each in json.loads(cuelight(original, "doctor", "--json").stdout)}
    assert found["origin"]["verdict"] == "ok"


def test_a_copy_is_read_and_written_by_every_other_command(copy: Path) -> None:
    for words in (["status"], ["show", "show"], ["workers"], ["migrate"]):
        assert cuelight(copy, *words).exit_code == 0
    added = cuelight(copy, "add", "more", "--title", "M", "--start", "+1h", "--duration", "1h")
    assert added.exit_code == 0


def test_a_folder_that_was_moved_is_run_without_asking(original: Path, tmp_path: Path) -> None:
    moved = original.rename(tmp_path / "moved")
    assert run_on(moved) == "ab3k"
    assert run_on(moved) == "ab3k"


def test_a_database_that_was_copied_and_its_original_deleted_is_run_if_its_machine_is_known(
    copy: Path, original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.installation.file_place.Machine.is_container", lambda _machine: False)
    run_on(original)
    shutil.rmtree(copy)
    shutil.copytree(original, copy)
    with pytest.raises(CopyError):
        run_on(copy)
    shutil.rmtree(original)
    assert run_on(copy) == "ab3k"


@pytest.mark.parametrize("in_container", [True, False])
def test_a_backup_that_was_put_in_its_place_is_run_without_asking(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, in_container: bool
) -> None:
    monkeypatch.setattr("worker.installation.file_place.Machine.is_container", lambda _machine: in_container)
    monkeypatch.setattr("worker.installation.file_place.Machine.inner", lambda _machine, path: str(path))
    run_on(original)
    with closing(sqlite3.connect(original / "cuelight.db")) as database:
        database.execute("VACUUM INTO ?", (str(tmp_path / "backup.db"),))
    for each in original.iterdir():
        each.unlink()
    shutil.copy(tmp_path / "backup.db", original / "cuelight.db")
    assert run_on(original) == "ab3k"


def test_a_database_of_before_is_run_and_its_place_remembered(original: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(original / "cuelight.db")) as database, database:
        database.execute("DELETE FROM installation WHERE name = 'place'")
    assert run_on(original) == "ab3k"
    copied = Path(shutil.copytree(original, tmp_path / "late"))
    with pytest.raises(CopyError):
        run_on(copied)


def test_a_new_database_is_run_and_its_place_remembered(tmp_path: Path) -> None:
    run_on(tmp_path / "new")
    assert [line for line in content(tmp_path / "new") if '"kind": "file"' in line]


def test_adopted_as_a_copy_it_has_another_tag_and_is_run(copy: Path, original: Path) -> None:
    done = cuelight(copy, "adopt", "--as-copy", "--yes")
    assert done.exit_code == 0, done.output
    assert "taken for a copy" in done.output
    assert "the tag ab3k is replaced" in done.output
    tag = run_on(copy)
    assert tag != "ab3k"
    assert f"[{tag}-...]" in done.output
    assert run_on(original) == "ab3k"


def test_adopted_as_moved_it_has_its_tag_and_is_run(copy: Path) -> None:
    done = cuelight(copy, "adopt", "--as-moved", "--yes")
    assert done.exit_code == 0, done.output
    assert "no worker may ever run on the original again" in done.output
    assert run_on(copy) == "ab3k"


def test_for_programs_all_of_it_is_json(copy: Path) -> None:
    moved = json.loads(cuelight(copy, "adopt", "--as-moved", "--yes", "--json").stdout)
    assert moved["adopted"] == "moved"
    assert (moved["was"]["path"], moved["is"]["path"]) == (
        str(copy.with_name("original") / "cuelight.db"),
        str(copy / "cuelight.db"),
    )
    found = json.loads(cuelight(copy, "adopt", "--as-copy", "--yes", "--json").stdout)
    assert (found["adopted"], found["original_tag"], found["under_way"]) == ("copy", "ab3k", [])
    assert found["tag"] == run_on(copy)


@pytest.mark.parametrize("words", [(), ("--as-copy", "--as-moved")])
def test_what_it_is_has_to_be_said_and_only_once(words: tuple[str, ...], copy: Path) -> None:
    done = cuelight(copy, "adopt", "--yes", *words)
    assert done.exit_code == 2
    assert "give one of --as-copy and --as-moved" in done.output


def test_where_nobody_can_be_asked_nothing_is_done(copy: Path) -> None:
    before = content(copy)
    done = cuelight(copy, "adopt", "--as-copy")
    assert done.exit_code == 2
    assert "--yes" in done.output
    assert content(copy) == before


@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("y", 0)])
def test_on_a_terminal_it_tells_what_it_does_and_asks(answer: str, code: int, copy: Path) -> None:
    before = content(copy)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CUELIGHT_")}
    own = {**ours, "CUELIGHT_STATE_DIR": str(copy)}
    opened = Terminal(f"{CUELIGHT} adopt --as-copy", own, copy, columns=200)
    try:
        wait_until("it asks", lambda: "Go on? [y/N]" in opened.text)
        assert "0 under way belong to the original" in opened.text
        opened.type(f"{answer}\n")
        assert opened.process.wait(10) == code
    finally:
        opened.close()
    assert (content(copy) == before) is (answer == "n")


def test_the_tag_that_the_settings_name_is_taken_unless_it_is_the_originals(copy: Path) -> None:
    before = content(copy)
    refused = cuelight(copy, "adopt", "--as-copy", "--yes", CUELIGHT_INSTALLATION="ab3k")
    assert refused.exit_code == 1
    assert "CUELIGHT_INSTALLATION is ab3k, the original's tag: unset it" in refused.output
    assert content(copy) == before
    assert cuelight(copy, "adopt", "--as-moved", "--yes", CUELIGHT_INSTALLATION="ab3k").exit_code == 0
    assert cuelight(copy, "adopt", "--as-copy", "--yes", CUELIGHT_INSTALLATION="st4g").exit_code == 0
    assert run_on(copy, CUELIGHT_INSTALLATION="st4g") == "st4g"


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    done = cuelight(tmp_path / "nowhere", "adopt", "--as-copy", "--yes")
    assert done.exit_code == 1
    assert "there is no database at" in done.output
    assert not (tmp_path / "nowhere").exists()


def test_while_a_worker_works_on_the_file_nothing_is_adopted(copy: Path) -> None:
    before = content(copy)
    lease = FileLease.acquire(copy / "cuelight.db")
    for how in ("--as-copy", "--as-moved"):
        done = cuelight(copy, "adopt", how, "--yes")
        assert done.exit_code == 1
        assert "only one worker can run on a SQLite database; stop that one first" in done.output
    lease.release()
    assert content(copy) == before
    assert cuelight(copy, "adopt", "--as-copy", "--yes").exit_code == 0


def test_a_database_that_cannot_be_read_is_told(copy: Path) -> None:
    (copy / "cuelight.db").write_bytes(b"nothing of the kind" * 1000)
    done = cuelight(copy, "adopt", "--as-copy", "--yes")
    assert done.exit_code == 1
    assert "the database cannot be adopted" in done.output


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as name:
        yield postgres.url(name)


def adopted(url: str, how: str = "--as-copy", **variables: str) -> Result:
    return cuelight(Path("/nowhere"), "adopt", how, "--yes", CUELIGHT_DATABASE_URL=url, **variables)


async def worked_on(url: str, *, leaves: bool) -> None:
    """Have a worker sign in, take a lease, and leave in order or not."""
    store, now = threaded(url), SystemClock().now()
    await store.sign_in(Worker(id="w", host="h", pid=1, version="1", started_at=now, seen_at=now))
    term = await store.take_lease("default", "w", 20.0)
    assert term
    if leaves:
        await store.resign_leases({"default": term}, "w")
        await store.sign_out("w", now)
    await store.close()


@pytest.mark.parametrize("how", ["--as-copy", "--as-moved"])
def test_while_a_worker_works_on_the_server_nothing_is_adopted(url: str, how: str) -> None:
    asyncio.run(worked_on(url, leaves=False))
    done = adopted(url, how)
    assert done.exit_code == 1
    assert "w is running on this database: stop it first" in done.output
    assert "canary-pw" not in done.output


def test_a_worker_that_was_not_heard_for_long_keeps_nobody_from_adopting(url: str) -> None:
    async def silent() -> None:
        store, then = threaded(url), SystemClock().now() - timedelta(minutes=5)
        await store.sign_in(Worker(id="w", host="h", pid=1, version="1", started_at=then, seen_at=then))
        await store.close()

    asyncio.run(silent())
    assert adopted(url).exit_code == 0


def test_a_worker_that_began_while_the_operator_read_keeps_it_from_being_adopted(
    url: str, tmp_path: Path
) -> None:
    with to_adopt(load({"CUELIGHT_DATABASE_URL": url, "CUELIGHT_STATE_DIR": str(tmp_path)})) as adoption:
        now = SystemClock().now()
        adoption.effects(now)
        asyncio.run(worked_on(url, leaves=False))
        with pytest.raises(AtWorkError):
            adoption.as_copy("op", now)


def test_on_a_server_a_copy_is_refused_until_it_is_adopted(postgres: Postgres, url: str) -> None:
    tag = run_on(Path("/nowhere"), CUELIGHT_DATABASE_URL=url)
    asyncio.run(worked_on(url, leaves=True))
    name = url.partition("?")[0].rpartition("/")[2]
    with postgres.database(name) as copied:
        with pytest.raises(CopyError):
            run_on(Path("/nowhere"), CUELIGHT_DATABASE_URL=postgres.url(copied))
        done = adopted(postgres.url(copied))
        assert done.exit_code == 0, done.output
        assert run_on(Path("/nowhere"), CUELIGHT_DATABASE_URL=postgres.url(copied)) != tag
    with postgres.database(name) as copied:
        assert adopted(postgres.url(copied), "--as-moved").exit_code == 0
        assert run_on(Path("/nowhere"), CUELIGHT_DATABASE_URL=postgres.url(copied)) == tag
    assert run_on(Path("/nowhere"), CUELIGHT_DATABASE_URL=url) == tag
