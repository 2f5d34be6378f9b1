"""Lengths that follow from a time of day, and two occurrences at one instant: what a reader is told."""

import pytest

from tests.unit.config.written import ENTRY, TOP, replaced, said

EVENING = replaced("duration: 1h", "end: 19:00") + "    repeat: FREQ=DAILY\n"
NINTH = "{start: 2026-12-09T09:00}"
DEFAULT_END = "timezone: Europe/Berlin\ndefaults: {end: 19:00}\nbroadcasts:\n" + ENTRY.replace(
    "    duration: 1h\n", ""
).replace("T18:00", "T20:00")


def test_a_window_over_twelve_hours_is_remarked_on_with_its_dates() -> None:
    (warning,) = said(replaced("duration: 1h", "end: 07:00"))
    times, cure = "from 2026-12-01T18:00 to 2026-12-02T07:00", "write `duration: 13h` if that is meant"
    assert warning == f"f:6:5: warning: webinar lasts 13h: {times}; {cure}"
    assert said(replaced("duration: 1h", "end: 06:00")) == []
    assert said(replaced("duration: 1h", "duration: 13h")) == []


def test_a_default_end_before_another_start_is_remarked_on_at_the_start() -> None:
    (warning,) = said(DEFAULT_END)
    assert warning.startswith("f:6:5: warning: webinar lasts 23h: from 2026-12-01T20:00 to 2026-12-02T19:00")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("{end: 19:00}", []),
        ("{start: 2026-12-02T20:00}", []),
        ("{duration: 2h}", []),
        ("skip", []),
        ("{start: 2026-12-02T20:00, end: 21:00}", []),
        (
            "{start: 2026-12-02T20:00, end: 19:00}",
            ["f:9:45: warning: webinar@2026-12-02 lasts 23h, its entry 1h: from 2026-12-02T20:00"],
        ),
        ("{end: 20:30}", ["f:9:20: warning: webinar@2026-12-02 lasts 2h30m, its entry 1h: from"]),
    ],
)
def test_a_change_that_lasts_otherwise_is_remarked_on_at_its_end(change: str, expected: list[str]) -> None:
    found = said(f"{EVENING}    change:\n      2026-12-02: {change}\n")
    assert len(found) == len(expected)
    assert all(one.startswith(other) for one, other in zip(found, expected, strict=True))


def test_a_changed_end_in_the_repeated_hour_is_remarked_on_by_elapsed_time() -> None:
    start = replaced("T18:00", "T02:10").replace("2026-12-01", "2027-10-30")
    change = "2027-10-31: {start: 2027-10-31T02:50, end: 2027-10-31T02:10+01:00}"
    warnings = said(f"{start}    repeat: FREQ=DAILY\n    change:\n      {change}\n")
    assert any("webinar@2027-10-31 lasts 20m, its entry 1h" in each for each in warnings)


def test_a_changed_end_that_keeps_the_length_by_the_clock_is_no_other_length() -> None:
    night = replaced("T18:00", "T22:00").replace("duration: 1h", "end: 04:00").replace("12-01", "12-31")
    change = "    repeat: FREQ=DAILY\n    change:\n      2027-03-27: {end: 04:00}\n"
    assert said(night + change) == []


def test_an_end_at_the_start_of_the_first_occurrence_is_refused() -> None:
    text = replaced("duration: 1h", "end: 20:00") + "    repeat: FREQ=DAILY;BYHOUR=20\n"
    assert "f:6:5: ends at its start: write a later end, or `duration: 24h`" in said(text)


@pytest.mark.parametrize(
    ("lines", "place", "known_as", "other"),
    [
        ("    change:\n      2026-12-02: {start: 2026-12-03T18:00}\n", "9:7", "02", "03"),
        ("    change:\n      2026-12-02: {start: 2026-12-03T17:00Z}\n", "9:7", "02", "03"),
        (
            "    also: [2026-12-02T20:00]\n    change:\n      2026-12-02: {start: 2026-12-02T20:00}\n",
            "10:7",
            "02",
            "02T2000",
        ),
        (
            f"    change: {{2026-12-02: {NINTH},\n      2026-12-03: {NINTH}}}\n",
            "9:7",
            "03",
            "02",
        ),
    ],
)
def test_what_is_moved_to_the_instant_of_another_is_refused(
    lines: str, place: str, known_as: str, other: str
) -> None:
    problem = f"webinar@2026-12-{known_as}: webinar@2026-12-{other} begins at the same time"
    assert said(f"{TOP}{ENTRY}    repeat: FREQ=DAILY\n{lines}") == [
        f"f:{place}: {problem}; move one, or skip it"
    ]


def test_what_is_moved_to_the_instant_of_a_skipped_one_is_right() -> None:
    lines = "    change:\n      2026-12-02: {start: 2026-12-03T18:00}\n      2026-12-03: skip\n"
    assert said(f"{TOP}{ENTRY}    repeat: FREQ=DAILY\n{lines}") == []


@pytest.mark.parametrize(
    ("lines", "place", "known_as", "other"),
    [
        ("    repeat: FREQ=DAILY;BYHOUR=2,3;COUNT=100\n", "f:5:5", "T0230", "webinar@2027-03-28T0330"),
        (
            "    repeat: FREQ=DAILY;BYHOUR=3\n    also: [2027-03-28T02:30]\n",
            "f:8:12",
            "T0230",
            "webinar@2027-03-28",
        ),
        (
            "    repeat: FREQ=DAILY;BYHOUR=3\n    change:\n      2027-03-27: {start: 2027-03-28T02:30}\n",
            "f:9:20",
            "",
            "webinar@2027-03-28",
        ),
    ],
)
def test_what_falls_on_another_in_the_missing_hour_is_remarked_on_where_it_is_written(
    lines: str, place: str, known_as: str, other: str
) -> None:
    text = f"{TOP}{ENTRY}{lines}".replace("2026-12-01T18:00", "2027-03-02T03:30")
    day = "2027-03-28" if known_as else "2027-03-27"
    (warning,) = said(text.replace("1h", "10m"))
    why = f"2027-03-28 02:30 does not exist in Europe/Berlin, and {other} begins at 03:30"
    assert warning == f"{place}: warning: webinar@{day}{known_as}: is left out: {why}"
