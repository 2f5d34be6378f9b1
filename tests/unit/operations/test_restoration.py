"""A restoration: the backup in the place, what was there kept."""

import stat

from tests.support.clock import NOON
from tests.support.databases import contents, leave_as_killed, noted, spoil
from tests.unit.operations.place import KEPT, Place
from worker.operations.restoration import restore
from worker.store.schema.migration import NEWEST


def test_the_backup_is_in_its_place_and_what_was_there_is_kept_with_its_last_changes(place: Place) -> None:
    made = place.restore()
    kept = place.database.with_name(KEPT)
    assert (made.database, made.schema, made.kept) == (place.database, NEWEST, (kept,))
    assert noted(place.database) == {"old"}
    assert noted(kept) == {"old", "new"}
    assert place.names() == {"cuelight.db", KEPT}
    assert {stat.S_IMODE(each.stat().st_mode) for each in (place.database, kept)} == {0o600}


def test_what_was_kept_can_be_restored_in_turn(place: Place) -> None:
    (kept,) = place.restore().kept
    made = restore(kept, place.database, NOON.replace(hour=13))
    assert noted(place.database) == {"old", "new"}
    assert noted(made.kept[0]) == {"old"}


def test_two_in_one_second_keep_what_was_there_each_under_its_own_name(place: Place) -> None:
    kept = [place.restore().kept[0].name for _ in range(3)]
    assert kept == [KEPT, f"{KEPT}-2", f"{KEPT}-3"]


def test_a_database_that_is_not_there_is_made(place: Place) -> None:
    for each in place.database.parent.iterdir():
        each.unlink()
    assert place.restore().kept == ()
    assert noted(place.database) == {"old"}


def test_a_log_without_its_database_is_kept_and_not_taken_in(place: Place) -> None:
    place.database.unlink()
    assert [each.name for each in place.restore().kept] == [f"{KEPT}-wal"]
    assert noted(place.database) == {"old"}


def test_a_damaged_database_is_kept_as_it_is_with_its_log(place: Place) -> None:
    spoil(place.database)
    before = {
        each.name.removeprefix("cuelight.db"): each.read_bytes() for each in place.database.parent.iterdir()
    }
    made = place.restore()
    kept = {each.name.removeprefix(KEPT): each.read_bytes() for each in made.kept}
    assert kept == {suffix: before[suffix] for suffix in ("", "-wal")}
    assert noted(place.database) == {"old"}


def test_the_backup_stays_as_it_was_though_it_has_a_log(place: Place) -> None:
    leave_as_killed(place.file, "in its log")
    before = contents(place.file.parent)
    place.restore()
    after = contents(place.file.parent)
    assert noted(place.database) == {"old", "in its log"}
    assert before == after
