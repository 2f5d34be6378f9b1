"""What cuelight promises of its own cost, each as a ratio within one run or as a bound on one machine."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.performance.figures import allowed_lateness, ratio
from tests.performance.result import Result

OPENINGS_IN_FLIGHT = 24
STOPS_IN_FLIGHT = 32
ANSWER = 0.1
"""Seconds that the provider takes."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise, and what was measured."""

    text: str
    measured: float
    bound: float
    at_least: bool = False
    """Whether more is better."""

    @property
    def is_met(self) -> bool:
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


def goals(results: Sequence[Result]) -> Iterator[Goal]:
    """Yield every promise that one run can tell of."""
    of = {(each.contender, each.count): each for each in results}
    yield from _ratios(of)
    for each in results:
        if each.contender == "cuelight":
            yield from _of_one(each)


def _ratios(of: dict[tuple[str, int], Result]) -> Iterator[Goal]:
    if both := _both(of, ("best", 1000), ("cuelight", 1000)):
        best, ours = both
        yield Goal("CPU at 1,000, best / cuelight", ratio(best.cpu_ms, ours.cpu_ms), 3, at_least=True)
    if both := _both(of, ("cuelight", 5000), ("raw", 5000)):
        ours, raw = both
        yield Goal("CPU at 5,000, cuelight / raw", ratio(ours.cpu_ms, raw.cpu_ms), 10)
    if both := _both(of, ("cuelight", 5000), ("cuelight", 1000)):
        many, some = both
        yield Goal("CPU a broadcast, 5,000 / 1,000", ratio(many.cpu_ms, some.cpu_ms), 1.1)
    if both := _both(of, ("cuelight", 5000), ("cuelight", 100)):
        many, few = both
        yield Goal("peak memory, 5,000 - 100, MB", many.peak_mb - few.peak_mb, 15)


def _both(of: dict[tuple[str, int], Result], *wanted: tuple[str, int]) -> list[Result] | None:
    found = [of[each] for each in wanted if each in of]
    return found if len(found) == len(wanted) else None


def _of_one(ours: Result) -> Iterable[Goal]:
    count = ours.count
    late = allowed_lateness(count, ANSWER, OPENINGS_IN_FLIGHT)
    late_stop = allowed_lateness(count, ANSWER, STOPS_IN_FLIGHT)
    lost = ours.never_opened + ours.never_stopped + ours.doubled
    return (
        Goal(f"last opening of {count:,}, s", ours.opening.most, late),
        Goal(f"last stop of {count:,}, s", ours.stop.most, late_stop),
        Goal(f"statements a broadcast of {count:,}", ours.statements, 40),
        Goal(f"lost or doubled of {count:,}", lost, 0),
    )
