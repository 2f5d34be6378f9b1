"""Back-off: when what failed, or took no effect, is tried again. No pause is worked out anywhere else.

The longest pause doubles with each try and is capped (law 4). The pause itself is drawn from the whole span
up to it, so that fifty runs that failed in one second do not come back in one second. It is drawn from the
run and the try, not from chance: deciding again gives the same instant.
"""

import hashlib
from datetime import datetime, timedelta

from jobs.model import Attempt, Kind, Outcome, Run
from jobs.policy import Policy

_LEAST = 0.5
"""The part of the first pause that is always waited: enough for a read to see what became of the try."""
_DOUBLINGS = 10
"""More make no difference to a capped pause, and a large one in the end none to a computer."""


def pause(tries: int, seed: str, policy: Policy) -> timedelta:
    """Return how long to wait after so many tries (1 or more) in vain."""
    longest: timedelta = min(policy.backoff_most, policy.backoff_first * 2 ** min(tries - 1, _DOUBLINGS))
    least = min(longest, policy.backoff_first * _LEAST)
    return least + (longest - least) * fraction(f"{seed} {tries}")


def after_failures(run: Run, kind: Kind, since: datetime, policy: Policy) -> datetime | None:
    """Return when a call that failed may be repeated; None if it did not, or was never tried.

    One that never left has waited already, in the queue: it is soon there again for its turn.
    """
    tries = run.of_kind(kind, since=since)
    failures = trailing_failures(tries)
    if not failures:
        return None
    last = tries[-1]
    waits_since = last.began_at if last.outcome is Outcome.NOT_SENT else last.answered_at
    return (waits_since or last.began_at) + pause(failures, f"{run.id} {kind}", policy)


def after_tries(run: Run, kind: Kind, since: datetime, policy: Policy) -> datetime | None:
    """Return when a call that took no effect may be repeated, whatever was answered; None: never tried."""
    tries = run.of_kind(kind, since=since)
    return tries[-1].began_at + patience(len(tries), f"{run.id} {kind}", policy) if tries else None


def patience(tries: int, seed: str, policy: Policy) -> timedelta:
    """Return how long to watch for the effect of what was done so often: reads show it a little later."""
    return min(policy.backoff_most, policy.shows_within + pause(tries, seed, policy))


def trailing_failures(tries: tuple[Attempt, ...]) -> int:
    """Count the attempts at the end of the row that were not done."""
    count = 0
    for each in reversed(tries):
        if each.succeeded:
            break
        count += 1
    return count


def fraction(seed: str) -> float:
    """Return a number from 0 up to 1 that is always the same for the same seed."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") / 2**32
