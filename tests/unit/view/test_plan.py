"""A plan as people read it: day by day, with what a removal does and what it all comes to."""

from datetime import UTC, timedelta, timezone

from config.settings import Prices
from jobs.model import Broadcast, Window
from jobs.month import Forecast, Month
from jobs.quota.load import Load, Peak
from jobs.run.lifecycle import State
from jobs.schedule.planned import Cancel, Existing, Plan, Remark, Rename, RowEdit
from tests.support.clock import NOON
from worker.view.plan import LINKS_END, PlanView, forecast, plan_view

HOUR = timedelta(hours=1)
LOAD = Load(3, 3 * HOUR, 181, 2, (Peak("default", 40, 1200, NOON),))
NOVEMBER = Forecast(Month(2026, 11), 120, 240)
NOTHING = Forecast(Month(2026, 12), 0, 0)
EMPTY = Load(0, timedelta(0), 0, 0, ())


def show(name: str, hours: float = 0, length: timedelta = HOUR) -> Broadcast:
    starts_at = NOON + hours * HOUR
    return Broadcast(id=name, title="Show", window=Window(starts_at, starts_at + length))


def row(name: str, state: State | None = None, hours: float = 0) -> Existing:
    return Existing(broadcast=show(name, hours), version=1, state=state)


def viewed(plan: Plan, present: tuple[Existing, ...] = (), load: Load = EMPTY) -> PlanView:
    return plan_view(plan, present, load, Prices(), UTC, month=NOTHING)


def lines(view: PlanView) -> list[str]:
    return [line.text(UTC) for day in view.days for line in day.lines]


def test_what_changes_stands_under_its_day_in_the_order_of_time() -> None:
    view = viewed(Plan(add=(show("late", 30), show("b", 2), show("a", 1))))
    assert [(f"{day.day:%d %b}", len(day.lines)) for day in view.days] == [("01 Dec", 2), ("02 Dec", 1)]
    assert lines(view)[0] == "+ a  13:00 to 14:00  Show"


def test_the_day_is_that_of_the_zone() -> None:
    eastern = timezone(timedelta(hours=13))
    (day,) = plan_view(Plan(add=(show("a"),)), (), EMPTY, Prices(), eastern, month=NOTHING).days
    assert (day.day.day, day.lines[0].text(eastern)) == (2, "+ a  01:00 to 02:00  Show")


def test_a_window_past_midnight_names_the_day_of_its_end() -> None:
    assert lines(viewed(Plan(add=(show("a", 10, 9 * HOUR),)))) == ["+ a  22:00 to Wed 02 Dec 07:00  Show"]


def test_what_is_moved_says_from_where_and_what_else_changes() -> None:
    edit = RowEdit(row("a"), show("a", 2), frozenset({"starts_at", "ends_at", "title"}))
    assert lines(viewed(Plan(move=(edit,)))) == ["~ a  14:00 to 15:00 (was 12:00 to 13:00)  Show: title"]


def test_what_is_changed_names_what() -> None:
    edit = RowEdit(row("a"), show("a"), frozenset({"title", "hosts"}))
    assert lines(viewed(Plan(change=(edit,)))) == ["~ a  12:00 to 13:00  Show: hosts, title"]


def test_a_removal_says_that_links_end_once_there_are_links() -> None:
    gone = Plan(cancel=(Cancel(row("a", State.READY), "it is dropped"), Cancel(row("b"), "it is dropped")))
    first, second = lines(viewed(gone))
    assert first == f"- a  12:00 to 13:00  Show: it is dropped; {LINKS_END}"
    assert second == "- b  12:00 to 13:00  Show: it is dropped"


def test_what_is_on_air_and_what_is_renamed_is_told() -> None:
    view = viewed(Plan(rename=(Rename(row("old"), show("new")),)), (row("x", State.LIVE), row("y")))
    assert [each.broadcast.id for each in view.on_air] == ["x"]
    assert view.renamed == (("old", "new"),)


def test_questions_and_refusals_come_before_remarks() -> None:
    plan = Plan(remarks=(Remark("a", "1"),), asks=(Remark("b", "2"),), refusals=(Remark("c", "3"),))
    assert [each.id for each in viewed(plan).remarks] == ["b", "c", "a"]


def test_totals_count_and_name_the_peak_and_the_price() -> None:
    plan = Plan(add=(show("a"), show("b")), cancel=(Cancel(row("c"), "it is dropped"),))
    assert viewed(plan, load=LOAD).totals == (
        "2 added, 1 cancelled",
        "ahead: 3 broadcasts, 3h on air, at most 2 at once",
        "quota default: at most 40 of 1,200 calls due in 5 min, from Tue 01 Dec 12:00:00",
        "export: 181 min, about 1.81 USD",
    )


def test_a_plan_that_changes_nothing_says_so_and_what_is_ahead() -> None:
    assert viewed(Plan()).totals == ("nothing to change",)
    assert viewed(Plan(), load=LOAD).totals[0] == "nothing to change"


def test_programs_are_told_what_it_comes_to() -> None:
    found = forecast(LOAD, Prices.model_validate({"export_minute": "0.004", "currency": "EUR"}), NOVEMBER)
    assert (found["minutes"], found["cost"], found["currency"]) == (181, 0.72, "EUR")
    assert found["month"] == {
        "month": "2026-11",
        "aired_minutes": 120,
        "planned_minutes": 240,
        "cost": 1.44,
        "limit": None,
    }
    assert found["quotas"] == [{"group": "default", "calls": 40, "of": 1200, "at": NOON}]


def test_the_month_is_what_aired_and_what_is_planned_and_whether_that_is_more_than_was_meant() -> None:
    rest = "month 2026-11 (UTC): 120 min on air so far, 240 planned, about 3.60 USD"
    for limit, said in ((None, rest), ("3.60", rest), ("3.59", f"{rest}, more than 3.59")):
        prices = Prices.model_validate({"month": limit})
        assert plan_view(Plan(), (), EMPTY, prices, UTC, month=NOVEMBER).totals[-1] == said
