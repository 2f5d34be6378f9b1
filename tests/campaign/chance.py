"""Faults by chance that repeats itself: each draw follows from the seed and from what it is drawn for.

So a fault that is taken out of a run leaves all others where they were, and a failing run can be shrunk.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from worker.rehearsal.chance import chosen, fraction

T = TypeVar("T")


@dataclass
class Faults:
    """Draws each fault, remembers which fell, and keeps back those that a shrinking takes out."""

    seed: int
    rates: dict[str, float]
    """The probability of each kind, at each occasion for it."""
    kept_back: frozenset[str] = frozenset()
    forced: frozenset[str] = frozenset()
    """Names of faults that fall whatever their probability."""
    befallen: list[str] = field(default_factory=list)
    """The names of the faults that fell, in order."""
    counts: Counter[str] = field(default_factory=Counter)
    _occasions: Counter[str] = field(default_factory=Counter)
    occasions: list[str] = field(default_factory=list)
    """Every place where this worker could have died, in order."""

    def befall(self, kind: str, where: str) -> bool:
        """Whether this kind of fault happens here, on the n-th occasion of its place."""
        place = f"{kind} {where}"
        self._occasions[place] += 1
        name = f"{place} #{self._occasions[place]}"
        if kind == "crash":
            self.occasions.append(name)
        falls = name in self.forced or fraction(self.seed, name) < self.rates.get(kind, 0.0)
        if not falls or name in self.kept_back:
            return False
        self.befallen.append(name)
        self.counts[kind] += 1
        return True

    def size(self, kind: str, least: float, most: float) -> float:
        """Return a size for the fault that just fell, between the two."""
        return least + fraction(self.seed, kind, self.befallen[-1]) * (most - least)

    def one_of(self, kind: str, options: Sequence[T]) -> T:
        """Return one of the options for the fault that just fell."""
        return chosen(options, self.seed, kind, self.befallen[-1])
