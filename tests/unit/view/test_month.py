"""What a month came to: each broadcast's minutes in it, and their price."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from config.settings import Prices
from jobs.month import Month
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.view.records import HOUR, row
from worker.store.records import Overview
from worker.view.month import MonthReport, as_json, month_report

DECEMBER = Month(2026, 12)


def aired(name: str, live_at: datetime | None, off_at: datetime | None) -> Overview:
    state = State.ENDED if off_at else State.LIVE
    return replace(row(state, id=name, title="Show"), live_at=live_at, off_at=off_at)


def december(*rows: Overview, now: datetime = NOON) -> MonthReport:
    return month_report(rows, DECEMBER, now, Prices())


def test_each_broadcast_has_its_begun_minutes_and_their_price_and_all_together_too() -> None:
    found = december(
        aired("b", NOON - HOUR, NOON - HOUR / 2 + timedelta(seconds=1)),
        aired("a", NOON - 2 * HOUR, NOON - HOUR),
    )
    assert [(each.id, each.minutes, each.cost) for each in found.broadcasts] == [
        ("a", 60, Decimal("0.60")),
        ("b", 31, Decimal("0.31")),
    ]
    assert (found.minutes, found.cost) == (91, Decimal("0.91"))


def test_what_passes_the_month_counts_for_the_part_that_lies_in_it_and_what_goes_on_until_now() -> None:
    begin = DECEMBER.begins_at
    found = december(aired("over", begin - HOUR, begin + HOUR), aired("on", NOON - HOUR, None))
    assert [(each.id, each.minutes) for each in found.broadcasts] == [("over", 60), ("on", 60)]
    later = december(aired("on", NOON - HOUR, None), now=DECEMBER.ends_at + HOUR)
    assert later.minutes == (DECEMBER.ends_at - NOON + HOUR) / timedelta(minutes=1)


def test_what_is_over_and_was_never_seen_to_go_off_counts_until_it_was_over() -> None:
    copied = replace(aired("a", NOON - 3 * HOUR, None), state=State.CANCELLED, entered_at=NOON - 2 * HOUR)
    assert december(copied).minutes == 60


def test_what_was_never_on_the_air_or_in_another_month_is_not_in_it() -> None:
    other = DECEMBER.begins_at - 3 * HOUR
    assert december(aired("never", None, None), aired("before", other, other + HOUR)).broadcasts == ()


def test_the_headline_says_whether_the_month_is_over_and_what_is_not_known() -> None:
    show = aired("a", NOON - 2 * HOUR, NOON - HOUR)
    rest = "1 broadcast, 60 minutes exported, 0.60 USD; participants' minutes are not known"
    assert december(show).headline == f"2026-12 (UTC) so far: {rest}"
    assert december(show, now=DECEMBER.ends_at).headline == f"2026-12 (UTC): {rest}"


def test_programs_are_told_the_same_and_that_participants_minutes_are_not_known() -> None:
    told = as_json(december(aired("a", NOON - 2 * HOUR, NOON - HOUR)))
    assert (told["month"], told["minutes"], told["cost"], told["currency"]) == ("2026-12", 60, 0.6, "USD")
    assert told["participant_minutes"] is None
    assert told["broadcasts"][0]["cost"] == 0.6
