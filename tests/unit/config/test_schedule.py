"""What a schedule says is what is read."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from config.days_off import Holidays
from config.schedule import load
from jobs.model import GoLive, Host, RoomUse
from jobs.schedule.entry import Change
from tests.unit.config.written import ENTRY, EXAMPLE, only, replaced, said, schedule


def test_the_example_is_right() -> None:
    reading = load(EXAMPLE, accounts=["default", "events"])
    assert reading.problems == ()
    assert reading.schedule is not None
    webinar, night, hours = reading.schedule.entries
    assert webinar.exceptions == (date(2026, 12, 24), date(2026, 12, 31), Holidays("DE-BY"))
    assert webinar.exception_notes == {date(2026, 12, 31): "New Year's Eve"}
    assert webinar.changes["2027-01-07"] == Change(skip=True, note="Epiphany")
    assert webinar.options["prepare"] == timedelta(days=1)
    assert (night.end, night.options["doors"]) == (time(6, 30), timedelta(minutes=15))
    assert night.options["go_live"] is GoLive.AT_START
    assert night.options["hosts"] == (Host("studio-1", "Studio", "webinar_presenter"),)
    assert night.options["meeting"] == {"record_on_start": True, "session_keep_alive_time_in_secs": 120}
    assert hours.repeat is not None
    assert hours.repeat.text == "FREQ=MONTHLY;BYDAY=1MO,3MO;UNTIL=2027-12-31"


def test_an_entrys_own_value_wins_over_the_defaults() -> None:
    top = "timezone: Europe/Berlin\ndefaults: {prepare: 2h, account: events, duration: 9h}\nbroadcasts:\n"
    entry = only("    prepare: 30m\n", top)
    assert entry.options == {"prepare": timedelta(minutes=30), "account": "events"}
    assert entry.end == timedelta(hours=1)


def test_an_entrys_own_end_wins_over_a_default_duration() -> None:
    (entry,) = schedule(
        "timezone: UTC\ndefaults: {duration: 9h}\nbroadcasts:\n" + ENTRY.replace("duration: 1h", "end: 19:00")
    ).entries
    assert entry.end == time(19)


def test_an_entry_may_have_its_own_time_zone() -> None:
    assert only("    timezone: Asia/Tokyo\n").zone == "Asia/Tokyo"


def test_offsets_make_a_time_zone_needless() -> None:
    for form in ("T18:00+01:00", "T18:00+0100", " 18:00:00+01", " 18:00:00+01:00"):
        (entry,) = schedule("broadcasts:\n" + ENTRY.replace("T18:00", form)).entries
        assert entry.start.astimezone(UTC) == datetime(2026, 12, 1, 17, tzinfo=UTC)


def test_values_are_what_is_written_and_not_what_yaml_makes_of_them() -> None:
    text = replaced("title: Webinar", "title: 12:30").replace("duration: 1h", "end: 10:30")
    (entry,) = schedule(text).entries
    assert (entry.title, entry.end) == ("12:30", time(10, 30))
    assert only("    meeting: {recording_config: {a: [1, 2.5, yes, '7', null]}}\n").options["meeting"] == {
        "recording_config": {"a": [1, 2.5, "yes", "7", None]}
    }


def test_a_rule_as_a_mapping_is_the_same_as_its_text() -> None:
    mapping = only("    repeat: {freq: weekly, byday: [tu, TH], interval: 2, until: 2027-06-30T22:00:00Z}\n")
    text = only("    repeat: FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2;UNTIL=20270630T220000Z\n")
    assert mapping.repeat is not None
    assert text.repeat is not None
    assert (mapping.repeat.parts, mapping.repeat.until) == (text.repeat.parts, text.repeat.until)


def test_a_change_is_read_with_all_it_may_change() -> None:
    entry = only(
        "    repeat: FREQ=DAILY\n    change:\n"
        "      2026-12-02: {start: 2026-12-02T20:00, end: 21:00, title: Late, prepare: 2h}\n"
        "      2026-12-03: skip\n"
    )
    assert entry.changes["2026-12-02"] == Change(
        start=datetime(2026, 12, 2, 20),  # noqa: DTZ001 - a wall time
        end=time(21),
        options={"title": "Late", "prepare": timedelta(hours=2)},
    )
    assert entry.changes["2026-12-03"].skip


def test_a_full_end_suits_a_single_occurrence_only() -> None:
    single = replaced("duration: 1h", "end: 2026-12-02T06:30")
    assert schedule(single).entries[0].end == datetime(2026, 12, 2, 6, 30)  # noqa: DTZ001 - a wall time
    assert "a full end is for a single occurrence only" in said(single + "    repeat: FREQ=WEEKLY\n")[0]


def test_an_entry_says_what_its_file_says() -> None:
    entry = only(
        "    room: shared\n    end_session: true\n    live_within: 90s\n    late_start: 0s\n    was: old\n"
    )
    assert entry.was == "old"
    assert entry.options == {
        "room": RoomUse.SHARED,
        "end_session": True,
        "live_within": timedelta(seconds=90),
        "late_start": timedelta(0),
    }
    assert replace(entry, was=None, options={}) == only()
