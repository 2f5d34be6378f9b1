"""What is wrong in a schedule is refused at its place, with the cure."""

from datetime import timedelta

import pytest

from tests.unit.config.written import ENTRY, TOP, only, replaced, said

WRONG_ENTRIES = [
    ("duration: 1h", "duration: 60", "f:6:15: 60 has no unit: write 60s, 60m or 60h"),
    ("duration: 1h", "duration: 0s", "f:6:15: 0s is out of range: 1s to 366d"),
    ("duration: 1h", "duration: 999999d", "f:6:15: 999999d is out of range: 1s to 366d"),
    (
        "duration: 1h",
        "duration: 1h\n    end: 19:00",
        "f:3:5: duration and end cannot be combined: remove one",
    ),
    ("duration: 1h", "end: 18:00", "f:6:5: ends at its start: write a later end, or `duration: 24h`"),
    ("duration: 1h", "end: 2026-12-01T17:00", "f:6:5: webinar ends 2026-12-01T16:00:00+00:00, not after"),
    ("duration: 1h", "end: 25:00", "f:6:10: 25:00 is not a time of day"),
    ("duration: 1h", "end: 1900", "f:6:10: '1900' is not an end time"),
    ("duration: 1h", "durration: 1h", "f:6:5: unknown key 'durration'; did you mean duration?"),
    ("duration: 1h", "duration:", "f:6:14: the value is empty"),
    ("duration: 1h", "duration: [1h]", "f:6:15: expected a single value, not a list"),
    ("2026-12-01T18:00", "2026-02-30T18:00", "f:5:12: 2026-02-30 does not exist"),
    (
        "2026-12-01T18:00",
        "2026-12-01",
        "f:5:12: '2026-12-01' is not a start time: write it as 2026-12-01T18:00",
    ),
    ("2026-12-01T18:00", "2026-12-01T18:00:61", "f:5:12: 18:00:61 is not a time of day"),
    ("duration: 1h", "end: 2026-12-01T19:00:3", "f:6:10: '2026-12-01T19:00:3' is not a time"),
    ("2026-12-01T18:00", "1926-12-01T18:00", "f:5:12: 1926-12-01 is not between 2000 and 2199"),
    ("2026-12-01T18:00", "9999-12-31T23:59", "f:5:12: 9999-12-31 is not between"),
    ("2026-12-01T18:00", "2026-12-01T18:00+25:00", "f:5:12: +25:00 is not a UTC offset"),
    ("title: Webinar", f"title: {'x' * 105}", "f:4:12: 105 characters, 104 at most"),
    ("title: Webinar", "title: ''", "f:4:12: '': write visible text"),
    ("title: Webinar", 'title: "a\\nb"', "f:4:12: 'a\\nb': write visible text, on one line"),
    ("title: Webinar", "title: ~", "f:4:12: the value is empty"),
    ("    title: Webinar\n", "", "f:3:5: title is missing"),
    ("key: webinar", "key: Web Inar", "f:3:10: 'Web Inar' is not a valid key: use 1 to 40 of a-z 0-9 -"),
    ("key: webinar", f"key: {'x' * 41}", "is not a valid key"),
    ("key: webinar", "key: webinar\n    key: other", "f:4:5: 'key' is given twice; first in line 3"),
    ("key: webinar", "key: webinar\n    was: webinar", "f:4:5: webinar is still the key of an entry"),
]


@pytest.mark.parametrize(("old", "new", "problem"), WRONG_ENTRIES)
def test_a_wrong_entry_is_refused_at_its_place_with_the_cure(old: str, new: str, problem: str) -> None:
    assert problem in "\n".join(said(replaced(old, new)))


WRONG_LINES = [
    ("timezone: Europe/Berlim", "unknown time zone 'Europe/Berlim'; did you mean Europe/Berlin?"),
    ("timezone: New York", "unknown time zone 'New York'; did you mean America/New_York?"),
    ("timezone: ../../etc/passwd", "unknown time zone '../../etc/passwd'"),
    ("repeat: FREQ=WEEKLY;BYDAYS=TU", "f:7:13: BYDAYS is not a part of a rule"),
    ("repeat: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "f:7:5: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31 never fires"),
    (
        "repeat: FREQ=DAILY;UNTIL=20251231",
        "never fires: it ends before 2026-12-01T18:00, which would be the first",
    ),
    ("repeat: FREQ=HOURLY;BYMINUTE=0,10,20", "f:7:13: fires 72 times a day, 48 at most"),
    ("repeat: {freq: fortnightly}", "f:7:20: freq: write one of YEARLY"),
    ("repeat: {freq: weekly, byday: [TU, XX]}", "f:7:35: byday: 'XX' is not a weekday"),
    ("repeat: {freq: weekly, bydays: [TU]}", "f:7:28: unknown part of a rule 'bydays'; did you mean byday?"),
    ("repeat: {freq: weekly, byday: {a: b}}", "f:7:35: expected a single value, not a mapping"),
    ("repeat: {freq: weekly, byday: [[TU]]}", "f:7:36: expected a single value, not a list"),
    ("repeat: {freq: weekly, byday: []}", "f:7:35: an empty list"),
    ("repeat: {freq: weekly, count: }", "f:7:35: expected a single value, not nothing"),
    ("repeat: {byday: TU}", "f:7:13: FREQ is missing"),
    ("repeat: {}", "f:7:13: '' is not NAME=VALUE"),
    ("repeat: [a]", "f:7:13: expected a single value, not a list"),
    ("except: [2026-12-01]", "f:7:5: exceptions need a `repeat`"),
    ("except: 2026-12-01", "f:7:13: expected a list, as in [a, b], not a single value"),
    ("also: [2026-12-01T18:00]", "f:7:12: 2026-12-01T18:00 is already an occurrence"),
    ("also: [2026-12-02T18:00, 2026-12-02T18:00]", "f:7:30: 2026-12-02T18:00 is already an occurrence"),
    ("change: {2026-12-01: skip}", "f:7:14: no such occurrence: webinar@2026-12-01"),
    ("change: {tomorrow: skip}", "f:7:14: 'tomorrow' is not an occurrence"),
    ("change: [2026-12-01]", "f:7:13: expected a mapping"),
    ("change: skip", "f:7:13: expected a mapping"),
    ("was: UPPER", "f:7:10: 'UPPER' is not a valid key"),
    ("doors: 15m", "f:7:5: `doors` needs `go_live: at_start`"),
    ("doors: 2h\n    go_live: at_start\n    prepare: 1h", "f:7:5: doors open before the meeting is created"),
    ("go_live: on_joins", "f:7:14: 'on_joins': write on_join or at_start; did you mean on_join?"),
    ("room: share", "f:7:11: 'share': write own or shared; did you mean shared?"),
    ("end_session: yes", "f:7:18: 'yes': write true or false"),
    ("prepare: 24", "f:7:14: 24 has no unit"),
    ("account: a b", "f:7:14: 'a b' is not a valid name"),
    ("hosts: [{name: A, preset: p}]", "f:7:13: id is missing"),
    ("hosts: [{name: A, preset: a b, id: a}]", "f:7:31: 'a b' is not a valid name"),
    ("hosts: [{name: A, preset: , id: a}]", "f:7:31: the value is empty"),
    (
        "hosts: [{name: A, preset: p, id: a}, {name: B, preset: p, id: a}]",
        "f:7:12: two hosts have the same id",
    ),
    ("hosts: {name: A}", "f:7:12: expected a list"),
    ("meeting: {record_on_start: 1}", "f:7:15: record_on_start: write true or false"),
    (
        "meeting: {record_on_starts: true}",
        "unknown meeting field 'record_on_starts'; did you mean record_on_start?",
    ),
    ("meeting: {live_stream_on_start: true}", "f:7:15: live_stream_on_start cannot be set here"),
    ("meeting: {session_keep_alive_time_in_secs: 30}", "write a number of seconds, 60 to 600"),
    ("meeting: {ai_config: 1}", "f:7:15: ai_config: expected a mapping"),
    ("meeting: {preferred_region: mars-1}", "f:7:15: preferred_region: write one of ap-south-1, "),
    (
        "meeting: {realtimekit_bucket_config: {enabled: true}}",
        "f:7:15: realtimekit_bucket_config belongs inside recording_config: move it there",
    ),
    (
        "meeting: {recording_config: {max_second: 60}}",
        "f:7:34: unknown field 'max_second' in recording_config; did you mean max_seconds?",
    ),
    (
        "meeting: {ai_config: {transcription: {languages: de}}}",
        "f:7:43: unknown field 'languages' in ai_config.transcription; did you mean language?",
    ),
    ("meeting: 1", "f:7:14: expected a mapping of the provider's fields, not a single value"),
    ("notify: [a]", "f:7:5: unknown key 'notify'"),
]


@pytest.mark.parametrize(("line", "problem"), WRONG_LINES)
def test_a_wrong_line_is_refused_at_its_place_with_the_cure(line: str, problem: str) -> None:
    assert problem in "\n".join(said(f"{TOP}{ENTRY}    {line}\n"))


WRONG_CHANGES = [
    ("2027-01-05: skip", "f:9:7: no such occurrence: webinar@2027-01-05; did you mean 2027-01-04?"),
    ("2026-12-02T1800: skip", "did you mean 2026-12-02?"),
    ("2026-12-02: no", "f:9:19: write skip, or a mapping of what changes"),
    ("2026-12-02:", "expected a mapping, as in key: value, not nothing"),
    ("2026-12-02: {room: shared}", "f:9:20: unknown key 'room'"),
    ("2026-12-02: {duration: 1h, end: 19:00}", "f:9:19: duration and end cannot be combined"),
    ("2026-12-02: {end: 2026-12-02T10:00}", "f:9:7: webinar@2026-12-02 ends"),
    ("2026-02-30: skip", "f:9:7: 2026-02-30 does not exist"),
]


@pytest.mark.parametrize(("line", "problem"), WRONG_CHANGES)
def test_a_wrong_change_is_refused_at_its_place(line: str, problem: str) -> None:
    text = f"{TOP}{ENTRY}    repeat: FREQ=DAILY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR\n    change:\n      {line}\n"
    text = text.replace("BYDAY=MO,TU,WE,TH,FR", "BYDAY=WE,TH,FR,MO") if "01-05" in line else text
    assert problem in "\n".join(said(text))


@pytest.mark.parametrize("second", ["2026-12-28T18:00", "2026-12-28T18:00:00", "2026-12-28T180000"])
def test_one_occurrence_changed_twice_in_two_spellings_is_refused_at_the_second(second: str) -> None:
    lines = "    also: [2026-12-28T18:00]\n    change:\n      2026-12-28T1800: skip\n"
    assert said(f"{TOP}{ENTRY}{lines}      {second}: {{title: B}}\n") == [
        f"f:10:7: '{second}' is given twice; first in line 9, as '2026-12-28T1800'"
    ]


def test_occurrences_that_overlap_cannot_share_a_room() -> None:
    text = f"{TOP}{ENTRY.replace('1h', '25h')}    repeat: FREQ=DAILY\n    room: shared\n"
    assert (
        said(text)[0]
        == "f:8:5: webinar@2026-12-01 and webinar@2026-12-02 overlap and cannot share a room: use `room: own`"
    )
    assert said(text.replace("25h", "23h")) == []
    assert said(text.replace("shared", "own")) == []


def test_two_entries_with_one_key_are_refused_at_the_second() -> None:
    assert said(TOP + ENTRY + ENTRY) == ["f:7:5: webinar is also the key of the entry in line 3"]


def test_two_entries_cannot_both_carry_on_a_third() -> None:
    text = TOP + ENTRY + "    was: old\n" + ENTRY.replace("webinar", "other") + "    was: old\n"
    assert said(text) == ["f:12:5: two entries say `was: old`: only one can"]


def test_an_account_has_to_be_known_when_accounts_are() -> None:
    named = TOP + ENTRY + "    account: event\n"
    assert said(named) == []
    assert said(named, ["default", "events"]) == [
        "f:7:5: no settings for account event; did you mean events?"
    ]
    assert (
        "f:3:5: no settings for account default; set CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR"
        in said(TOP + ENTRY, ["main"])[0]
    )
    assert said(TOP + ENTRY, ["default"]) == []


def test_doors_among_the_defaults_wait_for_entries_that_have_doors() -> None:
    top = "timezone: UTC\ndefaults: {doors: 10m}\nbroadcasts:\n"
    assert said(top + ENTRY) == []
    assert only("    go_live: at_start\n", top).options["doors"] == timedelta(minutes=10)


def test_a_shared_rooms_account_cannot_change_for_one_occurrence() -> None:
    lines = "    room: shared\n    repeat: FREQ=DAILY\n    change: {2026-12-02: {account: events}}\n"
    text = TOP + ENTRY + lines
    assert said(text) == ["f:9:14: the account of a shared room cannot change for one occurrence"]
    assert said(text.replace("shared", "own")) == []
