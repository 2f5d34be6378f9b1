"""What is known of one broadcast: in short, in full, for people and for programs."""

from dataclasses import fields

from jobs.reminders import Delivery, Reminder
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.view.records import ALERT, EAST, row
from worker.view.details import Summary, details, summary

FOUND = row(State.LIVE, id="show", why="LIVE was read", live_at=NOON, meeting_id="m-1", cancelled=True)
NAMES = [
    "id",
    "title",
    "account",
    "state",
    "starts_at",
    "ends_at",
    "meeting_id",
    "playback_url",
    "live_at",
    "off_at",
    "planned_end",
]
"""What `status --json` promises, in this order."""


def test_in_short_it_has_what_programs_are_promised() -> None:
    assert [each.name for each in fields(Summary)] == NAMES
    short = summary(FOUND)
    assert all(getattr(short, name) == getattr(FOUND, name) for name in NAMES)


def test_in_full_it_also_has_why_and_whence_and_what_is_wrong() -> None:
    found = details(FOUND, [ALERT]).as_json()
    assert list(found) == [*NAMES, "why", "source", "cancelled", "alerts", "reminders"]
    assert (found["state"], found["live_at"], found["cancelled"]) == (State.LIVE, NOON, True)
    assert found["alerts"] == ["nothing is LIVE"]


def test_people_are_told_instants_by_their_own_clock_and_nothing_of_what_is_not_known() -> None:
    texts = dict(details(FOUND, []).texts(EAST))
    assert list(texts) == [*NAMES, "why", "source", "cancelled"]
    assert texts["live_at"] == "Tue 01 Dec 17:00:00"
    assert (texts["state"], texts["off_at"], texts["cancelled"]) == ("live", "", "True")


def test_what_hosts_were_sent_is_told_with_what_came_of_it() -> None:
    sent = Reminder(
        host="anna",
        name="Anna",
        round=0,
        what="24h",
        starts_at=NOON,
        outcome=Delivery.FAILED,
        at=NOON,
        detail="refused",
    )
    found = details(FOUND, [], [sent])
    assert list(found.texts(EAST))[-1] == ("reminder", "Anna, 24h, failed Tue 01 Dec 17:00:00: refused")
    assert found.as_json()["reminders"] == [
        {
            "host": "anna",
            "name": "Anna",
            "what": "24h",
            "starts_at": NOON,
            "outcome": "failed",
            "at": NOON,
            "tries": 1,
            "detail": "refused",
        }
    ]
