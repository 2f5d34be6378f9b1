"""One entry of a schedule, read by itself."""

from config.excerpt import entries, keys
from config.schedule import parse

TEXT = """
timezone: Europe/Berlin
defaults: {duration: 1h, room: shared}
broadcasts:
  - {key: weekly, was: webinar, title: Weekly, start: 2026-12-01T18:00, repeat: FREQ=WEEKLY}
  - {key: other, title: Other, start: 2026-12-01T18:00, end: 19:30, timezone: UTC}
"""


def test_it_is_the_entry_that_the_whole_schedule_has() -> None:
    schedule = parse(TEXT.encode(), "schedule").schedule
    assert schedule
    assert [each.entry for key in ("weekly", "other") for each in entries(TEXT, key)] == list(
        schedule.entries
    )


def test_it_is_found_by_its_earlier_key_too_and_with_its_line() -> None:
    (found,) = entries(TEXT, "webinar")
    assert (found.entry.key, found.place("key").line) == ("weekly", 5)


def test_what_is_not_there_or_cannot_be_read_is_none() -> None:
    assert entries(TEXT, "week") == entries("", "weekly") == entries("- [", "weekly") == ()
    assert entries(TEXT.replace("FREQ=WEEKLY", "FREQ=NEVER"), "weekly") == ()


def test_a_broken_neighbour_is_not_looked_at() -> None:
    assert len(entries(TEXT.replace("end: 19:30", "end: 1:3:0:0"), "weekly")) == 1


def test_the_keys_are_told_in_their_order() -> None:
    assert keys(TEXT) == ("weekly", "other")
    assert keys("42") == ()
