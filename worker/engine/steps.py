"""The steps of a pass: a call, an adoption, a look back; each is done once, and written down."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from jobs.model import Attempt, Kind, Outcome
from jobs.policy import Policy
from jobs.quota.demand import demand
from jobs.run.decision import Adopt, Call, LookedBack, RunOver, Step, Stop
from jobs.run.polling import patience
from jobs.run.situation import Situation
from jobs.run.transition import adopted, answered, settled
from worker.engine.draft import Draft
from worker.engine.drafts import Drafts
from worker.engine.failsafe import Failsafe
from worker.engine.recorder import Recorder
from worker.engine.telemetry import Telemetry
from worker.gateway.account import Gateway
from worker.gateway.permit import NoTurnError, Permit
from worker.gateway.queue import PATIENCE
from worker.kit.clock import Clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Takes the step that was decided."""

    drafts: Drafts
    recorder: Recorder
    gateways: Mapping[str, Gateway]
    failsafe: Failsafe
    clock: Clock
    policy: Policy
    telemetry: Telemetry

    def expect(self, s: Situation) -> None:
        """Have room kept in the quota for what this run is known to need."""
        if gateway := self.gateways.get(s.run.room.account):
            gateway.queue.expect(s.run.id, demand(s))

    async def take(self, draft: Draft, s: Situation, step: Step, why: str) -> datetime:
        """Do one thing and return when the next pass is due: at once, unless it could not be done."""
        self.expect(s)
        match step:
            case Adopt():
                self.recorder.edited(draft, adopted(draft.run, step), f"adopted {step.meeting_id}")
                await self.drafts.write(draft)
                log.info("adopted", run=s.run.id, meeting=step.meeting_id)
            case LookedBack():
                self.recorder.edited(draft, replace(draft.run, looked_back_at=self.clock.now()), why)
                await self.drafts.write(draft)
            case RunOver(until):
                await self._run_over(draft, s, until, why)
            case Stop():
                return await self._stop(draft, s, step, why)
            case _:
                await self._attempt(draft, s, step, why)
        return self.clock.now()

    async def _run_over(self, draft: Draft, s: Situation, until: datetime, why: str) -> None:
        """Write a later end down; only what is written is known to the failsafe, which keeps the old one."""
        extended = s.broadcast.running_until(until)
        self.recorder.ran_over(draft, extended, why)
        await self.drafts.write(draft)
        self.failsafe.note(draft.run, extended)
        log.info("runs_over", run=s.run.id, until=extended.window.ends_at.isoformat(), why=why)

    async def _stop(self, draft: Draft, s: Situation, stop: Stop, why: str) -> datetime:
        """Sent first, recorded after: it waits for no database (law 3).

        Unless the failsafe has sent one since this pass began: the next decides with that in mind.
        """
        if any(each not in draft.attempts for each in self.failsafe.unrecorded(s.run.id)):
            return self.clock.now()
        made = await self.failsafe.stop(s.run, stop, why)
        self.telemetry.attempted(s, made)
        if made.outcome is Outcome.NOT_SENT:
            self.recorder.waits(draft, Kind.STOP, made.detail)
        await self.drafts.write(draft)
        unsent = made.outcome is Outcome.NOT_SENT
        return self.clock.now() + self.policy.backoff_first if unsent else self.clock.now()

    async def _attempt(self, draft: Draft, s: Situation, call: Call, why: str) -> None:
        """Written down before it is made, and again when it is answered."""
        admit = self.recorder.admission(s.run)
        permit = await self._permit(draft, s, call)
        gateway = self.gateways[s.run.room.account]
        try:
            attempt = Attempt(kind=call.kind, began_at=self.clock.now())
            self.recorder.attempted(draft, attempt, gateway.tenant)
            await self.drafts.write(draft)
        except BaseException:
            gateway.queue.give_back(permit)
            raise
        run = draft.run
        answer = await gateway.performer.perform(call, run.room, admit, permit)
        log.info("called", run=run.id, call=call.kind, outcome=answer.outcome, detail=answer.detail, why=why)
        made = answered(run.attempts[-1], self.clock.now(), answer.outcome, answer.detail)
        self.telemetry.attempted(s, made)
        self.recorder.answered(draft, settled(run, made, call, answer.meeting_id), made)
        await self.drafts.write(draft)

    async def _permit(self, draft: Draft, s: Situation, call: Call) -> Permit:
        """Return the right to make this call; what has to wait for it is written down meanwhile.

        Raises:
            NoTurnError: the quota left no room for it in time, or before the window's next end.
        """
        queue = self.gateways[s.run.room.account].queue
        if (permit := queue.permit_now(call.urgency)) is not None:
            return permit
        await self.drafts.write(draft)
        try:
            return await queue.permit(call.urgency, patience(s, PATIENCE))
        except NoTurnError as error:
            self.recorder.waits(draft, call.kind, str(error))
            await self.drafts.write(draft)
            raise
