"""What the database does with each row that anybody writes."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime

import pytest

from tests.unit.store.house import ONLY_SQLITE, House, RefusedError
from tests.unit.store.sqlite_house import SqliteHouse
from worker.store.records import Save


def test_a_broadcast_is_not_deleted_and_the_refusal_names_the_cure(house: House) -> None:
    house.insert()
    with pytest.raises(RefusedError, match=r"SET cancelled = (1|true) calls it off"):
        house.sql("DELETE FROM broadcasts")


@pytest.mark.parametrize("change", ["id = 'b'", "id = id || '.2'", "id = 'b', title = 'B'"])
async def test_an_id_is_not_changed_and_the_refusal_names_the_cure(house: House, change: str) -> None:
    """The run would follow by foreign key, and whoever holds its room would be somebody else."""
    run = await house.taken_up()
    run = await house.saved(Save(run, replace(run, room=replace(run.room, held_by="a"))))
    with pytest.raises(RefusedError, match=r"SET cancelled = (1|true) calls this one off"):
        house.sql(f"UPDATE broadcasts SET {change}")  # noqa: S608 - written above
    assert (await house.loaded("a")) == run


def test_a_row_written_whole_again_may_name_its_own_id(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET id = 'a', title = 'B' WHERE id = 'a'")
    assert house.sql("SELECT id, title, version FROM broadcasts") == [("a", "B", 2)]


@ONLY_SQLITE
def test_nor_is_it_changed_in_sqlites_own_way_to_write_over_another(house: House) -> None:
    house.insert()
    house.insert("b")
    with pytest.raises(RefusedError, match="calls this one off"):
        house.sql("UPDATE OR REPLACE broadcasts SET id = 'b' WHERE id = 'a'")


def test_every_change_by_anyone_is_stamped_and_counted(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET created_at = NULL, changed_at = NULL")
    house.sql("UPDATE broadcasts SET title = 'B', version = 99")
    assert house.sql("SELECT version FROM broadcasts") == [(2,)]
    assert None not in house.instants("SELECT changed_at FROM broadcasts")


def test_a_version_never_comes_back_even_when_a_row_is_replaced(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET title = 'B'")
    house.sql(
        "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES ('a', 'C', '', '')"
        " ON CONFLICT (id) DO UPDATE SET title = excluded.title, version = 0"
    )
    assert house.sql("SELECT title, version FROM broadcasts") == [("C", 3)]
    assert house.sql("SELECT version FROM unheeded") == [(3,)]


@ONLY_SQLITE
def test_a_version_outlives_sqlites_own_way_to_replace_a_row(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET title = 'B'")
    house.sql(
        "INSERT OR REPLACE INTO broadcasts (id, title, starts_at, ends_at)"
        " SELECT id, 'C', starts_at, ends_at FROM broadcasts"
    )
    assert house.sql("SELECT title, version FROM broadcasts") == [("C", 3)]
    assert house.sql("SELECT version FROM unheeded") == [(3,)]


@ONLY_SQLITE
def test_triggers_do_not_set_themselves_off_when_recursion_is_on(house: House) -> None:
    house.insert()
    assert isinstance(house, SqliteHouse)
    with closing(sqlite3.connect(house.path)) as connection, connection:
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("UPDATE broadcasts SET title = 'B'")
    assert house.sql("SELECT version FROM broadcasts") == [(2,)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026-12-01T18:00+01:00", "2026-12-01T17:00:00.000000Z"),
        ("2026-12-01 18:00:00.25Z", "2026-12-01T18:00:00.250000Z"),
        ("2026-12-01 18:00:00+00", "2026-12-01T18:00:00.000000Z"),
        ("2026-12-01 18:00:00.123+01", "2026-12-01T17:00:00.123000Z"),
        ("2026-12-01T18:00-05", "2026-12-01T23:00:00.000000Z"),
        ("2026-12-01 18:00:00+05:30", "2026-12-01T12:30:00.000000Z"),
        ("2026-12-01T18:00+15", None),
        ("2026-12-01", None),
        ("2026-12-01 18:00:00", None),
        ("2026-12-01T18:00:00", None),
        ("2026-02-30T18:00Z", None),
        ("2026-12-01T24:00Z", None),
        ("soon", None),
    ],
)
def test_a_normalised_copy_is_kept_of_what_has_an_offset(house: House, typed: str, kept: str | None) -> None:
    house.insert(starts_at=typed)
    assert house.instants("SELECT starts_utc FROM broadcasts") == [kept and datetime.fromisoformat(kept)]


def test_a_change_of_a_column_that_came_later_is_stamped_too(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET keep_recording = NOT keep_recording")
    assert house.sql("SELECT version FROM broadcasts WHERE keep_recording") == [(2,)]
    assert house.sql("SELECT version FROM unheeded") == [(2,)]


def test_a_change_of_how_far_it_may_run_over_is_stamped_and_its_length_is_bounded(house: House) -> None:
    house.insert()
    house.sql("UPDATE broadcasts SET overrun = '15m'")
    assert house.sql("SELECT version FROM broadcasts WHERE overrun = '15m'") == [(2,)]
    assert house.sql("SELECT version FROM unheeded") == [(2,)]
    with pytest.raises(RefusedError, match="the overrun of a broadcast has 1000 characters at most"):
        house.sql("UPDATE broadcasts SET overrun = ?", "1" * 1001)
