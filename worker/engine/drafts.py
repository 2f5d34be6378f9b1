"""What a pass takes over from memory into its draft, and what follows from a draft that was written."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from jobs.model import Broadcast, Run
from jobs.run.lifecycle import OVER
from jobs.run.situation import Situation
from worker.engine.draft import Draft
from worker.engine.failsafe import Failsafe
from worker.engine.recorder import Recorder
from worker.engine.telemetry import Telemetry
from worker.gateway.account import Gateway

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """Writes drafts, and keeps the failsafe told of what is recorded."""

    recorder: Recorder
    gateways: Mapping[str, Gateway]
    failsafe: Failsafe
    telemetry: Telemetry

    def catch_up(self, draft: Draft, accepted: Broadcast | None) -> None:
        """Note what was done from memory, and what an operator asked for."""
        if accepted is not None:
            self.failsafe.note(draft.run, accepted)
        for attempt in self.failsafe.unrecorded(draft.run.id):
            self.recorder.made(draft, attempt)
        self.recorder.stop_asked(draft)

    async def write(self, draft: Draft) -> None:
        """Write what is noted, and tell of the moves that are written with it."""
        moves, made = draft.moves, self.failsafe.unrecorded(draft.run.id)
        noted = [each for each in made if each in draft.attempts]
        run = await self.recorder.write(draft)
        for attempt in noted:
            self.failsafe.recorded(run.id, attempt)
        for s, after in moves:
            self._tell_of_move(s, after, run)

    def _tell_of_move(self, s: Situation, after: Run, run: Run) -> None:
        self.telemetry.moved(s, after)
        self.telemetry.looked_at(after)
        log.info("moved", run=run.id, before=s.run.state, after=after.state, why=after.why)
        self.failsafe.note(run, s.broadcast)
        if s.run.state in OVER:
            self.gateways[run.room.account].reader.forget(run.id)
