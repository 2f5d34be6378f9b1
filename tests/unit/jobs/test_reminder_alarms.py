"""What an operator hears of messages that did not arrive, or may not have."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jobs.conditions import Severity
from jobs.reminder_alarms import Waiting, not_sent, untold
from jobs.reminders import Delivery, Reminder
from tests.unit.jobs.reminding import HOUR, MINUTE, SHOW, START

EARLY = START - 20 * HOUR
FAILED = Reminder(
    host="anna",
    name="Anna",
    round=0,
    what="24h",
    starts_at=START,
    outcome=Delivery.FAILED,
    at=EARLY,
    tries=3,
    detail="the service refused the message",
)


def heard(*told: Reminder, now: datetime = EARLY) -> str | None:
    found = not_sent(SHOW, told, [], now)
    return found.text if found else None


def test_a_message_that_failed_thrice_is_told_with_the_cure() -> None:
    found = not_sent(SHOW, [FAILED], [], EARLY)
    assert found
    assert (found.name, found.severity) == ("reminder_not_sent", Severity.WARNING)
    assert found.text == "Anna was not sent the link in 3 tries: the service refused the message"
    assert "`cuelight links show`" in found.cure
    assert "example.org" not in found.text + found.cure + found.cause


@pytest.mark.parametrize(("tries", "before", "told"), [(2, HOUR, False), (1, 5 * MINUTE, True)])
def test_one_that_failed_once_is_told_when_it_is_about_to_begin(
    *, tries: int, before: timedelta, told: bool
) -> None:
    assert bool(heard(replace(FAILED, tries=tries), now=START - before)) is told


def test_what_is_not_known_is_told_at_once() -> None:
    unknown = replace(FAILED, outcome=Delivery.UNKNOWN, detail="no answer within 15 s")
    assert heard(unknown) == "it is not known whether Anna was sent the link: no answer within 15 s"
    off = replace(unknown, what="cancelled")
    assert (heard(off) or "").startswith("it is not known whether Anna was sent that it is cancelled")


def test_what_a_worker_left_behind_is_told_after_a_minute() -> None:
    left = replace(FAILED, outcome=Delivery.SENDING, detail="")
    assert heard(left, now=EARLY + timedelta(seconds=59)) is None
    found = heard(left, now=EARLY + MINUTE)
    assert found == (
        "it is not known whether Anna was sent the link: the worker ended while it was being sent"
    )


def test_the_last_that_a_host_was_sent_counts_alone() -> None:
    sent = replace(FAILED, what="15m", outcome=Delivery.SENT, at=START - 15 * MINUTE)
    assert heard(sent, FAILED, now=START) is None


def test_nobody_hears_of_it_when_it_is_over_or_the_host_is_told_no_more() -> None:
    assert untold(SHOW, [FAILED], START + HOUR) == []
    assert heard(replace(FAILED, host="studio")) is None
    assert heard(replace(FAILED, host="gone")) is None


def test_what_waits_for_the_quota_is_told_when_that_takes_long_or_it_is_about_to_begin() -> None:
    waiting = Waiting("Anna", EARLY, "no free call in time")
    assert not_sent(SHOW, [], [waiting], EARLY + 14 * MINUTE) is None
    late = not_sent(SHOW, [], [waiting], EARLY + 15 * MINUTE)
    assert late
    assert late.text == "Anna was not sent the link yet: no free call in time"
    assert not_sent(SHOW, [], [replace(waiting, since=START - 4 * MINUTE)], START - 4 * MINUTE)
    assert not_sent(SHOW, [], [waiting], START + HOUR) is None
