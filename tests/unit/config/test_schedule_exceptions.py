"""`except` and `also` with notes, and holidays by name."""

from datetime import UTC, date, datetime

import pytest

from config.days_off import Holidays
from jobs.schedule.recurrence import left_out, occurrences
from tests.unit.config.written import ENTRY, TOP, only, said, schedule

TUESDAYS = "    repeat: FREQ=WEEKLY;BYDAY=TU,FR\n"
CHRISTMAS = (datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 27, tzinfo=UTC))


def test_exceptions_are_dates_times_and_holidays_each_with_a_note_or_none() -> None:
    entry = only(
        TUESDAYS + "    except:\n"
        "      - 2026-12-04\n"
        "      - {at: 2026-12-08, note: the studio is painted}\n"
        "      - {at: 2026-12-11T18:00, note: one time}\n"
        "      - at: 2026-12-15T17:00Z\n"
        "      - {holidays: DE-BY, note: nobody works}\n"
        "      - holidays: AT\n"
    )
    times = (datetime(2026, 12, 11, 18), datetime(2026, 12, 15, 18))  # noqa: DTZ001 - wall times
    days = (date(2026, 12, 4), date(2026, 12, 8))
    assert entry.exceptions == (*days, *times, Holidays("DE-BY"), Holidays("AT"))
    assert entry.exception_notes == {
        days[1]: "the studio is painted",
        times[0]: "one time",
        Holidays("DE-BY"): "nobody works",
    }


def test_a_list_of_one_holiday_may_be_written_short() -> None:
    assert only(TUESDAYS + "    except: [holidays: DE-BY]\n").exceptions == (Holidays("DE-BY"),)


def test_holidays_are_left_out_in_any_year_and_by_their_names() -> None:
    entry = only(TUESDAYS + "    except: [{holidays: DE-BY, note: nobody works}]\n")
    assert [
        (left.broadcast.id, left.why)
        for year in (2026, 2029, 2099)
        for left in [left_out(entry, f"webinar@{year}-12-25")]
        if left
    ] == [(f"webinar@{year}-12-25", "Christmas Day (DE-BY), nobody works") for year in (2026, 2029, 2099)]
    coming = occurrences(entry, datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 6, tzinfo=UTC))
    assert [each.broadcast.id[-5:] for each in coming] == ["12-22", "12-29", "01-05"]


def test_an_extra_occurrence_takes_place_on_a_holiday_too() -> None:
    lines = "    except: [holidays: DE-BY]\n    also: [{at: 2026-12-25T20:00, note: for those at home}]\n"
    entry = only(TUESDAYS + lines)
    (extra,) = (one for one in occurrences(entry, *CHRISTMAS) if "25" in one.broadcast.id)
    assert (extra.broadcast.id, extra.note) == ("webinar@2026-12-25T2000", "is extra: for those at home")


def test_the_holiday_is_that_of_the_local_date() -> None:
    text = f"{TOP}{ENTRY}    repeat: FREQ=DAILY\n    except: [holidays: NZ]\n"
    (entry,) = schedule(text.replace("Europe/Berlin", "Pacific/Auckland").replace("T18:00", "T06:00")).entries
    starts = [each.broadcast.window.starts_at.day for each in occurrences(entry, *CHRISTMAS)]
    assert starts == [26], "in Auckland the holidays begin at 06:00 on the 24th and 25th in UTC"


WRONG = [
    ("except: [{holidays: DE-XX}]", "f:8:25: DE has no holidays for 'XX'"),
    ("except: [{holidays: Germany}]", "f:8:25: unknown holidays 'Germany'; did you mean DE?"),
    ("except: [{holiday: DE}]", "f:8:15: unknown key 'holiday'; did you mean holidays?"),
    ("except: [{at: 2026-12-04, holidays: DE}]", "f:8:14: at and holidays cannot be combined: remove one"),
    ("except: [{note: nothing}]", "f:8:14: at is missing"),
    ("except: [{}]", "f:8:14: at is missing"),
    ("except: [{at: 2026-12-04, note: }]", "f:8:37: the value is empty"),
    ("except: [{at: tomorrow}]", "f:8:19: 'tomorrow' is not a date"),
    ("except: [[2026-12-04]]", "f:8:14: expected a single value, not a list"),
    ("also: [{holidays: DE}]", "f:8:13: unknown key 'holidays'; known: at, note"),
    ("also: [{at: 2026-12-05}]", "f:8:17: '2026-12-05' is not a time"),
    ("also: [{at: 2026-12-05T20:00}, {at: 2026-12-05T20:00}]", "f:8:36: 2026-12-05T20:00 is already an"),
    ("change: {2026-12-04: {note: ''}}", "f:8:33: '': write visible text"),
    (
        "except: [holidays: DE-BY]\n    change: {2026-12-25: {title: Merry}}",
        "f:9:14: no such occurrence: webinar@2026-12-25 is left out: Christmas Day (DE-BY); `also` adds one",
    ),
    (
        "except: [{at: 2026-12-04, note: painted}]\n    change: {2026-12-04: skip}",
        "f:9:14: no such occurrence: webinar@2026-12-04 is left out: painted; `also` adds one",
    ),
]


@pytest.mark.parametrize(("line", "problem"), WRONG)
def test_what_is_wrong_is_refused_at_its_place_with_the_cure(line: str, problem: str) -> None:
    assert problem in "\n".join(said(f"{TOP}{ENTRY}{TUESDAYS}    {line}\n"))


def test_a_time_that_is_wrong_is_not_missing_too() -> None:
    assert len(said(f"{TOP}{ENTRY}{TUESDAYS}    except: [{{at: tomorrow}}]\n")) == 1


def test_holidays_need_a_rule_like_other_exceptions() -> None:
    assert said(f"{TOP}{ENTRY}    except: [holidays: DE]\n") == ["f:7:5: exceptions need a `repeat`"]


def test_a_date_that_is_no_occurrence_is_told_at_its_own_place_whatever_stands_before_it() -> None:
    lines = "    except: [holidays: DE, {at: 2026-12-05, note: a Saturday}]\n"
    assert said(f"{TOP}{ENTRY}{TUESDAYS}{lines}") == [
        "f:8:28: warning: 2026-12-05 is not an occurrence of the rule"
    ]


def test_the_first_occurrence_is_told_behind_a_holiday() -> None:
    text = f"{TOP}{ENTRY}".replace("2026-12-01", "2026-12-24")
    (warning,) = said(f"{text}    repeat: FREQ=WEEKLY;BYDAY=FR\n    except: [holidays: DE]\n")
    assert warning.endswith("the start does not match the rule: the first occurrence is 2027-01-08T18:00")
