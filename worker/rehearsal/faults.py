"""What goes wrong in a rehearsal beside the hosts: drawn from the seed, around the moments that matter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jobs.model import Broadcast
from jobs.schedule import durations
from worker.rehearsal.cast import Level
from worker.rehearsal.chance import chosen, fraction

APART = timedelta(minutes=10)
"""A clock is set wrong no nearer to a start or an end: it would rightly move both."""
WRONG_FOR = timedelta(seconds=90)


class Mishap(StrEnum):
    """What can go wrong."""

    DROP = "drop"
    ERRORED = "errored"
    SLOW = "slow"
    ERRORS = "errors"
    DOWN = "down"
    TOO_MANY = "too_many"
    KILL = "kill"
    CLOCK = "clock"


_WORDS = {
    Mishap.DROP: "the stream drops",
    Mishap.ERRORED: "each stream that starts fails",
    Mishap.SLOW: "the provider takes 3 s for each answer",
    Mishap.ERRORS: "one call in five fails, or is not answered",
    Mishap.DOWN: "the provider cannot be reached",
    Mishap.TOO_MANY: "the provider refuses every call: too many (429)",
    Mishap.KILL: "the worker dies, and is started again later",
    Mishap.CLOCK: "the clock of the worker's host is wrong",
}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something that goes wrong at an instant, for so long."""

    at: datetime
    kind: Mishap
    lasts: timedelta = timedelta(0)
    broadcast_id: str = ""
    """The broadcast around which it was drawn."""
    ahead: float = 0.0
    """Seconds by which a clock is wrong."""

    @property
    def until(self) -> datetime:
        """When it is over."""
        return self.at + self.lasts

    @property
    def text(self) -> str:
        """What happens, in words."""
        by = f" by {self.ahead:+.0f} s" if self.kind is Mishap.CLOCK else ""
        lasts = f" for {durations.format(self.lasts)}" if self.lasts else ""
        return f"{_WORDS[self.kind]}{by}{lasts}"


def faults(broadcasts: Sequence[Broadcast], level: Level, seed: int) -> tuple[Fault, ...]:
    """Return what goes wrong, in the order of time."""
    if level is Level.NONE:
        return ()
    own = [fault for each in broadcasts for fault in _of_one(each, level, seed)]
    days = sorted({each.window.starts_at.date() for each in broadcasts})
    shared = [fault for day in days for fault in _of_day(_on(day, broadcasts), level, seed)]
    steps = _steps(broadcasts, seed) if level is Level.HARSH else ()
    return tuple(sorted([*own, *shared, *steps]))


def _on(day: object, broadcasts: Sequence[Broadcast]) -> list[Broadcast]:
    return [each for each in broadcasts if each.window.starts_at.date() == day]


def _of_one(broadcast: Broadcast, level: Level, seed: int) -> Iterator[Fault]:
    """Yield what happens to the stream of one broadcast."""
    window, id_ = broadcast.window, broadcast.id
    is_harsh = level is Level.HARSH
    drops = 1 + int(2 * fraction(seed, id_, "drops")) if is_harsh else 1
    if fraction(seed, id_, "drop") < (0.4 if is_harsh else 0.2):
        for number in range(drops):
            part = 0.2 + 0.6 * (number + fraction(seed, id_, "drop at", number)) / drops
            yield Fault(_whole(window.starts_at + window.length * part), Mishap.DROP, broadcast_id=id_)
    if is_harsh and fraction(seed, id_, "errored") < 0.2:
        lasts = timedelta(seconds=20 + int(70 * fraction(seed, id_, "errored for")))
        yield Fault(window.starts_at, Mishap.ERRORED, lasts, id_)


_TYPICAL = ((Mishap.SLOW, 0.5, 60, 60), (Mishap.ERRORS, 0.5, 60, 60))
_HARSH = (
    (Mishap.SLOW, 0.5, 60, 180),
    (Mishap.ERRORS, 0.5, 60, 300),
    (Mishap.DOWN, 0.7, 60, 360),
    (Mishap.TOO_MANY, 0.5, 60, 300),
    (Mishap.KILL, 0.7, 2, 60),
)
"""What befalls a day that has broadcasts: what, how probably, and for how many seconds from least to most."""


def _of_day(broadcasts: Sequence[Broadcast], level: Level, seed: int) -> Iterator[Fault]:
    """Yield what happens on a day, each around the start, the middle or the end of one of its broadcasts."""
    for kind, probability, least, most in _HARSH if level is Level.HARSH else _TYPICAL:
        key = (seed, broadcasts[0].id, kind)
        if fraction(*key) >= probability:
            continue
        broadcast = chosen(broadcasts, *key, "whose")
        window = broadcast.window
        around = chosen((window.starts_at, window.starts_at + window.length / 2, window.ends_at), *key, "at")
        at = _whole(around + timedelta(seconds=20 * fraction(*key, "how far") - 15))
        lasts = timedelta(seconds=least + int((most - least) * fraction(*key, "how long")))
        yield Fault(at, kind, lasts, broadcast.id)


def _steps(broadcasts: Sequence[Broadcast], seed: int) -> Iterator[Fault]:
    """Yield a clock that is wrong for a while in the middle of a long broadcast, far from others' moments."""
    moments = [at for each in broadcasts for at in (each.window.starts_at, each.window.ends_at)]
    for broadcast in broadcasts:
        at = _whole(broadcast.window.starts_at + broadcast.window.length / 2)
        is_far = all(abs(at - moment) > APART + WRONG_FOR for moment in moments)
        if is_far and fraction(seed, broadcast.id, "clock") < 0.3:
            ahead = chosen((-60.0, -20.0, 20.0, 60.0), seed, broadcast.id, "ahead")
            yield Fault(at, Mishap.CLOCK, WRONG_FOR, broadcast.id, ahead)


def _whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
