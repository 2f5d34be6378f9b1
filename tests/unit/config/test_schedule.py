import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import zone_hints
from config.problems import MOST, Problems, Severity
from config.schedule import Reading, Schedule, load, parse
from config.yaml_source import read
from jobs.model import GoLive, Host, RoomUse
from jobs.schedule import rule
from jobs.schedule.recurrence import Change, Entry

EXAMPLE = Path(__file__).parents[3] / "config/example.yaml"
TOP = "timezone: Europe/Berlin\nbroadcasts:\n"
ENTRY = "  - key: webinar\n    title: Webinar\n    start: 2026-12-01T18:00\n    duration: 1h\n"


def said(text: str | bytes, accounts: list[str] | None = None) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [str(each) for each in parse(data, "f", accounts).problems]


def schedule(text: str) -> Schedule:
    reading = parse(text.encode(), "f")
    assert reading.schedule is not None, [str(each) for each in reading.problems]
    return reading.schedule


def only(lines: str = "", top: str = TOP) -> Entry:
    """Return the one entry, with these lines after its usual ones."""
    (entry,) = schedule(f"{top}{ENTRY}{lines}").entries
    return entry


def replaced(old: str, new: str) -> str:
    assert old in ENTRY
    return TOP + ENTRY.replace(old, new)


def test_the_example_is_right() -> None:
    reading = load(EXAMPLE, accounts=["default", "events"])
    assert reading.problems == ()
    assert reading.schedule is not None
    webinar, night, hours = reading.schedule.entries
    assert webinar.exceptions == (date(2026, 12, 24), date(2026, 12, 31))
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


@pytest.mark.parametrize("extra", ["", "    repeat: FREQ=DAILY\n", "    also: [2026-12-02T18:00]\n"])
def test_local_times_need_a_time_zone(extra: str) -> None:
    start = "T18:00+01:00" if extra else "T18:00"
    (problem,) = said("broadcasts:\n" + ENTRY.replace("T18:00", start) + extra)
    assert problem == "f:4:5: in which time zone? Write `timezone: Europe/Berlin` at the top"


def test_a_missing_time_zone_hides_nothing_else() -> None:
    told = said(
        "broadcasts:\n"
        + ENTRY
        + "    doors: 5m\n    except: [2026-12-01]\n"
        + ENTRY.replace("T18:00", "T18:00Z")
        + "    account: nobody\n",
        ["default"],
    )
    assert [each.split(": ")[0] for each in told] == ["f:4:5", "f:6:5", "f:7:5", "f:8:5", "f:12:5"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CEST", "did you mean Europe/Berlin?"),
        ("EDT", "did you mean America/New_York?"),
        ("PST", "did you mean America/Los_Angeles?"),
        ("W. Europe Standard Time", "did you mean Europe/Berlin?"),
        ("Pacific Standard Time", "did you mean America/Los_Angeles?"),
        ("eastern daylight time", "did you mean America/New_York?"),
        ("IST", "write a zone by its place, as Europe/Berlin"),
        ("UTC+1", "write a zone by its place, as Europe/Berlin"),
        ("Moon Standard Time", "write a zone by its place, as Europe/Berlin"),
        ("rome", "did you mean Europe/Rome?"),
    ],
)
def test_what_others_call_a_zone_has_the_right_place_named_or_none(written: str, meant: str) -> None:
    (problem,) = said(TOP.replace("Europe/Berlin", written) + ENTRY.replace("T18:00", "T18:00Z"))
    assert problem == f"f:1:11: unknown time zone '{written}'; {meant}"


def test_every_place_that_is_named_for_what_others_write_is_a_zone() -> None:
    assert {*zone_hints._CLOCKS, *zone_hints._WINDOWS} <= zoneinfo.available_timezones()
    assert not zone_hints._BY_CLOCK.keys() & zoneinfo.available_timezones()


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


WRONG_ENTRIES = [
    ("duration: 1h", "duration: 60", "f:6:15: 60 of what? Write 60s, 60m or 60h"),
    ("duration: 1h", "duration: 0s", "f:6:15: 0s is out of bounds: 1s to 366d"),
    ("duration: 1h", "duration: 999999d", "f:6:15: 999999d is out of bounds: 1s to 366d"),
    (
        "duration: 1h",
        "duration: 1h\n    end: 19:00",
        "f:3:5: duration and end exclude each other: leave one out",
    ),
    ("duration: 1h", "end: 18:00", "f:6:5: ends at its start: write a later end, or `duration: 24h`"),
    ("duration: 1h", "end: 2026-12-01T17:00", "f:6:5: webinar ends 2026-12-01T16:00:00+00:00, not after"),
    ("duration: 1h", "end: 25:00", "f:6:10: there is no 25:00 on a clock"),
    ("duration: 1h", "end: 1900", "f:6:10: '1900' is no end"),
    ("duration: 1h", "durration: 1h", "f:6:5: unknown key 'durration'; did you mean duration?"),
    ("duration: 1h", "duration:", "f:6:14: nothing is written here"),
    ("duration: 1h", "duration: [1h]", "f:6:15: a single value belongs here, not a list"),
    ("2026-12-01T18:00", "2026-02-30T18:00", "f:5:12: there is no 2026-02-30"),
    ("2026-12-01T18:00", "2026-12-01", "f:5:12: '2026-12-01' is no start: write it as 2026-12-01T18:00"),
    ("2026-12-01T18:00", "2026-12-01T18:00:61", "f:5:12: there is no 18:00:61 on a clock"),
    ("duration: 1h", "end: 2026-12-01T19:00:3", "f:6:10: '2026-12-01T19:00:3' is no such time"),
    ("2026-12-01T18:00", "1926-12-01T18:00", "f:5:12: 1926-12-01 is not between 2000 and 2199"),
    ("2026-12-01T18:00", "9999-12-31T23:59", "f:5:12: 9999-12-31 is not between"),
    ("2026-12-01T18:00", "2026-12-01T18:00+25:00", "f:5:12: there is no offset +25:00"),
    ("title: Webinar", f"title: {'x' * 105}", "f:4:12: 105 characters, 104 at most"),
    ("title: Webinar", "title: ''", "f:4:12: '': write something visible"),
    ("title: Webinar", 'title: "a\\nb"', "f:4:12: 'a\\nb': write something visible, on one line"),
    ("title: Webinar", "title: ~", "f:4:12: nothing is written here"),
    ("    title: Webinar\n", "", "f:3:5: title is missing"),
    ("key: webinar", "key: Web Inar", "f:3:10: 'Web Inar' is no key: 1 to 40 of a-z 0-9 -"),
    ("key: webinar", f"key: {'x' * 41}", "is no key"),
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
    ("repeat: FREQ=WEEKLY;BYDAYS=TU", "f:7:13: BYDAYS is no part of a rule"),
    ("repeat: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "f:7:5: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31 never fires"),
    (
        "repeat: FREQ=DAILY;UNTIL=20251231",
        "never fires: it ends before 2026-12-01T18:00, which would be the first",
    ),
    ("repeat: FREQ=HOURLY;BYMINUTE=0,10,20", "f:7:13: fires 72 times a day, 48 at most"),
    ("repeat: {freq: fortnightly}", "f:7:20: freq: write one of YEARLY"),
    ("repeat: {freq: weekly, byday: [TU, XX]}", "f:7:35: byday: 'XX' is no day"),
    ("repeat: {freq: weekly, bydays: [TU]}", "f:7:28: unknown part of a rule 'bydays'; did you mean byday?"),
    ("repeat: {freq: weekly, byday: {a: b}}", "f:7:35: a single value belongs here, not a mapping"),
    ("repeat: {freq: weekly, byday: [[TU]]}", "f:7:36: a single value belongs here, not a list"),
    ("repeat: {freq: weekly, byday: []}", "f:7:35: an empty list"),
    ("repeat: {freq: weekly, count: }", "f:7:35: a single value belongs here, not nothing"),
    ("repeat: {byday: TU}", "f:7:13: no FREQ"),
    ("repeat: {}", "f:7:13: '' is not NAME=VALUE"),
    ("repeat: [a]", "f:7:13: a single value belongs here, not a list"),
    ("except: [2026-12-01]", "f:7:5: there is no repeat to make exceptions of"),
    ("except: 2026-12-01", "f:7:13: a list belongs here, as in [a, b], not a single value"),
    ("also: [2026-12-01T18:00]", "f:7:12: 2026-12-01T18:00 is an occurrence already"),
    ("also: [2026-12-02T18:00, 2026-12-02T18:00]", "f:7:30: 2026-12-02T18:00 is an occurrence already"),
    ("change: {2026-12-01: skip}", "f:7:14: there is no occurrence webinar@2026-12-01"),
    ("change: {tomorrow: skip}", "f:7:14: 'tomorrow' names no occurrence"),
    ("change: [2026-12-01]", "f:7:13: a mapping belongs here"),
    ("change: skip", "f:7:13: a mapping belongs here"),
    ("was: UPPER", "f:7:10: 'UPPER' is no key"),
    ("doors: 15m", "f:7:5: doors go with `go_live: at_start` only"),
    ("doors: 2h\n    go_live: at_start\n    prepare: 1h", "f:7:5: doors open before the meeting is made"),
    ("go_live: on_joins", "f:7:14: 'on_joins': write on_join or at_start; did you mean on_join?"),
    ("room: share", "f:7:11: 'share': write own or shared; did you mean shared?"),
    ("end_session: yes", "f:7:18: 'yes': write true or false"),
    ("prepare: 24", "f:7:14: 24 of what?"),
    ("account: a b", "f:7:14: 'a b' is no such name"),
    ("hosts: [{name: A, preset: p}]", "f:7:13: id is missing"),
    ("hosts: [{name: A, preset: a b, id: a}]", "f:7:31: 'a b' is no such name"),
    ("hosts: [{name: A, preset: , id: a}]", "f:7:31: nothing is written here"),
    ("hosts: [{name: A, preset: p, id: a}, {name: B, preset: p, id: a}]", "f:7:12: two hosts with one id"),
    ("hosts: {name: A}", "f:7:12: a list belongs here"),
    ("meeting: {record_on_start: 1}", "f:7:15: record_on_start: write true or false"),
    (
        "meeting: {record_on_starts: true}",
        "unknown meeting field 'record_on_starts'; did you mean record_on_start?",
    ),
    ("meeting: {live_stream_on_start: true}", "f:7:15: live_stream_on_start is not for a schedule to set"),
    ("meeting: {session_keep_alive_time_in_secs: 30}", "write a number of seconds, 60 to 600"),
    ("meeting: {ai_config: 1}", "f:7:15: ai_config: a mapping belongs here"),
    ("meeting: {preferred_region: mars-1}", "f:7:15: preferred_region: write one of ap-south-1, "),
    (
        "meeting: {realtimekit_bucket_config: {enabled: true}}",
        "f:7:15: realtimekit_bucket_config stands inside recording_config alone: move it there",
    ),
    (
        "meeting: {recording_config: {max_second: 60}}",
        "f:7:34: unknown field 'max_second' in recording_config; did you mean max_seconds?",
    ),
    (
        "meeting: {ai_config: {transcription: {languages: de}}}",
        "f:7:43: unknown field 'languages' in ai_config.transcription; did you mean language?",
    ),
    ("meeting: 1", "f:7:14: a mapping of the vendor's fields belongs here, not a single value"),
    ("notify: [a]", "f:7:5: unknown key 'notify'"),
]


@pytest.mark.parametrize(("line", "problem"), WRONG_LINES)
def test_a_wrong_line_is_refused_at_its_place_with_the_cure(line: str, problem: str) -> None:
    assert problem in "\n".join(said(f"{TOP}{ENTRY}    {line}\n"))


WRONG_CHANGES = [
    ("2027-01-05: skip", "f:9:7: there is no occurrence webinar@2027-01-05; did you mean 2027-01-04?"),
    ("2026-12-02T1800: skip", "did you mean 2026-12-02?"),
    ("2026-12-02: no", "f:9:19: write skip, or a mapping of what is different"),
    ("2026-12-02:", "a mapping belongs here, as in key: value, not nothing"),
    ("2026-12-02: {room: shared}", "f:9:20: unknown key 'room'"),
    ("2026-12-02: {duration: 1h, end: 19:00}", "f:9:19: duration and end exclude each other"),
    ("2026-12-02: {end: 2026-12-02T10:00}", "f:9:7: webinar@2026-12-02 ends"),
    ("2026-02-30: skip", "f:9:7: there is no 2026-02-30"),
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
    assert said(TOP + ENTRY + ENTRY) == ["f:7:5: webinar is the key of the entry in line 3 too"]


def test_two_entries_cannot_both_carry_on_a_third() -> None:
    text = TOP + ENTRY + "    was: old\n" + ENTRY.replace("webinar", "other") + "    was: old\n"
    assert said(text) == ["f:12:5: two entries were old: one at most can carry it on"]


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


def test_all_problems_are_told_at_once_by_their_places() -> None:
    text = "timezon: UTC\nbroadcasts:\n  - key: A\n    title: ''\n    start: x\n    duration: 5\n  - 7\n"
    assert [each.split(": ")[0] for each in said(text)] == [
        "f:1:1",
        "f:3:10",
        "f:4:12",
        "f:5:12",
        "f:6:15",
        "f:7:5",
    ]


def test_more_problems_than_anyone_reads_are_counted_only() -> None:
    problems = said(TOP + "  - {a: ~}\n" * 3000)
    assert len(problems) == MOST + 1
    assert "more problems follow" in problems[-1]


def odd_entries(number: int) -> str:
    """Return entries with a warning each: the start is not in the rule."""
    odd = ENTRY + "    repeat: FREQ=WEEKLY;BYDAY=WE\n"
    return "".join(odd.replace("webinar", f"webinar-{each}") for each in range(number))


def test_no_number_of_warnings_makes_a_file_unusable() -> None:
    reading = parse((TOP + odd_entries(3 * MOST)).encode(), "f")
    assert reading.schedule is not None
    assert len(reading.schedule.entries) == 3 * MOST
    assert {each.severity for each in reading.problems} == {Severity.WARNING}
    assert len(reading.problems) == MOST + 1
    assert reading.problems[-1].message == "more warnings follow than are told here"


def test_warnings_crowd_out_no_error() -> None:
    problems = parse((TOP + odd_entries(3 * MOST) + "  - {a: ~}\n").encode(), "f").problems
    assert any(each.severity is Severity.ERROR and "unknown key 'a'" in each.message for each in problems)
    assert problems[-1].severity is Severity.WARNING


WRONG_FILES = {
    "empty": (b"", "f:1:1: the file is empty"),
    "only a comment": (b"# nothing\n", "f:1:1: the file is empty"),
    "a null": (b"~\n", "a mapping belongs here, as in key: value, not nothing"),
    "a word": (b"hello\n", "f:1:1: a mapping belongs here"),
    "a list at the top": (b"- a\n- b\n", "f:1:1: a list at the top: write `broadcasts:` above it"),
    "no broadcasts": (b"timezone: UTC\n", "f:1:1: broadcasts is missing"),
    "null broadcasts": (b"broadcasts:\n", "broadcasts belong here, each as `- key: ...`, not nothing"),
    "empty broadcasts": (
        b"broadcasts: []\n",
        "f:1:13: broadcasts belong here, each as `- key: ...`, not an empty list",
    ),
    "an alias bomb": (
        b"a: &a [x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n",
        "f:2:8: an alias (*a): write the value out",
    ),
    "a merge key": (b"a: &a {b: c}\nd: {<<: *a}\n", "f:2:9: an alias (*a)"),
    "a line of a megabyte": (b'title: "' + b"x" * 1_000_000 + b'"\n', "f:1:1: a line longer than 64 KiB"),
    "three megabytes": (b"# comment\n" * 300_000, "f:1:1: a file of 3000000 bytes: 2097152 at most"),
    "5,000 brackets": (b"[" * 5000, "f:1:21: nested more than 20 deep"),
    "5,000 braces": (b"{" * 5000, "f:1:21: nested more than 20 deep"),
    "5,000 dashes": (b"- " * 5000, "f:1:41: nested more than 20 deep"),
    "binary": (bytes(range(256)), "not UTF-8: save the file as UTF-8 text"),
    "a zero byte": (b"a: \x00\n", "f:1:4: a character that text does not have: '\\x00'"),
    "invalid UTF-8": (b"a: b\nc: \xff\n", "f:2:4: not UTF-8"),
    "a tab": (b"a:\n\tb: c\n", "f:2:1: a tab: YAML is indented with spaces"),
    "an unclosed quote": (b"a: 'b\nc: d\n", "f:1:4: a quote is opened here and never closed"),
    "an unclosed bracket": (b"a: [b\n", "f:2:1: did not find expected"),
    "several documents": (b"a: b\n---\nc: d\n", "f:3:1: a second document"),
    "a tag": (b"a: !!python/object/apply:os.system [ls]\n", "f:1:4: a tag ('tag:yaml.org,2002:python"),
    "a list as a key": (b"? [a]\n: b\n", "f:1:3: a key has to be a word"),
    "a colon too many": (b"a: b: c\n", "f:1:5: mapping values are not allowed in this context"),
}


@pytest.mark.parametrize(("data", "problem"), WRONG_FILES.values(), ids=WRONG_FILES.keys())
def test_a_file_that_is_no_schedule_is_refused_at_its_place(data: bytes, problem: str) -> None:
    assert problem in "\n".join(said(data))


@pytest.mark.parametrize(("data", "problem"), WRONG_FILES.values(), ids=WRONG_FILES.keys())
def test_the_parser_without_libyaml_refuses_the_same_files(data: bytes, problem: str) -> None:
    del problem
    with_libyaml, without = Problems("f"), Problems("f")
    assert (read(data, with_libyaml) is None) == (read(data, without, yaml.BaseLoader) is None)
    assert with_libyaml.any_errors == without.any_errors


def test_the_parser_without_libyaml_reads_the_same() -> None:
    data = EXAMPLE.read_bytes()
    assert repr(read(data, Problems("f"))) == repr(read(data, Problems("f"), yaml.BaseLoader))


def test_a_byte_order_mark_does_no_harm() -> None:
    assert said(b"\xef\xbb\xbf" + (TOP + ENTRY).encode()) == []


def test_a_file_that_cannot_be_opened_is_a_problem_like_any_other(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.yaml", "No such file"), (tmp_path, "Is a directory")):
        reading = load(path)
        assert reading.schedule is None
        assert str(reading.problems[0]).startswith(f"{path}:1:1: cannot be opened: {reason}")


def test_warnings_leave_the_schedule_usable() -> None:
    lines = "    repeat: FREQ=DAILY;BYDAY=WE\n    except: [2026-12-03]\n    meeting: {colour: red}\n"
    text = TOP + ENTRY + lines
    reading = parse(text.encode(), "f")
    assert reading.schedule is not None
    assert {each.severity for each in reading.problems} == {Severity.WARNING}
    assert [str(each) for each in reading.problems] == [
        "f:5:5: warning: the start is not in the rule: the first occurrence is 2026-12-02T18:00",
        "f:8:14: warning: 2026-12-03 is no occurrence of the rule anyway",
        "f:9:15: warning: unknown meeting field 'colour'; it is passed on as it is",
    ]


def clock_changes(since: datetime | None) -> Reading:
    text = f"{TOP}{ENTRY.replace('T18:00', 'T02:30')}    repeat: FREQ=DAILY\n"
    return parse(text.encode(), "f", since=since)


def test_clock_changes_of_the_coming_year_are_remarked_on() -> None:
    first, second = (str(each) for each in clock_changes(None).problems)
    assert "webinar@2027-03-28: 2027-03-28 02:30 is missing in Europe/Berlin: 03:30 is meant" in first
    assert "webinar@2027-10-31: 2027-10-31 02:30 comes twice" in second
    later = clock_changes(datetime(2030, 1, 1, tzinfo=UTC)).problems
    assert ["2030" in str(each) for each in later] == [True, True]


def test_doors_among_the_defaults_wait_for_entries_that_have_doors() -> None:
    top = "timezone: UTC\ndefaults: {doors: 10m}\nbroadcasts:\n"
    assert said(top + ENTRY) == []
    assert only("    go_live: at_start\n", top).options["doors"] == timedelta(minutes=10)


def test_a_shared_rooms_account_cannot_change_for_one_occurrence() -> None:
    lines = "    room: shared\n    repeat: FREQ=DAILY\n    change: {2026-12-02: {account: events}}\n"
    text = TOP + ENTRY + lines
    assert said(text) == ["f:9:14: the account of a shared room cannot change for one occurrence"]
    assert said(text.replace("shared", "own")) == []


def test_a_full_end_suits_a_single_occurrence_only() -> None:
    single = replaced("duration: 1h", "end: 2026-12-02T06:30")
    assert schedule(single).entries[0].end == datetime(2026, 12, 2, 6, 30)  # noqa: DTZ001 - a wall time
    assert "a full end suits a single occurrence" in said(single + "    repeat: FREQ=WEEKLY\n")[0]


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


def test_time_zones_are_the_packages_and_not_the_systems() -> None:
    assert zoneinfo.TZPATH == ()
    assert "Europe/Berlin" in zoneinfo.available_timezones()


MANY = 10_000
DAYS = [date(2026, 12, 1) + timedelta(days=number) for number in range(MANY)]


def listed(name: str, items: Iterable[str]) -> str:
    return f"    {name}:\n" + "".join(f"      {each}\n" for each in items)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Have the steps that rules take counted."""
    steps: list[datetime] = []
    real = rule._dates

    def dates(start: datetime, parts: Mapping[str, Any]) -> Iterator[datetime]:
        for each in real(start, parts):
            steps.append(each)
            yield each

    monkeypatch.setattr(rule, "_dates", dates)
    return steps


@pytest.mark.parametrize(
    "lines",
    [
        listed("except", (f"- {day}" for day in DAYS[1:])),
        listed("except", (f"- {day}T18:00" for day in DAYS[1:])),
        listed("also", (f"- {day}T19:00" for day in DAYS)),
        listed("change", (f"{day}: {{start: {day}T19:00}}" for day in DAYS)),
    ],
    ids=["except days", "except times", "also", "change"],
)
def test_a_counted_rule_is_counted_a_few_times_however_much_it_is_asked(
    lines: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = counted(monkeypatch)
    rule._counted.cache_clear()
    assert said(f"{TOP}{ENTRY}    repeat: FREQ=DAILY;COUNT={MANY}\n{lines}") == []
    assert len(steps) < 5 * MANY


@pytest.mark.parametrize("count", [1, 3, 400])
def test_a_counted_rule_ends_where_it_ends_wherever_it_is_asked(count: int) -> None:
    start = datetime(2026, 12, 1, 18)  # noqa: DTZ001 - a wall time
    counted_rule = rule.parse(f"FREQ=WEEKLY;COUNT={count}")
    every = [start + number * timedelta(weeks=1) for number in range(count)]
    assert list(counted_rule.walls(start, start, datetime.max)) == every  # noqa: DTZ901 - as above
    for number, wall in enumerate(every):
        assert list(counted_rule.walls(start, wall, wall)) == [wall]
        assert list(counted_rule.walls(start, wall, wall + timedelta(weeks=2))) == every[number : number + 3]
    assert list(counted_rule.walls(start, every[-1] + timedelta(1), datetime.max)) == []  # noqa: DTZ901 - as above


def test_ten_thousand_changes_of_ten_thousand_extra_occurrences_are_looked_up_not_searched() -> None:
    also = listed("also", (f"- {day}T19:00" for day in DAYS))
    change = listed("change", (f"{day}T1900: {{title: Moved}}" for day in DAYS))
    assert said(f"{TOP}{ENTRY}{also}{change}") == []  # A search would take 20 minutes.


def test_ten_thousand_changes_of_nothing_are_told_like_a_hundred() -> None:
    also = listed("also", (f"- {day}T19:00" for day in DAYS))
    change = listed("change", (f"{day}T2000: {{title: Moved}}" for day in DAYS))
    problems = said(f"{TOP}{ENTRY}{also}{change}")
    assert len(problems) == MOST + 1
    assert problems[0].endswith("did you mean 2026-12-01T1900?")
