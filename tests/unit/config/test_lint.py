"""What is valid and hardly meant: each finding by a file, at its place."""

from datetime import UTC, datetime, timedelta

import pytest

from config.crowds import Outlook
from config.schedule import parse
from jobs.quota.foreseen import Quotas

NOW = datetime(2026, 11, 29, tzinfo=UTC)
HEAD = "timezone: Europe/Berlin\nbroadcasts:\n"
SHOW = """\
  - key: show
    title: Show
    start: 2026-12-01T18:00
    duration: 1h
"""
GOOD = HEAD + SHOW

FINDINGS = {
    "all-past": (GOOD.replace("2026-12-01", "2026-10-01"), 5, "all its occurrences are past"),
    "all-past by a rule": (
        GOOD.replace("2026-12-01", "2026-10-01") + "    repeat: FREQ=DAILY;COUNT=3\n",
        5,
        "all its occurrences are past",
    ),
    "short-window": (GOOD.replace("1h", "9m"), 6, "show is on air for less than 10 min"),
    "short-window by the clock": (
        GOOD.replace("duration: 1h", "end: 18:05"),
        6,
        "show is on air for less than 10 min",
    ),
    "short-prepare": (GOOD + "    prepare: 2m\n", 7, "`prepare` is too short to repeat a call"),
    "hosts-wait": (
        GOOD + "    hosts: [{name: Studio, preset: host, id: studio}]\n",
        7,
        "hosts cannot enter before the start: `go_live: at_start`",
    ),
    "clock-change": (
        GOOD.replace("2026-12-01T18:00", "2027-03-28T02:30"),
        5,
        "show: 2027-03-28 02:30 does not exist in Europe/Berlin: 03:30 is used",
    ),
    "clock-change twice": (
        GOOD.replace("2026-12-01T18:00", "2027-10-31T02:30"),
        5,
        "show: 2027-10-31 02:30 occurs twice in Europe/Berlin: the first is used",
    ),
    "never-fires": (GOOD + "    repeat: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\n", 7, "never fires"),
    "two-readings": (
        GOOD + "    repeat: FREQ=YEARLY;BYMONTHDAY=1\n",
        7,
        "FREQ=YEARLY;BYMONTHDAY without BYMONTH means every month: add BYMONTH",
    ),
    "room-collision": (
        GOOD.replace("1h", "25h") + "    repeat: FREQ=DAILY\n    room: shared\n",
        8,
        "overlap and cannot share a room",
    ),
}


def found(text: str, before: str = "") -> list[tuple[str, int, str]]:
    earlier = parse(before.encode(), "before.yaml").schedule if before else None
    outlook = Outlook(Quotas(), NOW, NOW + timedelta(days=14))
    reading = parse(
        text.encode(),
        "schedule.yaml",
        since=NOW,
        outlook=outlook,
        before=earlier.entries if earlier else (),
    )
    return [(each.rule, each.line, each.message) for each in reading.problems]


def test_a_good_file_has_no_finding() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize("name", FINDINGS)
def test_each_finding_stands_at_its_place(name: str) -> None:
    text, line, message = FINDINGS[name]
    ((rule, at, said),) = found(text)
    assert (rule, at) == (name.split(" ", maxsplit=1)[0], line)
    assert message in said


def test_what_the_quota_does_not_carry_is_found() -> None:
    many = HEAD + "".join(SHOW.replace("key: show", f"key: show-{n}") for n in range(1300))
    assert {rule for rule, _, _ in found(many)} == {"quota"}


@pytest.mark.parametrize("wide", ["    duration: 10m\n", "    duration: 24h\n"])
def test_a_window_of_ten_minutes_is_long_enough(wide: str) -> None:
    assert "short-window" not in {rule for rule, _, _ in found(GOOD.replace("    duration: 1h\n", wide))}


@pytest.mark.parametrize("option", ["    prepare: 5m\n", "    go_live: at_start\n    doors: 5m\n"])
def test_what_is_long_enough_is_not_told(option: str) -> None:
    assert found(GOOD + option) == []


def test_hosts_who_have_a_backstage_do_not_wait() -> None:
    hosts = "    go_live: at_start\n    hosts: [{name: Studio, preset: host, id: studio}]\n"
    assert found(GOOD + hosts) == []


@pytest.mark.parametrize(
    "new",
    [GOOD.replace("key: show", "key: review"), GOOD.replace("key: show", "key: a").replace("Show", "Other")],
    ids=["by its title", "by its time"],
)
def test_a_key_that_looks_renamed_is_found(new: str) -> None:
    ((rule, line, said),) = found(new, before=GOOD)
    assert (rule, line) == ("renamed-without-was", 3)
    assert "`was: show`" in said


@pytest.mark.parametrize(
    "new",
    [
        GOOD + SHOW.replace("key: show", "key: review"),
        GOOD.replace("key: show", "key: review\n    was: show"),
        GOOD.replace("key: show", "key: b").replace("title: Show", "title: B").replace("18:00", "20:00"),
    ],
    ids=["the old one is still there", "it says so", "it is another show"],
)
def test_what_is_no_rename_is_not_told(new: str) -> None:
    assert "renamed-without-was" not in {rule for rule, _, _ in found(new, before=GOOD)}
