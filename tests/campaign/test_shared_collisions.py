"""Occurrences of one room that follow each other closely, or run into each other by changed rows."""

from collections.abc import Callable

from tests.campaign.season import Deed, Plan, Season, passed
from tests.campaign.spans import Span
from tests.campaign.truth import Truth
from tests.campaign.virtual import iso

LENGTH, FIRST = 180, 300
ROOM_FREE_WITHIN, BEGUN_WITHIN = 10.0, 30.0
"""Seconds from an end until the next may begin, and from there until its host is on air."""
FIRST_ONE, SECOND, THIRD = IDS = [f"panel@2026-12-01T{at}" for at in ("1305", "1308", "1311")]
BACK_TO_BACK = """
timezone: Europe/Berlin
broadcasts:
  - key: panel
    title: Panel
    start: 2026-12-01T13:05
    duration: 3m
    repeat: FREQ=DAILY;BYHOUR=13;BYMINUTE=5,8;COUNT=2
    also: [2026-12-01T13:11]
    room: shared
    live_within: 30s
    late_start: 1m
"""
"""Two of a rule and an extra one, each begins when the one before ends."""


def panels(*deeds: Deed) -> Season:
    """Return what became of them, with one host who stays from before the first to after the last."""
    stays = (FIRST - 60.0, FIRST + 3.0 * LENGTH + 60)
    return passed(Plan(BACK_TO_BACK, lasts=FIRST + 3 * LENGTH + 150, hosts=(stays,), deeds=deeds))


def by_sql(statement: str, *values: object) -> Callable[[Season], object]:
    return lambda season: season.database.write(statement, *values)


def on_air(season: Season) -> list[Span]:
    return Truth(season).on_air(season.meeting())


def test_each_begins_when_the_one_before_is_proven_off_though_their_host_stays() -> None:
    season = panels()
    assert season.states() == dict.fromkeys(IDS, "ended")
    for number, stream in enumerate(on_air(season)):
        start = FIRST + number * LENGTH
        assert start <= stream.start < start + BEGUN_WITHIN
        assert stream.end < start + LENGTH + ROOM_FREE_WITHIN
    assert season.alerts() == set()


def test_one_that_is_extended_into_the_next_goes_on_and_the_next_begins_late_and_is_told() -> None:
    over = FIRST + LENGTH + 60
    season = panels(
        (FIRST + 100, by_sql("UPDATE broadcasts SET ends_at = ? WHERE id = ?", iso(over), FIRST_ONE))
    )
    assert season.states() == dict.fromkeys(IDS, "ended")
    first, second, third = on_air(season)
    assert over <= first.end < over + ROOM_FREE_WITHIN
    assert first.end < second.start < over + BEGUN_WITHIN
    assert third.start >= FIRST + 2 * LENGTH
    assert f"{SECOND}/not_open" in season.alerts()


def test_one_whose_whole_window_another_takes_is_missed_and_told() -> None:
    season = panels(
        (FIRST + 100, by_sql("UPDATE broadcasts SET ends_at = ? WHERE id = ?", iso(650), FIRST_ONE))
    )
    assert season.states() == {FIRST_ONE: "ended", SECOND: "missed", THIRD: "ended"}
    first, third = on_air(season)
    assert third.start > first.end
    assert {f"{SECOND}/not_open", f"{SECOND}/missed"} <= season.alerts()


def test_two_that_somebody_moves_onto_each_other_are_on_air_one_after_the_other() -> None:
    moved = by_sql("UPDATE broadcasts SET starts_at = ? WHERE id = ?", iso(FIRST + 60), SECOND)
    season = panels((10, moved))
    assert season.states() == dict.fromkeys(IDS, "ended")
    first, second, _ = on_air(season)
    assert first.end < second.start
    assert f"{SECOND}/not_open" in season.alerts()


def test_a_row_by_sql_cannot_come_into_an_entrys_room() -> None:
    insert = (
        "INSERT INTO broadcasts (id, title, starts_at, ends_at, room, entry)"
        " VALUES ('intruder', 'Intruder', ?, ?, 'shared', 'panel')"
    )
    season = panels((10, by_sql(insert, iso(FIRST), iso(FIRST + LENGTH))))
    assert season.states() == {"intruder": "rejected", **dict.fromkeys(IDS, "ended")}
    assert season.alerts() == {"intruder/rejected"}


def test_no_occurrence_of_a_shared_room_goes_to_another_account() -> None:
    season = panels((10, by_sql("UPDATE broadcasts SET account = 'events' WHERE id = ?", THIRD)))
    assert season.states() == dict.fromkeys(IDS, "ended")
    assert season.alerts() == {f"{THIRD}/edit_refused"}
    ((told,),) = season.database.rows("SELECT text FROM alerts")
    assert "the account cannot be changed" in told
