"""One case, by the product and by the own reading: the same verdict, and the same instants of thirty years.

Where these are many, the product's rule is asked for all thirty years, and its broadcasts for four spans of
them: the first weeks, some weeks anywhere, and days around two changes of clocks. An HOURLY rule is asked for
those spans alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

from tests.recurrence import product
from tests.recurrence.drawn import Case
from tests.support.rfc5545 import text
from tests.support.rfc5545.clocks import clocks_of
from tests.support.rfc5545.forbidden import sentence_against
from tests.support.rfc5545.membership import DAY
from tests.support.rfc5545.recurrence_set import recurrence_set, wall_of

THIRTY_YEARS = DAY * 10957
MANY = 1500
"""Broadcasts of thirty years, from which on they are asked for in spans."""
MOST_A_DAY = 48
"""What the product airs at most, by design."""

Span = tuple[int, int]
"""From one instant to before another."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first in which the two differ."""

    case: Case
    at: int | None
    """The instant that one of both has; None if already the verdicts differ."""
    product: str
    rfc: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comparing a case came to."""

    instants: int = 0
    """How many were compared, and were alike."""
    refused: bool = False
    """By both."""
    difference: Difference | None = None


def compare(case: Case) -> Outcome:
    refusal, sentence = product.refusal(case.rule), _sentence(case.rule)
    if sentence is None and refusal is None:
        return _compare_instants(case)
    if refusal and (sentence or beyond_design(text.read(case.rule))):
        return Outcome(refused=True)
    verdict = f"refused: {refusal}" if refusal else "taken"
    return Outcome(difference=Difference(case, None, verdict, sentence or "allowed"))


def beyond_design(rule: text.Rule) -> bool:
    """Whether the product refuses a rule that the RFC allows, for what a worker can air."""
    hours = len(set(rule.by.get("BYHOUR", range(24 if rule.freq == "HOURLY" else 1))))
    a_day = hours * len(set(rule.by.get("BYMINUTE", (0,)))) * len(set(rule.by.get("BYSECOND", (0,))))
    return rule.freq in ("SECONDLY", "MINUTELY") or a_day > MOST_A_DAY


def _sentence(rule: str) -> str | None:
    try:
        return sentence_against(text.read(rule))
    except text.ForbiddenError as error:
        return str(error)


def _compare_instants(case: Case) -> Outcome:
    rule, total = text.read(case.rule), 0
    for span, asked in _looks(case, rule):
        expected = recurrence_set(rule, case.start, case.zone, *span)
        found = asked(case, *span)
        if found != expected:
            return Outcome(total, difference=_difference(case, found, expected))
        total += len(expected)
    return Outcome(total)


def _looks(case: Case, rule: text.Rule) -> Iterator[tuple[Span, Callable[[Case, int, int], list[int]]]]:
    begun = clocks_of(case.zone).instant(wall_of(case.start))
    whole = (begun - DAY, begun + THIRTY_YEARS)
    if rule.freq != "HOURLY":
        if len(recurrence_set(rule, case.start, case.zone, *whole)) <= MANY:
            yield whole, product.broadcasts
            return
        yield whole, product.starts
    for span in _spans(case, begun):
        yield span, product.broadcasts


def _spans(case: Case, begun: int) -> Iterator[Span]:
    chance = Random(f"spans {case.seed}")  # noqa: S311 - a case must repeat itself
    anywhere = begun + chance.randrange(THIRTY_YEARS - 40 * DAY)
    yield begun - DAY, begun + 30 * DAY
    yield anywhere, anywhere + 20 * DAY
    changes = [at for at in clocks_of(case.zone).changes if 0 < at - begun < THIRTY_YEARS - 3 * DAY]
    first = chance.randrange(max(1, len(changes) - 1))
    for near in changes[
        first : first + 2
    ]:  # In most zones one that skips local times, and one that repeats some.
        yield near - 2 * DAY, near + 2 * DAY


def _difference(case: Case, found: Sequence[int], expected: Sequence[int]) -> Difference:
    apart = sorted(set(found) ^ set(expected)) or sorted(at for at in set(found) if found.count(at) > 1)
    at = apart[0]
    return Difference(case, at, _around(case, found, at), _around(case, expected, at))


def _around(case: Case, instants: Sequence[int], at: int) -> str:
    """Tell of the occurrences from just before an instant on."""
    before = [each for each in instants if each < at][-1:]
    after = [each for each in instants if each >= at][:3]
    zone = ZoneInfo(case.zone)
    near = (datetime.fromtimestamp(each, UTC).astimezone(zone) for each in (*before, *after))
    return ", ".join(f"{each:%a %Y-%m-%d %H:%M%z}" for each in near) or "none"
