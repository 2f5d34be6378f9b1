"""A list of broadcasts from a spreadsheet: what is understood, and what is refused at its place."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.broadcast_list import BroadcastList, parse
from config.csv_source import MOST_ROWS
from jobs.model import Broadcast, GoLive
from jobs.schedule.durations import parse as length

HEADER = "id,title,start,end,duration,zone,account,go_live\n"
AT_SIX = datetime(2026, 12, 1, 17, tzinfo=UTC)
"""18:00 in Berlin."""


def listed(text: str | bytes, zone: str | None = "Europe/Berlin") -> BroadcastList:
    return parse(text if isinstance(text, bytes) else text.encode(), "f", zone, ["default", "events"])


def row(**said: str) -> str:
    """Return a list of one row, whose columns are these."""
    usual = {"id": "show", "title": "Show", "start": "2026-12-01 18:00", "duration": "1h"} | said
    usual = {name: value for name, value in usual.items() if value}
    return ";".join(usual) + "\n" + ";".join(usual.values()) + "\n"


def said(text: str | bytes, zone: str | None = "Europe/Berlin") -> list[str]:
    return [str(each) for each in listed(text, zone).told]


def only(text: str | bytes, zone: str | None = "Europe/Berlin") -> Broadcast:
    found = listed(text, zone)
    assert [str(each) for each in found.told] == []
    (one,) = found.rows
    return one.broadcast


STARTS = [
    "2026-12-01T18:00",
    "2026-12-01 18:00",
    "2026-12-01 18:00:00",
    "2026-12-01  18:00",
    "2026-12-1 18:00",
    "2026-12-01 6:00 PM",
    "2026-12-01 6:00pm",
    "2026-12-01 6:00 p.m.",
    "01.12.2026 18:00",
    "1.12.2026 18:00:00",
    "01.12.2026 6:00 PM",
    "2026-12-01T17:00Z",
    "2026-12-01 12:00 -05:00",
    "2026-12-01T18:00+01",
]


@pytest.mark.parametrize("start", STARTS)
def test_a_start_that_means_one_thing_alone_is_understood(start: str) -> None:
    assert only(row(start=start)).window.starts_at == AT_SIX


@pytest.mark.parametrize(
    ("hour", "meant"), [("12:00 AM", 0), ("12:30 am", 0), ("12:00 PM", 12), ("1:00 AM", 1)]
)
def test_midnight_and_noon_are_understood_by_twelve_hours(hour: str, meant: int) -> None:
    assert only(row(start=f"2026-12-01 {hour}"), "UTC").window.starts_at.hour == meant


REFUSED_STARTS = [
    ("12/01/2026 18:00", "is ambiguous, for either the day or the month may come first"),
    ("13/01/2026 18:00", "is ambiguous"),
    ("01/13/2026 18:00", "is ambiguous"),
    ("1/2/26 6:00 PM", "is ambiguous"),
    ("01-12-2026 18:00", "is ambiguous"),
    ("01.12.26 18:00", "has a year of two digits"),
    ("45992.75", "is a spreadsheet's own number for a time: format the column as yyyy-mm-dd hh:mm"),
    ("45992,75", "is a spreadsheet's own number"),
    ("45992", "is a spreadsheet's own number"),
    ("2026-12-01", "has no time of day"),
    ("01.12.2026", "has no time of day"),
    ("2026-12-01 13:00 PM", "13:00 pm is not a time of day"),
    ("2026-12-01 0:30 AM", "0:30 am is not a time of day"),
    ("2026-12-01 24:00", "24:00:00 is not a time of day"),
    ("2026-12-01 18:60", "18:60:00 is not a time of day"),
    ("2026-02-30 18:00", "2026-02-30 does not exist"),
    ("30.02.2026 18:00", "2026-02-30 does not exist"),
    ("1926-12-01 18:00", "is not between 2000 and 2199"),
    ("1 December 2026 18:00", "is not a time: write it as 2026-12-01 18:00"),
    ("tomorrow", "is not a time"),
    ("18:00", "is not a time"),
    ("٢٠٢٦-12-01 18:00", "is not a time"),
]


@pytest.mark.parametrize(("start", "why"), REFUSED_STARTS)
def test_a_start_that_could_be_another_is_refused_and_never_guessed(start: str, why: str) -> None:
    (problem,) = said(row(start=start))
    assert problem.startswith("f:2:11: ")
    assert why in problem


@given(st.dates(datetime(2000, 1, 1).date(), datetime(2199, 12, 31).date()), st.sampled_from("/-"))  # noqa: DTZ001
def test_no_date_whose_order_is_a_countrys_is_ever_read(day: datetime, mark: str) -> None:
    for form in ("%m{0}%d{0}%Y", "%d{0}%m{0}%Y", "%d{0}%m{0}%y"):
        assert listed(row(start=f"{day:{form.format(mark)}} 18:00")).rows == ()


@given(st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 30)))  # noqa: DTZ001  By the wall.
def test_every_form_of_a_time_means_the_same(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    forms = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %I:%M %p", "%d.%m.%Y %H:%M", "%d.%m.%Y %I:%M%p")
    found = {only(row(start=f"{moment:{each}}"), "UTC").window.starts_at for each in forms}
    assert found == {moment.replace(tzinfo=UTC)}


@pytest.mark.parametrize(
    ("end", "lasts"),
    [
        ("19:00", "1h"),
        ("7:00 PM", "1h"),
        ("06:00", "12h"),
        ("2026-12-01 20:30", "2h30m"),
        ("01.12.2026 19:00", "1h"),
        ("2026-12-01T19:00Z", "2h"),
    ],
)
def test_an_end_may_be_a_time_of_day_or_whole(end: str, lasts: str) -> None:
    assert only(row(duration="", end=end)).window.length == length(lasts)


def test_an_end_by_the_clock_goes_by_the_offset_of_the_start_where_there_is_no_zone() -> None:
    found = only(
        row(start="2026-12-01T18:00+09:00", duration="", end="17:00").replace("17:00", "19:00"), None
    )
    assert found.window.length == timedelta(hours=1)


WRONG_ROWS = [
    ({"duration": "", "end": "2026-12-01 18:00"}, "f:2:28: the end is not after the start"),
    ({"end": "19:00"}, "f:2:31: end and duration cannot be combined"),
    ({"duration": "", "account": "events"}, "f:1:1: column end, or duration, is missing"),
    ({"duration": "60"}, "60 has no unit: write 60s, 60m or 60h"),
    ({"duration": "1:00"}, "'1:00' is not a duration: write it as 90s, 15m, 1h30m or 2d"),
    ({"duration": "", "end": "2028-12-01 18:00"}, "the end is more than 366 days after the start"),
    ({"id": "Town Hall"}, "f:2:1: 'Town Hall': write 1 to 64 of a-z"),
    ({"id": ""}, "f:1:1: column id is missing"),
    ({"title": "x" * 105}, "f:2:6: 105 characters, 104 at most"),
    ({"title": "=A1&B1"}, "f:2:6: '=A1&B1' is a formula: save its value instead"),
    ({"title": "#REF!"}, "#REF! is what a wrong formula shows"),
    ({"start": "########"}, "'########' is what a narrow column shows: widen it"),
    ({"title": "a\x07b"}, "f:2:6: a control character within a value: '\\x07'"),
    ({"title": '"a\nb"'}, "f:2:6: a line break within a value: remove it"),
    ({"title": 'a "b" c'}, "f:2:6: a quote within a value: put the whole value in quotes"),
    ({"zone": "Berlin"}, "unknown time zone 'Berlin'; did you mean Europe/Berlin?"),
    ({"account": "evnts"}, "account 'evnts' is not set up; did you mean events?"),
    ({"go_live": "on_joni"}, "'on_joni': write on_join or at_start; did you mean on_join?"),
    ({"room": "shared"}, "only broadcasts of a schedule can share a room"),
    ({"end_session": "yes"}, "'yes': write true or false"),
    ({"strat": "x"}, "f:1:25: unknown column 'strat'; did you mean start?"),
    ({"notes": "x"}, "unknown column 'notes'; known: id, title, start"),
]


@pytest.mark.parametrize(("changed", "problem"), WRONG_ROWS)
def test_a_wrong_row_is_refused_at_its_place_with_the_cure(changed: dict[str, str], problem: str) -> None:
    found = listed(row(**changed))
    assert problem in "\n".join(map(str, found.told))
    assert found.rows == ()


def test_every_error_is_told_at_once_and_none_of_the_rows_is_taken() -> None:
    text = HEADER + "a,A,2026-12-01 18:00,,1h,,,\nb,,2026-12-01,,x,,nobody,\na,C,2026-12-01 19:00,,1h,,,\n"
    found = listed(text)
    assert [(each.line, each.column) for each in found.told] == [(3, 1), (3, 4), (3, 16), (3, 19), (4, 1)]
    assert str(found.told[-1]) == "f:4:1: a is also the id of line 2"
    assert found.rows == ()


def test_a_time_without_a_zone_is_refused_unless_one_is_given() -> None:
    assert said(row(), None) == [
        "f:2:11: 2026-12-01 18:00 has no time zone: fill in the column zone, as Europe/Berlin, or pass --zone"
    ]
    assert only(row(zone="Europe/Berlin"), None).window.starts_at == AT_SIX
    assert only(row(zone="Europe/Berlin"), "Asia/Tokyo").window.starts_at == AT_SIX


@pytest.mark.parametrize(
    ("start", "remark"),
    [
        (
            "2026-03-29 02:30",
            "f:2:11: warning: 2026-03-29 02:30 does not exist in Europe/Berlin: 03:30 is used",
        ),
        ("2026-10-25 02:30", "f:2:11: warning: 2026-10-25 02:30 occurs twice in Europe/Berlin: the first is"),
    ],
)
def test_a_missing_or_repeated_hour_is_remarked_on(start: str, remark: str) -> None:
    found = listed(row(start=start))
    assert [str(each)[: len(remark)] for each in found.told] == [remark]
    assert len(found.rows) == 1


def test_a_window_of_half_a_day_and_more_is_remarked_on() -> None:
    assert said(row(duration="23h")) == ["f:2:28: warning: lasts 23h: is that meant?"]


def test_a_row_says_what_it_says_and_the_rest_is_as_usual() -> None:
    text = row(go_live="at_start", doors="20m", end_session="TRUE", account="events")
    (found,) = listed(text).rows
    assert found.said == {"title", "window", "go_live", "doors", "end_session", "account"}
    assert (found.broadcast.go_live, found.broadcast.doors) == (GoLive.AT_START, timedelta(minutes=20))
    assert found.broadcast.prepare == timedelta(hours=24)


def test_a_huge_list_is_refused_and_the_largest_is_not() -> None:
    line = "x{},X,2026-12-01 18:00,,1h,,,\n"
    most = HEADER + "".join(line.format(number) for number in range(MOST_ROWS))
    assert len(listed(most).rows) == MOST_ROWS
    assert said(most + line.format("more")) == [f"f:{MOST_ROWS + 2}:1: more than 5000 rows: split the file"]
    assert "2 MiB" in said(b"x" * 2_097_153)[0]
    assert said("id,title\n" + "," * 70_000) == ["f:2:1: a line longer than 64 KiB"]


@given(
    st.text(
        st.characters(exclude_categories=["Cs"]) | st.sampled_from('id,title,start;end\t"\n\r='), max_size=80
    )
)
def test_whatever_is_in_a_file_it_is_read_or_refused_at_a_place(text: str) -> None:
    for each in (text, HEADER + text, row(title=f'"{text}"')):
        found = listed(each)
        assert found.rows or found.told
        assert all(re.match(r"f:\d+:\d+: ", str(problem)) for problem in found.told)
