"""The proof that what was stopped from memory is off: two reads, by a run that no pass looks at."""

from dataclasses import replace
from datetime import datetime

from jobs.model import Run
from jobs.policy import Policy
from jobs.run.lifecycle import State
from jobs.run.observations import Fact, Stream
from jobs.run.polling import Read
from worker.engine.on_air import OnAir
from worker.gateway.reads import Reader
from worker.kit.clock import Clock


async def prove_off(known: OnAir, reader: Reader, clock: Clock, policy: Policy) -> None:
    """Read until two reads far enough apart say off, or one says on when the stop should show."""
    since, until = clock.now(), clock.monotonic() + policy.escalate_after.total_seconds()
    while clock.monotonic() < until and not known.is_off(policy):
        await clock.sleep(policy.poll_stopping.total_seconds())
        since = min(since, clock.now())  # The clock may have been set back.
        stream = await _read(known.run, since, reader, policy)
        known.reads = stream.reads_since(since) if stream and stream.value.is_off else ()
        if stream and stream.value.is_on and stream.began_at >= since + policy.stop_shows_within:
            return


async def _read(run: Run, since: datetime, reader: Reader, policy: Policy) -> Fact[Stream] | None:
    """Return what the last read since then says, as of a run that is being taken off the air."""
    stopping = replace(run, state=State.STOPPING, closed_at=since)
    seen = await reader.look(stopping, frozenset({Read.STREAM}), policy.poll_stopping)
    fact = seen.stream.fact if seen.stream else None
    return fact if fact and fact.began_at >= since else None
