"""What a contender did and what it used, in figures that can be compared."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.performance.arrivals import Arrivals
from tests.performance.burst import Burst
from tests.performance.figures import Lateness, busiest, cpu_until, lateness
from tests.performance.proc import Sample
from tests.performance.statements import Statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One contender, once. CPU is that of its whole process, from its first instruction to its last."""

    contender: str
    count: int
    cpu_ms: float
    """A broadcast."""
    phases_ms: Mapping[str, float]
    """The same, by the time at which it was used."""
    statements: float
    """A broadcast; one with many rows counts once. NaN: it was killed, and told nothing."""
    rows: float
    """A broadcast; of a statement with many rows, each of them."""
    calls: float
    """A broadcast."""
    calls_by_kind: Mapping[str, int]
    peak_mb: float
    opening: Lateness
    stop: Lateness
    never_opened: int
    never_live: int
    never_stopped: int
    """Of those that were opened."""
    doubled: int
    unready: int
    """Broadcasts whose meeting did not yet exist at the start."""
    seconds: float
    provider_busiest: float
    """The greatest part of one core that the provider itself used over any second."""
    exit_code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything that was seen of a contender's process."""

    contender: str
    burst: Burst
    samples: Sequence[Sample]
    provider: Sequence[Sample]
    arrivals: Arrivals
    statements: Statements | None
    """None: it was killed before it could tell."""
    proven_at: float
    """When everything was known to be off."""
    exit_code: int | None

    def result(self) -> Result:
        """Return the figures."""
        burst, arrivals, count = self.burst, self.arrivals, self.burst.count
        return Result(
            contender=self.contender,
            count=count,
            cpu_ms=self.samples[-1].cpu_s * 1000 / count,
            phases_ms=self._phases(),
            statements=self.statements.executions / count if self.statements else math.nan,
            rows=self.statements.rows / count if self.statements else math.nan,
            calls=sum(arrivals.calls.values()) / count,
            calls_by_kind=dict(sorted(arrivals.calls.items())),
            peak_mb=self.samples[-1].peak_mb,
            opening=lateness(arrivals.opened, burst.starts_at),
            stop=lateness(arrivals.stopped, burst.ends_at),
            never_opened=count - len(arrivals.opened),
            never_live=count - len(arrivals.live),
            never_stopped=len(arrivals.opened) - len(arrivals.stopped),
            doubled=arrivals.doubled,
            unready=count - sum(at < burst.starts_at for at in arrivals.created),
            seconds=self.samples[-1].at - self.samples[0].at,
            provider_busiest=busiest(self.provider),
            exit_code=self.exit_code,
        )

    def _phases(self) -> dict[str, float]:
        """Part the CPU time by what the clock and the provider saw."""
        burst = self.burst
        opened_at = max((burst.starts_at, *self.arrivals.opened))
        cuts = {
            "begin": min((burst.starts_at, *self.arrivals.created)),
            "prepare": burst.starts_at,
            "open": opened_at,
            "on air": burst.ends_at,
            "stop and prove": self.proven_at,
            "look back": self.samples[-1].at,
        }
        used = [0.0, *(cpu_until(self.samples, at) for at in cuts.values())]
        each = (two - one for one, two in pairwise(used))
        return {name: cpu * 1000 / burst.count for name, cpu in zip(cuts, each, strict=True)}
