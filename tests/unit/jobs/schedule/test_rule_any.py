"""What holds for any rule, and any start."""

from datetime import datetime, timedelta
from itertools import islice

from hypothesis import assume, given
from hypothesis import strategies as st

from jobs.schedule import rule
from jobs.schedule.rule import Rule
from tests.unit.jobs.schedule.recurring import DAY, WALLS

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
YEARS = timedelta(days=366 * 30)


def listed(values: st.SearchStrategy[object], most: int = 4) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=most).map(lambda drawn: ",".join(map(str, drawn)))


def numbers(most: int) -> st.SearchStrategy[str]:
    return listed(st.integers(1, most) | st.integers(-most, -1))


PLAIN = st.sampled_from(WEEKDAYS)
NUMBERED = st.builds(lambda number, day: f"{number}{day}", st.sampled_from([-2, -1, 1, 2, 5]), PLAIN)
PARTS = {
    "INTERVAL": st.integers(1, 40),
    "WKST": st.sampled_from(WEEKDAYS),
    "BYMONTH": listed(st.integers(1, 12)),
    "BYWEEKNO": numbers(53),
    "BYYEARDAY": numbers(366),
    "BYMONTHDAY": numbers(31),
    "BYHOUR": listed(st.integers(0, 23)),
    "BYMINUTE": listed(st.integers(0, 59)),
    "BYSECOND": listed(st.integers(0, 59), 2),
    "BYSETPOS": numbers(8),
}
FORBIDDEN = {
    "YEARLY": set[str](),
    "MONTHLY": {"BYWEEKNO", "BYYEARDAY"},
    "WEEKLY": {"BYWEEKNO", "BYYEARDAY", "BYMONTHDAY"},
    "DAILY": {"BYWEEKNO", "BYYEARDAY"},
    "HOURLY": {"BYWEEKNO"},
    "MINUTELY": {"BYWEEKNO"},
}


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Draw a rule that the RFC allows and that does not fire too often."""
    freq = draw(st.sampled_from(sorted(FORBIDDEN)))
    allowed = {name: values for name, values in PARTS.items() if name not in FORBIDDEN[freq]}
    days = {"BYDAY": listed(PLAIN | NUMBERED if freq in {"YEARLY", "MONTHLY"} else PLAIN)}
    parts = draw(st.fixed_dictionaries({}, optional={**days, **allowed}))
    text = ";".join([f"FREQ={freq}", *(f"{name}={value}" for name, value in parts.items())])
    try:
        return rule.parse(text)
    except ValueError:
        assume(False)  # noqa: FBT003 - Hypothesis wants it so
        raise


def some(found: Rule, start: datetime, many: int = 200) -> list[datetime]:
    return list(islice(found.walls(start, start, start + YEARS), many))


@given(rules(), WALLS)
def test_occurrences_come_in_order_each_once_and_none_before_the_start(found: Rule, start: datetime) -> None:
    walls = some(found, start)
    assert walls == sorted(set(walls))
    assert all(wall >= start for wall in walls)


@given(rules(), WALLS)
def test_the_first_is_the_first(found: Rule, start: datetime) -> None:
    walls = some(found, start, 1)
    first = found.first(start)
    assert first == walls[0] if walls else first is None or first > start + YEARS


@given(rules(), WALLS, st.integers(0, 9_000), st.integers(0, 400))
def test_looking_from_anywhere_finds_what_looking_from_the_start_finds(
    found: Rule, start: datetime, skip: int, span: int
) -> None:
    since, to = start + skip * DAY / 2, start + (skip + span) * DAY / 2
    from_start = [wall for wall in found.walls(start, start, to) if wall >= since]
    assert list(found.walls(start, since, to)) == from_start


@given(rules(), WALLS, st.integers(1, 60))
def test_a_count_takes_the_first_so_many_from_wherever_it_is_looked_at(
    found: Rule, start: datetime, count: int
) -> None:
    expected = some(found, start, count)
    counted = rule.parse(f"{found.text};COUNT={count}")
    assert some(counted, start) == expected
    for number, wall in enumerate(expected):
        assert list(counted.walls(start, wall, start + YEARS)) == expected[number:]


@given(rules(), WALLS)
def test_what_fires_meets_what_is_written(found: Rule, start: datetime) -> None:
    pattern = found.pattern
    for wall in some(found, start, 50):
        assert wall.month in (pattern.bymonth or {wall.month})
        assert wall.weekday() in ({each.day for each in pattern.byday} or {wall.weekday()})
        assert wall.hour in (pattern.byhour or {wall.hour})
        assert wall.minute in (pattern.byminute or {wall.minute})
        assert wall.second in (pattern.bysecond or {wall.second})
        assert wall.date().isocalendar().week in (pattern.byweekno or {wall.isocalendar().week}) or (
            pattern.wkst or min(pattern.byweekno) < 0
        )


@given(rules(), WALLS)
def test_no_day_has_more_than_the_form_of_the_rule_allows(found: Rule, start: datetime) -> None:
    walls = some(found, start)
    days = [wall.date() for wall in walls]
    most = max(map(days.count, set(days)), default=0)
    assert most <= found.pattern.most_a_day() <= rule.MOST_A_DAY
    assert found.several_a_day or most <= 1


@given(rules(), WALLS)
def test_the_same_parts_in_another_order_make_the_same_occurrences(found: Rule, start: datetime) -> None:
    turned = rule.parse("RRULE:" + ";".join(reversed(found.text.lower().split(";"))))
    assert some(turned, start) == some(found, start)
