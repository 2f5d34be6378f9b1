"""Workers and other programs beside a restoration."""

import os
import sqlite3
from contextlib import closing

import pytest

from tests.support.databases import contents, noted, writing
from tests.unit.operations.place import KEPT, Place
from worker.leases.file import FileLease, LeaseTakenError
from worker.operations.restoration import RestorationError, Step


def test_readers_of_the_restored_one_hold_up_no_worker(place: Place) -> None:
    place.restore()
    with closing(sqlite3.connect(place.database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_while_a_worker_holds_the_lock_it_is_refused(place: Place) -> None:
    worker = FileLease.acquire(place.database)
    worker.sign()
    before = contents(place.database.parent)
    with pytest.raises(LeaseTakenError, match=f"process {os.getpid()} holds .*; stop that one first"):
        place.restore()
    assert contents(place.database.parent) == before
    worker.release()
    place.restore()


def test_no_worker_begins_before_it_is_done_and_one_may_after_it(place: Place) -> None:
    refused = []

    def begin(step: Step) -> None:
        with pytest.raises(LeaseTakenError):
            FileLease.acquire(place.database)
        refused.append(step)

    place.restore(begin)
    assert set(refused) == set(Step)
    FileLease.acquire(place.database).release()


def test_while_another_program_has_the_database_open_it_is_refused_with_the_cure(place: Place) -> None:
    with writing(place.database) as other:
        other.execute("SELECT count(*) FROM broadcasts").fetchall()
        with pytest.raises(
            RestorationError, match="is in use: database is locked; end the process that has it open"
        ):
            place.restore()
        assert noted(place.database) == {"old", "new"}


def test_whoever_opens_the_old_one_meanwhile_neither_reads_nor_writes_there_nor_makes_a_log(
    place: Place,
) -> None:
    with closing(sqlite3.connect(place.database, isolation_level=None, timeout=0)) as other:

        def come(step: Step) -> None:
            if step is Step.REPLACE:
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("SELECT count(*) FROM broadcasts")

        place.restore(come)
        for statement in ("PRAGMA journal_mode = WAL", "DELETE FROM installation"):
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                other.execute(statement)
    assert place.names() == {"cuelight.db", KEPT}
    assert noted(place.database) == {"old"}
