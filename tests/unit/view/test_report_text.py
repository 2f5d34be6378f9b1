"""The report as a short text: one line when all went well, discrepancies first, never too long to send."""

from datetime import timedelta
from decimal import Decimal

from tests.support.clock import NOON
from tests.unit.view.records import EAST
from worker.view.discrepancies import Discrepancy, Finding
from worker.view.report import Act, AsRun, Raised, Report
from worker.view.report_text import MOST, words

LATE = Finding(Discrepancy.LATE, "show", "Show", "on the air 5 min late")
OPEN = Raised(NOON, None, "critical", "account/events/credentials", "refused", "Renew the token.")
ACT = Act(NOON, "ann", "show", "stopped it")


def night(
    findings: tuple[Finding, ...] = (), alerts: tuple[Raised, ...] = (), acts: tuple[Act, ...] = ()
) -> Report:
    return Report(
        since=NOON - timedelta(days=1),
        until=NOON,
        findings=findings,
        broadcasts=tuple[AsRun, ...](),
        alerts=alerts,
        acts=acts,
        participant_minutes=0,
        minutes=1,
        cost=Decimal("0.01"),
        currency="USD",
    )


def test_when_all_went_well_it_is_one_line_whoever_ordered_what() -> None:
    assert words(night(acts=(ACT,))) == "0 of 0 broadcasts aired as planned; 1 minute, 0.01 USD"


def test_discrepancies_come_first_then_what_is_open_then_orders_by_the_clock_of_the_zone() -> None:
    assert words(night((LATE,), (OPEN,), (ACT,)), EAST).splitlines() == [
        "0 of 0 broadcasts aired; 1 discrepancy, 1 open alert; 1 minute, 0.01 USD",
        "Mon 30 Nov 17:00:00 to Tue 01 Dec 17:00:00",
        "late: show, Show: on the air 5 min late",
        "open: account/events/credentials: refused Renew the token.",
        "Tue 01 Dec 17:00:00 ann: show stopped it",
    ]


def test_what_is_too_much_is_counted_by_what_it_is() -> None:
    found = words(night((LATE,) * 1234, (OPEN,) * 3, (ACT,) * 2))
    assert len(found) <= MOST
    lines = found.splitlines()
    shown = sum(each.startswith("late:") for each in lines)
    assert shown > 50
    assert lines[-1] == f"not shown: discrepancies {1234 - shown:,}, open alerts 3, orders 2"


def test_no_line_is_so_long_that_nothing_else_has_room_and_what_others_wrote_breaks_none() -> None:
    endless = Finding(Discrepancy.SHORT, "show", "x\n\x1b" * 5000, "off 2 min before its end")
    lines = words(night((endless, LATE))).splitlines()
    assert lines[2].startswith("short: show, x\\n\\x1b")
    assert len(lines[2]) == 400
    assert lines[3] == "late: show, Show: on the air 5 min late"
