"""Rules and changes in their thousands are reckoned a few times only."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

import pytest

from config.problems import MOST
from jobs.schedule import rule
from jobs.schedule.expansion import Expansion
from tests.unit.config.written import ENTRY, TOP, said

MANY = 10_000
DAYS = [date(2026, 12, 1) + timedelta(days=number) for number in range(MANY)]


def listed(name: str, items: Iterable[str]) -> str:
    return f"    {name}:\n" + "".join(f"      {each}\n" for each in items)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Have the steps that rules take counted."""
    steps: list[datetime] = []
    real = Expansion.walls

    def walls(self: Expansion, since: datetime, to: datetime) -> Iterator[datetime]:
        for each in real(self, since, to):
            steps.append(each)
            yield each

    monkeypatch.setattr(Expansion, "walls", walls)
    return steps


@pytest.mark.parametrize(
    "lines",
    [
        listed("except", (f"- {day}" for day in DAYS[1:])),
        listed("except", (f"- {day}T18:00" for day in DAYS[1:])),
        listed("also", (f"- {day}T19:00" for day in DAYS)),
        listed("change", (f"{day}: {{start: {day}T19:00}}" for day in DAYS)),
    ],
    ids=["except days", "except times", "also", "change"],
)
def test_a_counted_rule_is_counted_a_few_times_however_much_it_is_asked(
    lines: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = counted(monkeypatch)
    rule._counted.cache_clear()
    assert said(f"{TOP}{ENTRY}    repeat: FREQ=DAILY;COUNT={MANY}\n{lines}") == []
    assert len(steps) < 5 * MANY


@pytest.mark.parametrize("count", [1, 3, 400])
def test_a_counted_rule_ends_where_it_ends_wherever_it_is_asked(count: int) -> None:
    start = datetime(2026, 12, 1, 18)  # noqa: DTZ001 - a wall time
    counted_rule = rule.parse(f"FREQ=WEEKLY;COUNT={count}")
    every = [start + number * timedelta(weeks=1) for number in range(count)]
    assert list(counted_rule.walls(start, start, datetime.max)) == every  # noqa: DTZ901 - a wall time
    for number, wall in enumerate(every):
        assert list(counted_rule.walls(start, wall, wall)) == [wall]
        assert list(counted_rule.walls(start, wall, wall + timedelta(weeks=2))) == every[number : number + 3]
    assert list(counted_rule.walls(start, every[-1] + timedelta(1), datetime.max)) == []  # noqa: DTZ901 - a wall time


def test_ten_thousand_changes_of_ten_thousand_extra_occurrences_are_looked_up_not_searched() -> None:
    also = listed("also", (f"- {day}T19:00" for day in DAYS))
    change = listed("change", (f"{day}T1900: {{title: Moved}}" for day in DAYS))
    assert said(f"{TOP}{ENTRY}{also}{change}") == []  # A search would take 20 minutes.


def test_ten_thousand_changes_of_nothing_are_told_like_a_hundred() -> None:
    also = listed("also", (f"- {day}T19:00" for day in DAYS))
    change = listed("change", (f"{day}T2000: {{title: Moved}}" for day in DAYS))
    problems = said(f"{TOP}{ENTRY}{also}{change}")
    assert len(problems) == MOST + 1
    assert problems[0].endswith("did you mean 2026-12-01T1900?")


def test_ten_thousand_changes_to_one_instant_are_told_like_a_hundred() -> None:
    repeat = "    repeat: FREQ=DAILY\n"
    change = listed("change", (f"{day}: {{start: 2026-11-30T19:00}}" for day in DAYS))
    problems = said(f"{TOP}{ENTRY}{repeat}{change}")  # Each against all would take minutes.
    assert len(problems) == MOST + 1
    assert problems[0].endswith("webinar@2026-12-01 begins at the same time; move one, or skip it")
