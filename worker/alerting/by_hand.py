"""What an operator resolved by hand though it may go on: it is told anew, but not at once.

Somebody in this process says that it holds, and may say so four times a second. It is over when that is said
no more; it is told anew when it has gone on for ten minutes, or is another than what was resolved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jobs.conditions import Condition
from jobs.subject import OF_THE_PROCESS, Subject
from worker.alerting.told import Told
from worker.kit.clock import Clock

GOES_ON_FOR = 600.0
"""Seconds after which what was resolved and goes on is told anew: as a critical alert is repeated."""
PASSING = frozenset({"missed", "clock_stepped"})
"""Conditions that hold for ever, but that nobody has to hear of for ever."""
PASSES_AFTER = timedelta(days=1)
HAPPENS = frozenset({"clock_stepped"})
"""What is said once, when it happens: said again, it has happened again."""


@dataclass(frozen=True, slots=True)
class _Resolved:
    told: Told
    account: str
    """Whose it is, as a lease knows it."""
    at: float
    """When this worker learned of it; monotonic."""


@dataclass(slots=True)
class ResolvedByHand:
    """Remembers it, for as long as it goes on."""

    clock: Clock
    _kept: dict[tuple[Subject, str], _Resolved] = field(default_factory=dict)

    def keep(self, about: Subject, told: Told, account: str) -> None:
        """Remember what was resolved; what nobody here says is over with that."""
        name = told.condition.name
        if told.is_said and name not in HAPPENS:
            self._kept[about, name] = _Resolved(told, account, self.clock.monotonic())

    def knows(self, about: Subject, name: str) -> bool:
        """Whether this is resolved and goes on."""
        return (about, name) in self._kept

    def about(self) -> frozenset[Subject]:
        """Return what it is about."""
        return frozenset(about for about, _ in self._kept)

    def hear(self, about: Subject, holding: Mapping[str, Condition]) -> None:
        """Learn what holds now of a subject: what does not is over, and what is another now is news."""
        now = self.clock.monotonic()
        for key, each in [item for item in self._kept.items() if item[0][0] == about]:
            condition = holding.get(key[1])
            if condition is not None:
                each.told.hear(condition, now)
            if condition is None or each.told.is_changed(now):
                del self._kept[key]

    def that_went_on(self) -> list[tuple[Subject, Condition]]:
        """Return what is to be told anew, and remember it no more."""
        now = self.clock.monotonic()
        found = [(key, each.told.latest) for key, each in self._kept.items() if _goes_on(each, now)]
        for key, _ in found:
            del self._kept[key]
        return [(about, condition) for (about, _), condition in found]

    def leave_to_others(self, held: Callable[[str], bool]) -> None:
        """Forget what is another worker's now; not what is so of this process."""
        for (about, name), each in list(self._kept.items()):
            if about.kind not in OF_THE_PROCESS and not held(each.account):
                del self._kept[about, name]

    def let_pass(self, before: datetime) -> None:
        """Forget what lies so far back that nothing is to be done about it any more."""
        for (about, name), each in list(self._kept.items()):
            if name in PASSING and each.told.at < before:
                del self._kept[about, name]


def _goes_on(resolved: _Resolved, now: float) -> bool:
    """Whether it has gone on for long, or as another thing; what is missed is so for ever."""
    if resolved.told.condition.name in PASSING:
        return False
    return resolved.told.is_changed(now) or now - resolved.at >= GOES_ON_FOR
