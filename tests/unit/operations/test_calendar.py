"""Broadcasts as events of a calendar, and as the text that calendar programs read."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import lines
from jobs.run.lifecycle import State
from tests.support import ics
from tests.support.clock import NOON
from tests.unit.operations.operators import Booking
from tests.unit.store.house import HOUR
from worker.operations import calendar_text
from worker.operations.calendar import Calendar, Event, Status, event
from worker.store.calendars import Appointment

PLAYBACK = "https://watch.example.org/v/1"
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\r\t;,:\\\"'\x00 é界🎬"), max_size=120
)
INSTANTS = st.integers(10**9, 7 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def appointment(**changed: Any) -> Appointment:
    said: dict[str, Any] = {
        "id": "show",
        "title": "Show",
        "starts_at": NOON + HOUR,
        "ends_at": NOON + 2 * HOUR,
        "cancelled": False,
        "state": State.PLANNED,
        "revision": 2,
        "changed_at": NOON,
        "playback_url": None,
    }
    return Appointment(**(said | changed))


def an_event(**changed: Any) -> Event:
    return event(appointment(**changed), "ab3k")


def document(*events: Event) -> bytes:
    async def whole() -> bytes:
        return b"".join([part async for part in calendar_text.document(once(events))])

    return asyncio.run(whole())


async def once(events: Sequence[Event]) -> AsyncIterator[Sequence[Event]]:
    yield events


async def titles(calendar: Calendar) -> list[str]:
    return [each.title async for part in calendar.events() for each in part]


def parsed(*events: Event) -> list[Any]:
    return ics.events(document(*events))


def unfolded(data: bytes) -> Iterator[str]:
    yield from data.replace(b"\r\n ", b"").decode().split("\r\n")


def test_an_event_is_the_same_for_as_long_as_tag_and_id_are() -> None:
    first = an_event()
    assert first.uid == an_event(title="Moved", revision=9).uid
    others = {an_event(id="other").uid, event(appointment(), "zz9z").uid}
    assert len(others | {first.uid}) == 3


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, Status.CONFIRMED),
        ({"state": None}, Status.CONFIRMED),
        ({"state": State.MISSED}, Status.CONFIRMED),
        ({"state": State.REJECTED}, Status.TENTATIVE),
        ({"cancelled": True}, Status.CANCELLED),
        ({"cancelled": True, "state": State.REJECTED}, Status.CANCELLED),
        ({"state": State.CANCELLED}, Status.CANCELLED),
    ],
)
def test_whether_it_takes_place_is_said(changed: dict[str, Any], status: Status) -> None:
    assert an_event(**changed).status is status
    assert str(parsed(an_event(**changed))[0]["STATUS"]) == status


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "https://x\r\nATTENDEE:y", "https://x y", "", None, "https://" + "x" * 3000],
)
def test_what_is_no_link_for_everybody_is_left_out(link: str | None) -> None:
    (found,) = parsed(an_event(playback_url=link))
    assert "URL" not in found
    assert "DESCRIPTION" not in found


def test_the_document_has_every_property_that_rfc_5545_asks_for() -> None:
    data = document(an_event(playback_url=PLAYBACK))
    whole = ics.calendar(data)
    assert (whole["VERSION"], bool(whole["PRODID"])) == ("2.0", True)
    (found,) = whole.walk("VEVENT")
    assert found.errors == []
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "LAST-MODIFIED"} <= set(
        found
    )
    assert (found["URL"], PLAYBACK in found["DESCRIPTION"]) == (PLAYBACK, True)
    assert found["DTSTART"].dt == NOON + HOUR
    assert found["DTSTART"].dt.tzinfo is not None
    assert b"RRULE" not in data


def test_no_two_documents_of_the_same_events_differ() -> None:
    assert document(an_event()) == document(an_event())


def test_a_window_within_a_second_still_ends_after_it_starts() -> None:
    start = NOON + timedelta(microseconds=200)
    (found,) = parsed(an_event(starts_at=start, ends_at=start + timedelta(milliseconds=1)))
    assert found["DTEND"].dt - found["DTSTART"].dt == timedelta(seconds=1)


@given(TEXTS, INSTANTS, st.integers(1, 10**6), st.integers(0, 2**31))
def test_any_title_comes_back_as_it_was(title: str, start: datetime, length: int, revision: int) -> None:
    end = start + timedelta(seconds=length)
    made = an_event(title=title, starts_at=start, ends_at=end, revision=revision)
    data = document(made, an_event(id="next"))
    found, following = ics.events(data)
    assert str(found["SUMMARY"]) == made.title
    assert (found["DTSTART"].dt, found["DTEND"].dt, int(found["SEQUENCE"])) == (start, end, revision)
    assert str(following["SUMMARY"]) == "Show"
    if not lines.objection(title):
        assert made.title == title
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n", data) is None
    assert sum(line == "BEGIN:VEVENT" for line in unfolded(data)) == 2


async def test_what_is_recognised_changes_with_what_is_in_it_and_with_nothing_else(booking: Booking) -> None:
    house, calendar = booking.house, of(booking)
    house.insert("a")
    first = await calendar.fingerprint()
    assert await calendar.fingerprint() == first
    house.sql("UPDATE broadcasts SET title = 'B' WHERE id = 'a'")
    second = await calendar.fingerprint()
    house.insert("b", starts_at="2020-01-01T10:00Z", ends_at="2020-01-01T11:00Z")
    assert await calendar.fingerprint() == second != first


@pytest.mark.parametrize("at_once", [1, 2, 250])
async def test_a_calendar_holds_so_many_and_says_that_there_are_more(
    booking: Booking, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.operations.calendar._AT_ONCE", at_once)
    for each in "abc":
        booking.house.insert(each, title=each)
    cut, whole = of(booking, most=2), of(booking, most=3)
    assert (await titles(cut), cut.is_cut) == (["a", "b"], True)
    assert (await titles(whole), whole.is_cut) == (["a", "b", "c"], False)
    assert await whole.fingerprint() != await cut.fingerprint()


def of(booking: Booking, most: int = 100) -> Calendar:
    return Calendar(store=booking.operator.store, tag="ab3k", since=NOON, most=most)
