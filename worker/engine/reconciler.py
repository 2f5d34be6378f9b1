"""The pass: look, decide, perform, record. One step of one run, repeated as often as anything wakes it.

Nothing here knows what to do; `jobs.run.decide` does. Nothing here remembers what was decided; the next pass
decides again from what is wanted, recorded and read (law 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from jobs.conditions import edit_refused, rejected, suspended
from jobs.marker import marker
from jobs.model import Broadcast, Room, Run
from jobs.policy import Policy
from jobs.run.alarms import conditions
from jobs.run.decide import decided
from jobs.run.decision import Decision, Move, Perform, Rest, WaitUntil
from jobs.run.intake import Intake, differences, intake, standing
from jobs.run.lifecycle import OVER
from jobs.run.observations import NOTHING_SEEN
from jobs.run.polling import cadence, due, needs_no_look, next_look_at, patience
from jobs.run.situation import Situation
from jobs.run.transition import moved, placed
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.engine.draft import Draft
from worker.engine.drafts import Drafts
from worker.engine.failsafe import Failsafe
from worker.engine.locks import TRIED_AGAIN_AFTER, Locks
from worker.engine.recorder import Recorder, StaleError
from worker.engine.setbacks import Setbacks
from worker.engine.steps import Steps
from worker.engine.telemetry import Telemetry
from worker.gateway.account import Gateway
from worker.gateway.permit import NoTurnError
from worker.gateway.queue import PATIENCE
from worker.kit.clock import Clock
from worker.kit.limit import ProcessPausedError, limited
from worker.leases.contract import Leases
from worker.store.errors import LockedError, StoreUnavailableError
from worker.store.records import Record

MOVES_IN_A_PASS = 8
"""More moves than this without a call or a wait in between mean that deciding goes round in a circle."""
LEAST_WAIT = timedelta(seconds=0.05)
"""A wait that is over when it begins would have the pass made again and again in one instant."""
HANGS_AFTER = 60.0
"""Seconds: a pass that takes longer is ended. Its calls have deadlines of their own, far below."""
UNAVAILABLE_PAUSE = timedelta(seconds=1)
"""A run whose record cannot be read or written is tried again after this."""

log = structlog.get_logger(__name__)


class CircleError(Exception):
    """A run moved from state to state without end."""


class TenantError(Exception):
    """A run's meeting cannot be reached with the settings as they are."""


@dataclass(slots=True, kw_only=True)
class Reconciler:
    """Makes passes. Several may run side by side, one for each room."""

    recorder: Recorder
    gateways: Mapping[str, Gateway]
    leases: Leases
    failsafe: Failsafe
    alerts: Alerts
    clock: Clock
    policy: Policy
    installation: str
    """The tag in the markers of all that is ours."""
    locks: Locks
    """Told what another session's lock keeps from being written."""
    telemetry: Telemetry
    _setbacks: Setbacks = field(init=False)
    _drafts: Drafts = field(init=False)
    _steps: Steps = field(init=False)

    def __post_init__(self) -> None:
        self._setbacks = Setbacks(self.clock)
        self._drafts = Drafts(
            recorder=self.recorder,
            gateways=self.gateways,
            failsafe=self.failsafe,
            telemetry=self.telemetry,
        )
        self._steps = Steps(
            drafts=self._drafts,
            recorder=self.recorder,
            gateways=self.gateways,
            failsafe=self.failsafe,
            clock=self.clock,
            policy=self.policy,
            telemetry=self.telemetry,
        )

    async def reconcile(self, run_id: str) -> datetime | None:
        """Make one pass and return when the next is due; None if nothing more is to be done.

        What goes wrong with this run stays with it (law 9): it is told, and the failsafe still stops it.
        """
        try:
            async with limited(HANGS_AFTER):
                next_at = await self._pass(run_id)
        except StaleError:
            return self.clock.now()
        except NoTurnError:
            self.failsafe.attend(run_id)
            return self.clock.now()
        except LockedError as error:
            log.info("record_locked", run=run_id, reason=str(error))
            self.locks.locked(run_id)
            return self.clock.now() + timedelta(seconds=TRIED_AGAIN_AFTER)
        except StoreUnavailableError as error:
            log.debug("record_out_of_reach", run=run_id, reason=str(error))
            return self.clock.now() + UNAVAILABLE_PAUSE
        except ProcessPausedError:
            self.recorder.doubt(run_id)  # It may have been ended while it was written.
            return self.clock.now()
        except TimeoutError:
            return self._set_aside(run_id, f"a pass hung for {HANGS_AFTER:g} s")
        except Exception as error:  # noqa: BLE001  What goes wrong with one run stays with it.
            return self._set_aside(run_id, f"{type(error).__name__}: {error}", error)
        self.locks.free(run_id)
        self._setbacks.is_well(run_id)
        return next_at

    def _set_aside(self, run_id: str, reason: str, error: Exception | None = None) -> datetime:
        """Say so, leave its end to the failsafe, and try again later: what failed may be mended."""
        if self._setbacks.is_to_be_said(run_id, reason):
            log.critical("set_aside", run=run_id, reason=reason, exc_info=error)
        else:  # The same of all: the log counts them in one line a minute.
            log.critical("others_set_aside", cause=type(error).__name__ if error else "a pass hung")
        self.failsafe.set_aside(run_id)
        self.recorder.doubt(run_id)
        self.alerts.tell(Subject(SubjectKind.BROADCAST, run_id), [suspended(reason)])
        return self.clock.now() + self.policy.poll_live

    async def _pass(self, run_id: str) -> datetime | None:
        if not self.leases.terms():
            return None
        record = await self.recorder.load(run_id)
        if record is None:
            self._gone(run_id)
            return None
        if not self.leases.held(record.run.room.account):
            self._let_go(run_id)
            return None
        self._refuse_another_tenant(record.run.room)
        draft = self.recorder.begin(record)
        self._drafts.catch_up(draft, record.accepted)
        taken = intake(record.wanted, record.accepted, draft.run, self.gateways, self.clock.now())
        self._take_in(draft, record, taken)
        self.telemetry.looked_at(draft.run)
        broadcast = taken.broadcast or record.accepted
        if broadcast is None:
            await self._drafts.write(draft)
            self.alerts.tell(Subject(SubjectKind.BROADCAST, run_id), [rejected(taken.refusal)])
            return None
        self.failsafe.note(draft.run, broadcast)
        next_at = await self._advance(draft, broadcast, taken.refusal)
        self.failsafe.attend(run_id)
        return next_at

    async def _advance(self, draft: Draft, broadcast: Broadcast, refusal: str) -> datetime | None:
        for _ in range(MOVES_IN_A_PASS):
            s, decision = await self._decided(draft, broadcast)
            if isinstance(decision, Move):
                await self._move(draft, s, decision)
                continue
            self._tell(s, refusal)  # Not of what a move leaves behind: unwritten, it would be told in turns.
            match decision:
                case Perform(step, why):
                    return await self._steps.take(draft, s, step, why)
                case WaitUntil(at):
                    await self._drafts.write(draft)
                    self._steps.expect(s)
                    return max(min(at, next_look_at(s) or at), self.clock.now() + LEAST_WAIT)
                case Rest():
                    await self._drafts.write(draft)
                    self._rest(draft.run)
                    return None
        raise CircleError(f"{draft.run.id} is {draft.run.state} after {MOVES_IN_A_PASS} moves")

    def _take_in(self, draft: Draft, record: Record, taken: Intake) -> None:
        """Note that the row was looked at, and what of it is in force from now on."""
        run, move = draft.run, standing(draft.run, taken)
        after = placed(run, move, self.clock.now()) if move else run
        changed = taken.broadcast if taken.broadcast != record.accepted else None
        if changed and changed.account != run.room.account:
            after = replace(after, room=self._at_account(changed.account, run.room))
        if after is run and changed is None and not self.recorder.is_unheeded(run.id):
            return
        why = taken.refusal or (differences(record.accepted, changed) if changed else "")
        self.recorder.taken_in(draft, after, changed, why, version=record.wanted_version)

    async def _decided(self, draft: Draft, broadcast: Broadcast) -> tuple[Situation, Decision]:
        """Read what is due, unless what is to be done follows from the clock alone, and decide."""
        s = self._situation(broadcast, draft.run)
        reads, decision = due(s), decided(s)
        if not reads or needs_no_look(s, decision):
            return s, decision
        await self._drafts.write(draft)
        reader = self.gateways[draft.run.room.account].reader
        await reader.look(draft.run, reads, cadence(s), patience(s, PATIENCE))
        s = self._situation(broadcast, draft.run)
        return s, decided(s)

    def _situation(self, broadcast: Broadcast, run: Run) -> Situation:
        gateway = self.gateways.get(run.room.account)
        seen = gateway.reader.seen(run.id) if gateway else NOTHING_SEEN
        return Situation(broadcast, run, seen, self.clock.now(), self.policy)

    def _tell(self, s: Situation, refusal: str) -> None:
        refused = [edit_refused(refusal)] if refusal and s.run.state not in OVER else []
        self.alerts.tell(Subject(SubjectKind.BROADCAST, s.run.id), [*conditions(s), *refused])

    async def _move(self, draft: Draft, s: Situation, move: Move) -> None:
        after = moved(s, move)
        if after.state in OVER:
            await self._tell_first(replace(s, run=after))
        self.recorder.moved(draft, s, after)
        if s.run.state in OVER:
            await self._drafts.write(draft)

    async def _tell_first(self, s: Situation) -> None:
        """What is over may never be looked at again: the alerts that come of it are written before."""
        self._tell(s, "")
        await self.alerts.write()

    def _at_account(self, account: str, room: Room) -> Room:
        """Return a room that nothing was made for yet, at another account."""
        return replace(room, account=account, tenant="", marker=marker(self.installation, account, room.key))

    def _refuse_another_tenant(self, room: Room) -> None:
        """A meeting of one tenant is nowhere at another, where every read would say that it is off.

        Raises:
            TenantError: the account's settings name another tenant than when the meeting was asked for.
        """
        gateway = self.gateways.get(room.account)
        now = gateway.tenant if gateway else "not set up"
        if room.tenant and room.tenant != now:
            raise TenantError(
                f"its meeting belongs to {room.tenant}, but account {room.account!r} is now {now}"
            )

    def _rest(self, run: Run) -> None:
        """Keep nothing in memory of what is over."""
        self._let_go(run.id)
        if gateway := self.gateways.get(run.room.account):
            gateway.reader.forget(run.id)

    def _gone(self, run_id: str) -> None:
        """It has another id now, or none: what still holds is told under that one."""
        self._let_go(run_id)
        self.alerts.tell(Subject(SubjectKind.BROADCAST, run_id), [])
        for gateway in self.gateways.values():
            gateway.reader.forget(run_id)

    def _let_go(self, run_id: str) -> None:
        """Keep nothing of a run that is over, gone, or another worker's."""
        self.recorder.forget(run_id)
        self.telemetry.let_go(run_id)
        for gateway in self.gateways.values():
            gateway.queue.expect(run_id, ())
