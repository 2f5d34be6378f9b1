"""What cannot be restored, or not by whom, is refused."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.clock import NOON
from tests.support.databases import contents, spoil, spoil_deeply
from tests.unit.operations.place import Place
from worker.operations.restoration import RestorationError, restore
from worker.store.errors import DamagedError, SchemaError

NOBODY = 65534


def nonsense(file: Path) -> None:
    file.write_text("no database " * 1000)


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def anothers(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")


def empty(file: Path) -> None:
    file.write_bytes(b"")


def of_version(version: str, oldest: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
            connection.execute("INSERT OR REPLACE INTO installation VALUES ('oldest_schema', ?)", (oldest,))

    return change


@pytest.mark.parametrize(
    ("spoiled", "error", "said"),
    [
        (spoil, DamagedError, "backup.db is damaged: .*take another backup"),
        (spoil_deeply, DamagedError, "backup.db is damaged: .*take another backup"),
        (nonsense, DamagedError, "backup.db is damaged: file is not a database"),
        (cut_short, DamagedError, "backup.db is damaged: "),
        (anothers, SchemaError, "backup.db is not a cuelight database"),
        (empty, SchemaError, "backup.db is not a cuelight database"),
        (of_version("0999", "0998"), SchemaError, "backup.db: the schema is at 0999.*upgrade cuelight"),
        (Path.unlink, RestorationError, "does not exist"),
    ],
)
def test_what_is_no_backup_that_this_program_can_use_is_refused(
    place: Place, spoiled: Callable[[Path], None], error: type[Exception], said: str
) -> None:
    spoiled(place.file)
    before = contents(place.database.parent)
    with pytest.raises(error, match=said):
        place.restore()
    assert contents(place.database.parent) == before


@pytest.mark.parametrize("version", ["0006", "0999"])
def test_an_older_backup_and_a_newer_one_that_fits_are_taken(place: Place, version: str) -> None:
    of_version(version, "0001")(place.file)
    assert place.restore().schema == version


def test_the_database_itself_is_no_backup_of_it_under_whatever_name(place: Place) -> None:
    second = place.database.with_name("second.db")
    second.hardlink_to(place.database)
    for name in (place.database, second):
        with pytest.raises(RestorationError, match="is the database itself"):
            restore(name, place.database, NOON)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another than whoever runs the worker")
def test_root_is_told_to_give_the_command_as_the_user_of_the_worker(place: Place) -> None:
    os.chown(place.database.parent, NOBODY, NOBODY)
    with pytest.raises(RestorationError, match=f"sudo --user '#{NOBODY}'"):
        place.restore()
