"""What a host reads: title, times by their own clock, and their link."""

from dataclasses import replace

from jobs.contact import Contact
from jobs.model import Window
from jobs.reminder_text import Letter, cancellation, reminder
from jobs.reminders import CANCELLED, Delivery, Due, due
from tests.unit.jobs.reminding import ANNA, HOUR, SHOW, START, came, run

LINK = "https://meet.example.org/m?t=canary"
ALONE = replace(SHOW, hosts=(ANNA,))


def first() -> Due:
    (found,) = due(ALONE, run(), [], START - 20 * HOUR)
    return found


def test_a_reminder_gives_the_times_by_the_hosts_clock_and_the_link() -> None:
    letter = reminder(ALONE, first(), LINK)
    assert letter.subject == "Show, Tue 1 Dec 2026, 19:00 (Europe/Berlin)"
    assert letter.text.splitlines() == [
        "Show, for Anna",
        "",
        "Starts: Tuesday, 1 December 2026, 19:00 (Europe/Berlin, UTC+01:00)",
        "Ends: 20:00 (Europe/Berlin, UTC+01:00)",
        "",
        f"Your link, which lets whoever has it in as you: {LINK}",
    ]


def test_another_zone_is_another_day() -> None:
    far = replace(ANNA, contact=Contact("mail:anna@example.org", zone="Pacific/Auckland"))
    late = replace(ALONE, window=Window(START, START + 20 * HOUR))
    text = reminder(late, replace(first(), host=far), LINK).text
    assert "Starts: Wednesday, 2 December 2026, 07:00 (Pacific/Auckland, UTC+13:00)" in text
    assert "Ends: Thursday, 3 December 2026, 03:00 (Pacific/Auckland, UTC+13:00)" in text


def test_where_no_zone_is_said_it_is_utc() -> None:
    nowhere = replace(ANNA, contact=Contact("mail:anna@example.org"))
    text = reminder(ALONE, replace(first(), host=nowhere), LINK).text
    assert "Starts: Tuesday, 1 December 2026, 18:00 (UTC)" in text


def test_a_move_is_told_with_the_start_that_the_host_knows() -> None:
    known = came(first(), Delivery.SENT)
    later = replace(ALONE, window=Window(START + 24 * HOUR, START + 25 * HOUR))
    (found,) = due(later, run(), [known], START - 19 * HOUR)
    letter = reminder(later, found, LINK)
    assert letter.subject.startswith("Moved: Show, Wed 2 Dec 2026, 19:00")
    before = "Tuesday, 1 December 2026, 19:00 (Europe/Berlin, UTC+01:00)"
    assert f"It was moved. It was to start on {before}." in letter.text


def test_that_it_takes_place_after_all_is_told() -> None:
    known = replace(came(first(), Delivery.SENT), what=CANCELLED)
    (found,) = due(ALONE, run(), [known], START - 19 * HOUR)
    letter = reminder(ALONE, found, LINK)
    assert letter.subject.startswith("Not cancelled: Show")
    assert "It was cancelled, and takes place after all." in letter.text


def test_a_cancellation_has_no_link_and_names_the_start_that_the_host_knows() -> None:
    known = came(first(), Delivery.SENT)
    later = Window(START + 24 * HOUR, START + 25 * HOUR)
    (found,) = due(replace(ALONE, cancelled=True, window=later), run(), [known], START - 19 * HOUR)
    letter = cancellation(ALONE, found)
    assert letter.subject == "Cancelled: Show, Tue 1 Dec 2026, 19:00 (Europe/Berlin)"
    assert "does not take place on Tuesday, 1 December 2026, 19:00" in letter.text
    assert "http" not in letter.text


def test_a_letter_is_not_shown_by_accident() -> None:
    assert "canary" not in repr(Letter("Show", LINK))
