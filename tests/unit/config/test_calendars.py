"""An entry that follows a calendar: what it may say, and what of it is told to nobody."""

from datetime import timedelta

import pytest

from config.schedule import Reading, parse
from jobs.schedule.entry import CalendarSource

URL = "https://calendar.example.org/ical/private-canary5ca1ab1e/basic.ics"


def read(lines: str, zone: str = "timezone: Europe/Berlin\n") -> Reading:
    entry = "\n".join(f"    {each.strip()}" for each in lines.strip().splitlines())
    return parse(f"{zone}broadcasts:\n  - key: house\n{entry}\n".encode(), "f")


def source(lines: str) -> CalendarSource:
    found = read(lines)
    assert found.schedule, found.problems
    (entry,) = found.schedule.entries
    assert entry.calendar
    return entry.calendar


def told(lines: str) -> str:
    found = read(lines)
    assert found.schedule is None
    text = "\n".join(map(str, found.problems))
    assert "canary" not in text
    return text


def test_it_says_where_how_often_and_which_events() -> None:
    assert source(f"calendar: {URL}") == CalendarSource(address=URL)
    said = source("calendar: house.ics\ntitle: Show\nevery: 5m\nonly: [Talk, Quiz]")
    assert said == CalendarSource(
        address="house.ics", every=timedelta(minutes=5), only=("Talk", "Quiz"), is_titled=True
    )
    assert source("calendar: {secret_from: STUDIO_CALENDAR}\nonly: Talk") == CalendarSource(
        secret="studio_calendar",  # noqa: S106  Its name.
        only=("Talk",),
    )
    assert source(URL.replace("https", "calendar: WebCal")).address == URL


def test_it_has_every_option_and_those_of_the_defaults() -> None:
    found = read(f"calendar: {URL}\nroom: shared", "timezone: UTC\ndefaults: {duration: 1h, prepare: 2h}\n")
    assert found.schedule
    (entry,) = found.schedule.entries
    assert entry.title == entry.key == "house"
    assert (entry.options["room"], entry.options["prepare"]) == ("shared", timedelta(hours=2))


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("calendar: ftp://calendar.example.org/canary", "begins with https://"),
        ("calendar: http://calendar.example.org/canary", "plain http"),
        ("calendar: https:///canary", "begins with https://"),
        ("calendar: https://[canary/x", "begins with https://"),
        ("calendar: https://studio:canary@calendar.example.org/x", "a password must not be written here"),
        ("calendar: {secret_from: canary-5}", "name a secret by letters"),
        ("calendar: {from: STUDIO}", "secret_from is missing"),
        ("calendar: []", "expected a single value"),
        ("calendar: house.ics\nstart: 2026-12-01T18:00", "start and calendar cannot be combined"),
        ("calendar: house.ics\nrepeat: FREQ=DAILY", "repeat and calendar cannot be combined"),
        ("calendar: house.ics\nevery: 5s", "out of range"),
        ("calendar: house.ics\nonly: ''", "visible text"),
        ("title: Show\nstart: 2026-12-01T18:00\nduration: 1h\nevery: 5m", "unknown key 'every'"),
        ('calendar: "https://calendar.example.org\\u002Fcanary"', "write the address plainly"),
    ],
)
def test_what_is_wrong_is_told_without_the_address(lines: str, why: str) -> None:
    assert why in told(lines)


def test_it_needs_a_zone_for_times_that_name_none() -> None:
    assert "no time zone" in str(read("calendar: house.ics", "").problems)


def test_the_text_that_is_kept_is_without_addresses_and_is_another_when_one_is() -> None:
    texts = [read(f"calendar: {url}").text for url in (URL, f"{URL}?2", URL)]
    assert all(texts)
    assert "canary" not in "".join(texts)
    assert "calendar.example.org" not in "".join(texts)
    assert texts[0] == texts[2] != texts[1]
    both = read(f"calendar: {URL}\n  - key: other\n calendar: {URL}?2".replace("\n  -", "\n-")).text
    assert "canary" not in both
    again = parse(texts[0].encode(), "f")
    assert again.schedule


def test_an_address_is_in_no_line_that_shows_an_entry() -> None:
    found = read(f"calendar: {URL}")
    assert found.schedule
    assert "canary" not in repr(found)
