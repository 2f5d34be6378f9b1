"""What the provider says by itself. It only ever wakes: whatever it says, the next look decides (law 1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from worker.clock import Clock

QUIET_AFTER = timedelta(minutes=10)
"""An account of which nothing was heard for so long counts as silent."""


class Reception(StrEnum):
    """What became of something that was posted."""

    TAKEN = "taken"
    DUPLICATE = "duplicate"
    """It came before."""
    REFUSED = "refused"
    """Not signed by the provider, or no event."""
    UNCHECKED = "unchecked"
    """The key could not be had, so that nothing was proven; the provider is asked to try again."""
    FOREIGN = "foreign"
    """Of a meeting that no run here is in, or of no interest."""


@dataclass(frozen=True, slots=True)
class Hint:
    """That something happened to a meeting; when, and what is so now, it does not say."""

    account: str
    event: str
    meeting_id: str | None
    stream_id: str | None


class Listener(Protocol):
    """Whoever wants to know."""

    def heard(self, hint: Hint) -> Reception:
        """Take a hint, and say whether it was of ours. It never waits."""
        ...


def no_run(_id: str) -> None:
    """Know of no run."""


class Hints:
    """Wakes the run that a hint is about, and knows which accounts are heard of at all."""

    def __init__(
        self,
        run_of: Callable[[str], str | None],
        wake: Callable[[str], None],
        clock: Clock,
        run_of_stream: Callable[[str], str | None] = no_run,
        quiet_after: timedelta = QUIET_AFTER,
    ) -> None:
        """`run_of` and `run_of_stream` find the run by a meeting's id and by a livestream's."""
        self._run_of = run_of
        self._run_of_stream = run_of_stream
        self._wake = wake
        self._clock = clock
        self._quiet_after = quiet_after.total_seconds()
        self._heard_at: dict[str, float] = {}

    def heard(self, hint: Hint) -> Reception:
        """Wake the run that it is about. Of others' meetings nothing follows, not even that we are heard.

        The provider signs for all its customers with one key, and each of them may have it post here.
        """
        run_id = self._run(hint)
        if run_id is None:
            return Reception.FOREIGN
        self._heard_at[hint.account] = self._clock.monotonic()
        self._wake(run_id)
        return Reception.TAKEN

    def alive(self, account: str) -> bool:
        """Whether something was heard of this account lately, so that looks may be rarer."""
        heard_at = self._heard_at.get(account)
        return heard_at is not None and self._clock.monotonic() - heard_at <= self._quiet_after

    def _run(self, hint: Hint) -> str | None:
        """Return the run that it is about. Dyte tells of a livestream without its meeting."""
        by_meeting = self._run_of(hint.meeting_id) if hint.meeting_id else None
        return by_meeting or (self._run_of_stream(hint.stream_id) if hint.stream_id else None)
