"""Differences that stand: where the product reads the RFC otherwise on purpose, each with its sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from tests.recurrence import product
from tests.recurrence.compared import Difference
from tests.support.rfc5545 import text
from tests.support.rfc5545.clocks import clocks_of
from tests.support.rfc5545.membership import DAY, local_times
from tests.support.rfc5545.recurrence_set import wall_of


@dataclass(frozen=True, slots=True)
class Argued:
    """A kind of difference that is accepted."""

    name: str
    sentence: str
    covers: Callable[[Difference], bool]


def _counts_local_times(difference: Difference) -> bool:
    """Whether the product has just what so many local times mean, each instant once."""
    case, rule = difference.case, text.read(difference.case.rule)
    if difference.at is None or rule.count is None:
        return False
    clocks, first = clocks_of(case.zone), wall_of(case.start)
    last = difference.at + 2 * DAY
    walls = islice(local_times(rule, first, first, last + 2 * DAY), rule.count)
    expected = {at for at in map(clocks.instant, walls) if at < last}
    return product.broadcasts(case, clocks.instant(first) - DAY, last) == sorted(expected)


ARGUED: Sequence[Argued] = (
    Argued(
        "COUNT counts two local times of one instant as two",
        "The parts are applied in order, 'then COUNT and UNTIL are evaluated', all in local time; the zone "
        "interprets 'the computed local start time' alone, and duplicates are ignored in the set.",
        _counts_local_times,
    ),
)


def argument_for(difference: Difference) -> Argued | None:
    return next((each for each in ARGUED if each.covers(difference)), None)
