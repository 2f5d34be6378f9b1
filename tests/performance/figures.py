"""The arithmetic: percentiles, CPU between two instants, and the spread of several runs."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.performance.proc import Sample

_ALMOST = 1e-6
"""Seconds that do not matter."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds after the instant that was scheduled."""

    p50: float = math.nan
    p99: float = math.nan
    most: float = math.nan


@dataclass(frozen=True, slots=True)
class Spread:
    """The same figure of several runs."""

    least: float
    middle: float
    most: float


def percentile(values: Sequence[float], part: float) -> float:
    """Return the smallest value that at least this part of them does not exceed; NaN of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else math.nan


def lateness(arrivals: Sequence[float], due_at: float) -> Lateness:
    """Return how late these came."""
    late = [at - due_at for at in arrivals]
    return Lateness(percentile(late, 0.5), percentile(late, 0.99), percentile(late, 1.0))


def spread(values: Sequence[float]) -> Spread:
    """Return the least, the middle and the most of one figure."""
    return Spread(min(values), median(values), max(values))


def ratio(part: float, whole: float) -> float:
    """Return how many times the one is the other; NaN when there is nothing to compare with."""
    return part / whole if whole else math.nan


def allowed_lateness(count: int, answer_s: float, in_flight: int) -> float:
    """Return the seconds that the last of so many calls may take to leave, with so many under way."""
    return 1.1 * count * answer_s / in_flight + 0.3


def cpu_until(samples: Sequence[Sample], at: float) -> float:
    """Return the CPU seconds used by an instant, taken as even between two samples."""
    after = bisect_left([each.at for each in samples], at)
    if after == 0:
        return 0.0
    if after == len(samples):
        return samples[-1].cpu_s
    one, two = samples[after - 1], samples[after]
    return one.cpu_s + (two.cpu_s - one.cpu_s) * (at - one.at) / (two.at - one.at)


def busiest(samples: Sequence[Sample], window: float = 1.0) -> float:
    """Return the greatest part of one core that was used over any window of so many seconds."""
    most, first = 0.0, 0
    for last, each in enumerate(samples):
        while first < last and each.at - samples[first + 1].at >= window - _ALMOST:
            first += 1
        lasted = each.at - samples[first].at
        if lasted >= window - _ALMOST:
            most = max(most, (each.cpu_s - samples[first].cpu_s) / lasted)
    return most
