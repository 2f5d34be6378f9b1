"""The pass: look, decide, perform, record. One step of one run, repeated as often as anything wakes it.

Nothing here knows what to do; `jobs.decide` does. Nothing here remembers what was decided; the next pass
decides again from what is wanted, recorded and read (law 1).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from jobs.alarms import conditions, edit_refused, rejected, set_aside
from jobs.decide import decided
from jobs.decision import Adopt, Call, LookedBack, Move, Perform, Rest, Step, Stop, WaitUntil
from jobs.intake import Intake, differences, intake, standing
from jobs.lifecycle import OVER
from jobs.look import cadence, due, needs_no_look, next_look_at
from jobs.marker import marker
from jobs.model import Attempt, Broadcast, Kind, Policy, Room, Run
from jobs.seen import NOTHING_SEEN
from jobs.situation import Situation
from jobs.transition import adopted, answered, attempted, moved, placed, settled
from worker.alerts import Alerts
from worker.channel import Channel
from worker.clock import Clock
from worker.failsafe import Failsafe
from worker.lease import Leases
from worker.metrics import Metrics
from worker.performer import Performer
from worker.recorder import Recorder, StaleError
from worker.store.errors import StoreUnavailableError
from worker.store.records import Record

MOVES_IN_A_PASS = 8
"""More moves than this without a call or a wait in between mean that deciding goes round in a circle."""
HANGS_AFTER = 60.0
"""Seconds: a pass that takes longer is ended. Its calls have deadlines of their own, far below."""
UNAVAILABLE_PAUSE = timedelta(seconds=1)
"""A run whose record cannot be read or written is tried again after this."""

log = structlog.get_logger(__name__)


class CircleError(Exception):
    """A run moved from state to state without end."""


class TenantError(Exception):
    """A run's meeting cannot be reached with the settings as they are."""


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Makes passes. Several may run side by side, one for each room."""

    recorder: Recorder
    channels: Mapping[str, Channel]
    leases: Leases
    failsafe: Failsafe
    alerts: Alerts
    clock: Clock
    policy: Policy
    installation: str
    """The tag in the markers of all that is ours."""
    metrics: Metrics = field(default_factory=Metrics)

    async def reconcile(self, run_id: str) -> datetime | None:
        """Make one pass and return when the next is due; None if nothing more is to be done.

        What goes wrong with this run stays with it (law 9): it is told, and the failsafe still stops it.
        """
        try:
            async with asyncio.timeout(HANGS_AFTER):
                return await self._pass(run_id)
        except StaleError:
            return self.clock.now()
        except StoreUnavailableError as error:
            log.warning("record_out_of_reach", run=run_id, reason=str(error))
            return self.clock.now() + UNAVAILABLE_PAUSE
        except TimeoutError:
            return self._set_aside(run_id, f"a pass hung for {HANGS_AFTER:g} s")
        except Exception as error:
            log.exception("pass_failed", run=run_id)
            return self._set_aside(run_id, f"{type(error).__name__}: {error}")

    def _set_aside(self, run_id: str, reason: str) -> datetime:
        """Say so, leave its end to the failsafe, and try again later: what failed may be mended."""
        log.critical("set_aside", run=run_id, reason=reason)
        self.failsafe.set_aside(run_id)
        self.alerts.tell(run_id, [set_aside(reason)], run_id=run_id)
        return self.clock.now() + self.policy.poll_live

    async def _pass(self, run_id: str) -> datetime | None:
        if not self.leases.terms():
            return None
        record = await self.recorder.load(run_id)
        if record is None or not self.leases.held(record.run.room.account):
            self.metrics.let_go(run_id)
            return None
        self._refuse_another_tenant(record.run.room)
        run = await self._catch_up(record)
        taken = intake(record.wanted, record.accepted, run, self.channels, self.clock.now())
        run = await self._take_in(replace(record, run=run), taken)
        self.metrics.looked_at(run)
        broadcast = taken.broadcast or record.accepted
        if broadcast is None:
            self.alerts.tell(run_id, [rejected(taken.refusal)], run_id=run_id)
            return None
        self.failsafe.note(run, broadcast)
        return await self._advance(broadcast, run, taken.refusal)

    async def _advance(self, broadcast: Broadcast, run: Run, refusal: str) -> datetime | None:
        for _ in range(MOVES_IN_A_PASS):
            s = await self._observe(broadcast, run)
            self._tell(s, refusal)
            match decided(s):
                case Move() as move:
                    run = await self._move(s, move)
                case Perform(step, why):
                    await self._perform(s, step, why)
                    return self.clock.now()
                case WaitUntil(at):
                    return min(at, next_look_at(s) or at)
                case Rest():
                    self._rest(run)
                    return None
        raise CircleError(f"{run.id} is {run.state} after {MOVES_IN_A_PASS} moves")

    async def _catch_up(self, record: Record) -> Run:
        """Write down what was done from memory, and what an operator asked for."""
        run = record.run
        if record.accepted is not None:
            self.failsafe.note(run, record.accepted)
        for attempt in self.failsafe.unrecorded(run.id):
            run = await self.recorder.made(run, attempt)
            self.failsafe.recorded(run.id, attempt)
        return await self.recorder.stop_asked(run)

    async def _take_in(self, record: Record, taken: Intake) -> Run:
        """Write down that the row was looked at, and what of it is in force from now on."""
        run, move = record.run, standing(record.run, taken)
        after = placed(run, move, self.clock.now()) if move else run
        changed = taken.broadcast if taken.broadcast != record.accepted else None
        if changed and changed.account != run.room.account:
            after = replace(after, room=self._at_account(changed.account, run.room))
        if after is run and changed is None and not self.recorder.is_unheeded(run.id):
            return run
        why = taken.refusal or (differences(record.accepted, changed) if changed else "")
        return await self.recorder.taken_in(record, after, changed, why)

    async def _observe(self, broadcast: Broadcast, run: Run) -> Situation:
        """Read what is due, unless what is to be done follows from the clock alone."""
        s = self._situation(broadcast, run)
        reads = due(s)
        if not reads or needs_no_look(s, decided(s)):
            return s
        await self.channels[run.room.account].watcher.look(run, reads, cadence(s))
        return self._situation(broadcast, run)

    def _situation(self, broadcast: Broadcast, run: Run) -> Situation:
        channel = self.channels.get(run.room.account)
        seen = channel.watcher.seen(run.id) if channel else NOTHING_SEEN
        return Situation(broadcast, run, seen, self.clock.now(), self.policy)

    def _tell(self, s: Situation, refusal: str) -> None:
        refused = [edit_refused(refusal)] if refusal and s.run.state not in OVER else []
        self.alerts.tell(s.run.id, [*conditions(s), *refused], run_id=s.run.id)

    async def _move(self, s: Situation, move: Move) -> Run:
        after = moved(s, move)
        if after.state in OVER:
            await self._tell_first(replace(s, run=after))
        run = await self.recorder.moved(s.run, after)
        self.metrics.moved(s, run)
        self.metrics.looked_at(run)
        log.info("moved", run=run.id, before=s.run.state, after=run.state, why=move.why)
        self.failsafe.note(run, s.broadcast)
        if s.run.state in OVER:
            self.channels[run.room.account].watcher.forget(run.id)
        return run

    async def _tell_first(self, s: Situation) -> None:
        """What is over may never be looked at again: the alerts that come of it are written before."""
        self._tell(s, "")
        await self.alerts.write()

    async def _perform(self, s: Situation, step: Step, why: str) -> None:
        match step:
            case Adopt():
                log.info("adopted", run=s.run.id, meeting=step.meeting_id)
                await self.recorder.edited(s.run, adopted(s.run, step), f"adopted {step.meeting_id}")
            case LookedBack():
                await self.recorder.edited(s.run, replace(s.run, looked_back_at=self.clock.now()), why)
            case Stop():
                await self._stop(s, step, why)
            case _:
                await self._attempt(s, step, why)

    async def _stop(self, s: Situation, stop: Stop, why: str) -> None:
        """Sent first, recorded after: it waits for no database (law 3)."""
        run = s.run
        attempt = Attempt(kind=Kind.STOP, began_at=self.clock.now())
        self.failsafe.sent(run.id, attempt.began_at)
        answer = await self._performer(run).perform(stop, run.room)
        made = answered(attempt, self.clock.now(), answer.outcome, answer.detail or why)
        self.metrics.attempted(s, made)
        self.failsafe.record_later(run.id, made)
        await self.recorder.made(run, made)
        self.failsafe.recorded(run.id, made)

    async def _attempt(self, s: Situation, call: Call, why: str) -> None:
        """Written down before it is made, and again when it is answered."""
        run = s.run
        attempt = Attempt(kind=call.kind, began_at=self.clock.now())
        tenant = self.channels[run.room.account].tenant
        after = replace(attempted(run, attempt), room=replace(run.room, tenant=tenant))
        run = await self.recorder.began(after, run)
        admit = self.recorder.admission(run)
        answer = await self._performer(run).perform(call, run.room, admit)
        log.info("called", run=run.id, call=call.kind, outcome=answer.outcome, detail=answer.detail, why=why)
        made = answered(run.attempts[-1], self.clock.now(), answer.outcome, answer.detail)
        self.metrics.attempted(s, made)
        await self.recorder.answered(run, settled(run, made, call, answer.meeting_id), made)

    def _at_account(self, account: str, room: Room) -> Room:
        """Return a room that nothing was made for yet, at another account."""
        return replace(room, account=account, tenant="", marker=marker(self.installation, account, room.key))

    def _refuse_another_tenant(self, room: Room) -> None:
        """A meeting of one tenant is nowhere at another, where every read would say that it is off.

        Raises:
            TenantError: the account's settings name another tenant than when the meeting was asked for.
        """
        channel = self.channels.get(room.account)
        now = channel.tenant if channel else "not set up"
        if room.tenant and room.tenant != now:
            raise TenantError(f"its meeting is at {room.tenant}, and account {room.account!r} is {now} now")

    def _rest(self, run: Run) -> None:
        """Keep nothing in memory of what is over."""
        self.recorder.forget(run.id)
        self.metrics.let_go(run.id)
        if channel := self.channels.get(run.room.account):
            channel.watcher.forget(run.id)

    def _performer(self, run: Run) -> Performer:
        return self.channels[run.room.account].performer
