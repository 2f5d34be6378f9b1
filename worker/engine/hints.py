"""What the provider says by itself. It only ever wakes: whatever it says, the next look decides (law 1)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from jobs.model import Run
from worker.gateway.account import Gateway


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


@dataclass(frozen=True, slots=True)
class Hints:
    """Has the run looked at that a hint is about. Nothing is asked of the database for it."""

    gateways: Mapping[str, Gateway]
    holding: Callable[[], Iterable[Run]]
    """Returns the runs that hold their rooms: on air, or backstage before it."""
    wake: Callable[[str, datetime], object]
    """Has a pass made of a run then."""

    def heard(self, hint: Hint) -> Reception:
        """Wake the run that it is about. Of others' meetings nothing follows, not even that we are heard.

        The provider signs for all its customers with one key, and each of them may have it post here.
        """
        run_id = self._run(hint)
        if run_id is None:
            return Reception.FOREIGN
        self.wake(run_id, self.gateways[hint.account].reader.hint(run_id))
        return Reception.TAKEN

    def _run(self, hint: Hint) -> str | None:
        """Return the run that it is about. Dyte tells of a livestream without its meeting."""
        ours = {run.room.meeting_id: run.id for run in self.holding() if run.room.account == hint.account}
        by_meeting = ours.get(hint.meeting_id) if hint.meeting_id else None
        if by_meeting or not hint.stream_id:
            return by_meeting
        by_stream = self.gateways[hint.account].reader.run_of_stream(hint.stream_id)
        return by_stream if by_stream in ours.values() else None
