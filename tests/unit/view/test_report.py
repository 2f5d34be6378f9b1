"""The morning report: each way in which what aired can differ from what was planned, the worst first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from config.settings import Prices
from jobs.run.lifecycle import State
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from tests.unit.view.records import ALERT, HOUR, row
from worker.store.records import Alert, Note, Overview, Request
from worker.view.discrepancies import Discrepancy
from worker.view.report import Report, as_json, report
from worker.view.report_page import page

MINUTE = timedelta(minutes=1)
SINCE = NOON - 24 * HOUR


@dataclass
class Night:
    """What is known of a night."""

    rows: Sequence[Overview] = ()
    notes: Mapping[str, Sequence[Note]] = field(default_factory=dict)
    stops: Sequence[Request] = ()
    alerts: Sequence[Alert] = ()
    people: Mapping[str, timedelta] = field(default_factory=dict)

    def report(self) -> Report:
        return report(self, SINCE, NOON, Prices())


def aired(late: timedelta = timedelta(0), early: timedelta = timedelta(0), **changed: object) -> Overview:
    """Return a show of an hour that ended an hour ago."""
    starts_at, ends_at = NOON - 2 * HOUR, NOON - HOUR
    found = row(State.ENDED, starts_at=starts_at, ends_at=ends_at, id="show", title="Show")
    ran: dict[str, Any] = {"live_at": starts_at + late, "off_at": ends_at - early, **changed}
    return replace(found, **ran)


def kinds(night: Night) -> list[Discrepancy]:
    return [each.kind for each in night.report().findings]


def test_a_night_as_planned_is_one_line() -> None:
    found = Night([aired(timedelta(seconds=20), timedelta(seconds=-10))]).report()
    assert (found.findings, found.is_clean) == ((), True)
    assert found.headline == "1 of 1 broadcast aired as planned; 60 minutes, 0.60 USD"


@pytest.mark.parametrize(
    ("found", "kind", "text"),
    [
        (aired(late=5 * MINUTE), Discrepancy.LATE, "5 min late"),
        (aired(early=20 * MINUTE), Discrepancy.SHORT, "20 min before its end"),
        (aired(early=-75 * MINUTE), Discrepancy.LONG, "1 h 15 min after its end"),
        (aired(live_at=None, state=State.MISSED, why="nobody"), Discrepancy.NOT_AIRED, "missed: nobody"),
        (aired(live_at=None, off_at=None, state=None, why=""), Discrepancy.NOT_AIRED, "no worker"),
        (aired(off_at=None, state=State.STOPPING, why="over"), Discrepancy.STILL_ON, "stopping: over"),
        (aired(live_at=None, state=State.REJECTED, why="no such account"), Discrepancy.NOT_AIRED, "account"),
    ],
)
def test_each_difference_is_found_and_told(found: Overview, kind: Discrepancy, text: str) -> None:
    (finding,) = Night([found]).report().findings
    assert (finding.kind, finding.about) == (kind, "show")
    assert text in finding.text


@pytest.mark.parametrize(
    "found",
    [
        aired(live_at=None, state=State.CANCELLED),
        aired(live_at=None, off_at=None, state=State.READY, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR),
        aired(live_at=None, off_at=None, state=State.STARTING, starts_at=NOON, ends_at=NOON + HOUR),
        aired(off_at=None, state=State.LIVE, ends_at=NOON + HOUR),
    ],
)
def test_what_is_as_it_should_be_is_none(found: Overview) -> None:
    assert kinds(Night([found])) == []


@pytest.mark.parametrize("early", [-15, -3, 0])
def test_what_ran_over_by_rule_is_neither_long_nor_short_up_to_the_end_in_force(early: int) -> None:
    until = NOON - HOUR + 15 * MINUTE
    ran = aired(early=early * MINUTE, ends_at=until, planned_end=NOON - HOUR)
    assert kinds(Night([ran])) == []
    assert Night([ran]).report().broadcasts[0].planned_end == NOON - HOUR
    assert kinds(Night([replace(ran, off_at=until + 5 * MINUTE)])) == [Discrepancy.LONG]


def test_what_was_cancelled_is_not_counted_as_planned() -> None:
    found = Night([aired(), aired(live_at=None, off_at=None, state=State.CANCELLED)]).report()
    assert found.headline.startswith("1 of 1 broadcast aired as planned")


def test_drops_are_counted_and_whether_it_came_back() -> None:
    dropped = Note(at=NOON - HOUR, kind="move", who="w", before="live", after="interrupted")
    (finding,) = Night([aired()], {"show": [dropped, dropped]}).report().findings
    assert (finding.kind, finding.text) == (Discrepancy.DROPPED, "dropped 2 times, and came back")


def test_who_stopped_it_is_told() -> None:
    asked = Request(id=1, kind="stop", broadcast_id="show", argument="", by="ann", asked_at=NOON - HOUR)
    found = Night([aired(early=20 * MINUTE)], stops=[asked]).report()
    assert found.findings[0].text == "off 20 min before its end, stopped by ann"
    assert [(each.who, each.what) for each in found.acts] == [("ann", "stopped it")]


def test_what_was_on_the_air_unasked_is_a_discrepancy_and_what_is_open_is_to_be_mended() -> None:
    subject = Subject(SubjectKind.MEETING, "m-1")
    swept = replace(ALERT, title="swept", subject=subject, text="it was on air", resolved_at=NOON)
    found = Night([aired()], alerts=[swept, ALERT]).report()
    assert [each.kind for each in found.findings] == [Discrepancy.NOT_PLANNED]
    assert [each.cure for each in found.to_mend] == [ALERT.cure]
    assert not found.is_clean


def test_the_worst_comes_first() -> None:
    rows = [aired(late=5 * MINUTE, early=20 * MINUTE), aired(live_at=None, state=State.MISSED)]
    assert kinds(Night(rows)) == [Discrepancy.NOT_AIRED, Discrepancy.LATE, Discrepancy.SHORT]


def test_minutes_are_charged_as_begun() -> None:
    found = Night([aired(late=timedelta(seconds=30)), aired(late=timedelta(0))]).report()
    assert (found.minutes, found.cost) == (120, Decimal("1.20"))


def test_participants_minutes_are_in_it_as_far_as_they_are_known() -> None:
    known = Night([aired(), aired(id="other")], people={"show": timedelta(minutes=250)}).report()
    assert [each.participant_minutes for each in known.broadcasts] == [250, None]
    assert (known.participant_minutes, known.cost) == (250, Decimal("1.70"))
    assert known.headline.endswith("as planned; 120 minutes, 250 of participants, 1.70 USD")
    assert as_json(known)["participant_minutes"] == 250


def test_what_others_wrote_does_nothing_on_the_page() -> None:
    evil = "<script>alert(1)</script>\x1b[31m"
    found = page(Night([aired(title=evil, live_at=None, state=State.MISSED, why=evil)]).report())
    assert "<script>alert" not in found
    assert "\x1b" not in found
    assert "&lt;script&gt;" in found


def test_programs_are_told_the_same() -> None:
    told = as_json(Night([aired(late=5 * MINUTE)]).report())
    assert told["is_clean"] is False
    assert isinstance(told["discrepancies"], list)
    assert isinstance(told["since"], datetime)
