"""What the workers asked of the provider, and whether they were answered."""

import itertools
import re
from functools import cached_property

from tests.campaign.network import Sent
from tests.campaign.truth.after import After

ANSWERED_WITHIN = 8.0
"""Seconds after which a worker waits for an answer no longer."""
LISTS_LAG = 60.0
"""Seconds after which a new meeting is in every list."""
TAGGED = re.compile(r"search=%5B\w+-(&|$)")
"""What the sweep asks: for the tag alone, without a marker."""


class Calls(After):
    """The calls that left the workers."""

    @property
    def sent(self) -> list[Sent]:
        return self.world.network.sent

    def about(self, meeting: str, method: str, end: str = "") -> list[Sent]:
        """Return these calls about that meeting, in order."""
        return [each for each in self._sent_about.get(meeting, []) if each.is_about(meeting, method, end)]

    @cached_property
    def _sent_about(self) -> dict[str, list[Sent]]:
        found: dict[str, list[Sent]] = {}
        for each in self.sent:
            meeting = each.path.partition("/meetings/")[2].partition("/")[0]
            found.setdefault(meeting, []).append(each)
        return found

    def readable_at(self, meeting: str, end: str, since: float, every: float) -> float:
        """Return by when a worker that asks this so often has an answer.

        That is one interval later, and another for each question on the way there whose answer was spoilt.
        """
        by = since + every
        for call in self.about(meeting, "GET", end):
            if since <= call.at <= by:
                if call in self.world.network.answered:
                    break
                by = call.at + ANSWERED_WITHIN + every
        return by

    @cached_property
    def lists_read(self) -> list[float]:
        """Return when the lists of what is on the air began to be read, and were answered.

        In whatever words: who is not on a list is not on it, whatever it says of those who are.
        """
        begun = [call for call in self.sent if call.path.endswith("/livestreams") and "INVOKED" in call.query]
        network = self.world.network
        return [call.at for call in begun if call in network.answered or call in network.reworded]

    def was_swept(self, since: float) -> bool:
        """Whether a sweep that began after then got through, with lists that lag at most 60 s."""
        begun = [each.at for each in self.sent if each.method == "GET" and TAGGED.search(each.query)]
        failed = [line.at for line in self.world.log if line.event == "sweep_failed"]
        return any(
            at > since + LISTS_LAG and not any(at <= each < until for each in failed)
            for at, until in itertools.pairwise([*begun, self.end])
        )
