"""The durations that decisions use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The durations that decisions use. The defaults are the README's; all are configurable."""

    poll_starting: timedelta = timedelta(seconds=5)
    poll_starting_later: timedelta = timedelta(seconds=30)
    poll_starting_eager_for: timedelta = timedelta(minutes=2)
    poll_live: timedelta = timedelta(seconds=30)
    poll_stopping: timedelta = timedelta(seconds=2)
    poll_told: int = 2
    """So many times rarer are looks at what the provider tells of by itself."""
    search_every: timedelta = timedelta(seconds=5)
    search_for: timedelta = timedelta(seconds=30)
    """Empty searches count as proof that a create took no effect after this long."""
    preflight_before: timedelta = timedelta(minutes=1)
    """So long before its start a broadcast's meeting is asked for once more."""
    late_after: timedelta = timedelta(seconds=30)
    start_after_session: timedelta = timedelta(seconds=20)
    start_every: timedelta = timedelta(seconds=30)
    restart_pause: timedelta = timedelta(seconds=3)
    restarts: int = 3
    invoked_for: timedelta = timedelta(seconds=180)
    keep_alive_most: timedelta = timedelta(seconds=600)
    """A session may outlive its last participant by this much (API reference, section 3.1)."""
    empty_for: timedelta = timedelta(minutes=3)
    """LIVE with nobody in is told once reads so far apart have said so, and none between them otherwise."""
    live_after_session: timedelta = timedelta(seconds=60)
    back_within: timedelta = timedelta(seconds=60)
    """A dropped stream not back by then is reported."""
    recording_for: timedelta = timedelta(minutes=5)
    """So long it is asked in vain whether something is recorded still; after that nobody knows."""
    recording_told_after: timedelta = timedelta(seconds=30)
    """What is recorded still so long after off was wanted is told."""
    airings_every: timedelta = timedelta(seconds=10)
    airings_for: timedelta = timedelta(seconds=60)
    """So long the provider is asked whether what nobody saw has aired; after that it is missed."""
    proof_apart: timedelta = timedelta(seconds=2)
    escalate_after: timedelta = timedelta(seconds=15)
    stop_shows_within: timedelta = timedelta(seconds=10)
    """After an answered stop, reads may say LIVE for so long (API reference, section 5)."""
    look_back_after: timedelta = timedelta(seconds=60)
    overrun_by: timedelta = timedelta(minutes=5)
    """So far the end of what may run over is moved at a time."""
    overrun_asked: timedelta = timedelta(seconds=60)
    """So long before its end it is asked who is in what may run over."""
    overrun_every: timedelta = timedelta(seconds=15)
    """It is asked again so often, until somebody is or it is too late."""
    overrun_margin: timedelta = timedelta(seconds=5)
    """An end that is nearer is not moved any more: that has to be written down before it comes."""
    restart_grace: timedelta = timedelta(seconds=10)
    """After a start, an ERRORED read counts only this much later: reads lag."""
    blind_for: timedelta = timedelta(seconds=60)
    """No readable answer for this long while on air: alert."""
    shows_within: timedelta = timedelta(seconds=3)
    """What a call did shows in reads by then; before that nothing is said to have had no effect."""
    backoff_first: timedelta = timedelta(seconds=2)
    backoff_most: timedelta = timedelta(seconds=30)
    prepare_spread: timedelta = timedelta(minutes=10)
    """Creations are spread over this long, at most a tenth of `prepare`."""

    def are_apart(self, reads: Sequence[datetime]) -> bool:
        """Whether these are two reads or more, far enough apart that what they all say is proof."""
        return len(reads) > 1 and reads[-1] - reads[0] >= self.proof_apart
