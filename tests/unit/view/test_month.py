"""What a month came to: each broadcast's minutes in it, and their price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True)
class Shown:
    """What is known of broadcasts."""

    rows: Sequence[Overview]
    people: Mapping[str, timedelta] = field(default_factory=dict)


def december(*rows: Overview, now: datetime = NOON, **people: timedelta) -> MonthReport:
    return month_report(Shown(rows, people), DECEMBER, now, Prices())


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


def test_participants_minutes_are_added_where_they_are_known() -> None:
    shows = [aired(name, NOON - 2 * HOUR, NOON - HOUR) for name in ("a", "b", "c")]
    found = december(*shows, a=timedelta(minutes=299, seconds=1), b=timedelta(0))
    assert [each.participant_minutes for each in found.broadcasts] == [300, 0, None]
    assert [each.cost for each in found.broadcasts] == [Decimal("1.20"), Decimal("0.60"), Decimal("0.60")]
    assert (found.participant_minutes, found.unknown, found.cost) == (300, 1, Decimal("2.40"))


def test_participants_minutes_count_in_the_month_in_which_it_went_live() -> None:
    begin = DECEMBER.begins_at
    found = december(aired("over", begin - HOUR, begin + HOUR), over=timedelta(hours=10))
    assert [(each.participant_minutes, each.cost) for each in found.broadcasts] == [(None, Decimal("0.60"))]
    assert (found.participant_minutes, found.unknown) == (0, 0)


def test_the_headline_says_whether_the_month_is_over_and_what_is_not_known() -> None:
    show = aired("a", NOON - 2 * HOUR, NOON - HOUR)
    used = "1 broadcast, 60 minutes exported"
    rest = f"{used}, 0 of participants (not known of 1), 0.60 USD"
    assert december(show).headline == f"2026-12 (UTC) so far: {rest}"
    assert december(show, now=DECEMBER.ends_at).headline == f"2026-12 (UTC): {rest}"
    known = december(show, now=DECEMBER.ends_at, a=timedelta(hours=20))
    assert known.headline == f"2026-12 (UTC): {used}, 1,200 of participants, 3.00 USD"


def test_programs_are_told_the_same_and_of_how_many_it_is_not_known() -> None:
    shows = [aired(name, NOON - 2 * HOUR, NOON - HOUR) for name in ("a", "b")]
    told = as_json(december(*shows, a=timedelta(hours=5)))
    assert (told["month"], told["minutes"], told["cost"], told["currency"]) == ("2026-12", 120, 1.8, "USD")
    assert (told["participant_minutes"], told["participant_minutes_unknown_of"]) == (300, 1)
    known, unknown = told["broadcasts"]
    assert (known["export_cost"], known["participant_cost"], known["cost"]) == (0.6, 0.6, 1.2)
    assert (unknown["participant_minutes"], unknown["cost"]) == (None, 0.6)
