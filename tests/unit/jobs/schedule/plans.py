"""Entries, the rows that they made, and what a plan does to them."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from jobs.run.lifecycle import HOLDING, State
from jobs.schedule import rule
from jobs.schedule.entry import Entry
from jobs.schedule.plan import Existing, Plan, concerned, ids_to_take, plan
from jobs.schedule.recurrence import occurrences

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
HORIZON = timedelta(days=14)
ON_AIR = sorted(HOLDING)


def entry(
    key: str = "webinar", start: datetime = NOW + HOUR, end: timedelta | time = HOUR, **fields: Any
) -> Entry:
    text = fields.pop("repeat", None)
    fields.setdefault("title", "Webinar")
    return Entry(key=key, start=start, end=end, repeat=rule.parse(text) if text else None, **fields)


def daily(key: str = "webinar", start: datetime = NOW + HOUR, count: int = 5, **fields: Any) -> Entry:
    return entry(key, start, repeat=f"FREQ=DAILY;COUNT={count}", **fields)


def planned(
    entries: list[Entry], existing: list[Existing] | None = None, *, now: datetime = NOW, asked: bool = False
) -> Plan:
    """Plan with all the rows; the few that the plan is said to depend on lead to the same."""
    whole = plan(entries, existing or [], now=now, horizon=HORIZON, asked=asked)
    told = those_concerned(entries, existing or [], now)
    assert plan(entries, told, now=now, horizon=HORIZON, asked=asked) == whole
    return whole


def those_concerned(entries: list[Entry], existing: list[Existing], now: datetime = NOW) -> list[Existing]:
    """Return the rows that are read of all that there are."""
    which = concerned(entries, now=now, horizon=HORIZON)
    late = [each for each in existing if each.broadcast.window.ends_at > which.ending_after]
    told = [each for each in existing if each in late or each.broadcast.id in which.ids]
    taken = ids_to_take(entries, told)
    return [each for each in existing if each in told or each.broadcast.id in taken]


def rows(
    *entries: Entry, state: State | None = None, until: datetime = NOW + HORIZON, **fields: Any
) -> list[Existing]:
    found = [each for item in entries for each in occurrences(item, NOW - 30 * DAY, until)]
    return [Existing(broadcast=each.broadcast, version=1, state=state, **fields) for each in found]


def said(plan: Plan) -> str:
    return " | ".join(f"{each.id} {each.text}" for each in (*plan.remarks, *plan.refusals))
