"""What others want of the worker: rows that changed and requests that wait, looked at four times a second."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from jobs.marker import marker
from jobs.model import Broadcast, Room, Run, Unreadable
from jobs.policy import Policy
from jobs.run.decide import decided
from jobs.run.decision import WaitUntil
from jobs.run.intake import objection
from jobs.run.lifecycle import State
from jobs.run.observations import NOTHING_SEEN
from jobs.run.situation import Situation
from worker.engine.database_reach import DatabaseReach
from worker.engine.locks import TRIED_AGAIN_AFTER, Locks
from worker.engine.passes import Passes
from worker.engine.recorder import Recorder
from worker.engine.requests import Requests
from worker.kit.clock import Clock
from worker.leases.contract import Leases
from worker.store.errors import LockedError, StoreUnavailableError
from worker.store.records import Arrival, Glance, Note, Taken, Unheeded

LOOK_EVERY = 0.25
"""Seconds between two looks: a row is taken up within 2 s, and ten thousand take 2 to 3."""
OPENED_EVERY = 60.0
"""Seconds between two looks for unfinished runs that nobody has on an agenda."""
WALKED_EVERY = 3600.0
"""The same, for those that start later than `SOON`."""
SOON = timedelta(hours=25)
PART = 2500
"""So many new rows are read in one go: while they are written, the next are made ready."""
AT_ONCE = 200
"""So many changed rows are looked at in one go; more of them, one after the other."""
APART = 0.01
"""Seconds between two passes of many that have time: thousands at once would get nothing from a database."""
NEAR = timedelta(hours=1)
"""What starts so soon, or has started, has no time."""

log = structlog.get_logger(__name__)


class Tray(Protocol):
    """What the inbox needs of the store."""

    async def stirs(self) -> bool:
        """Whether anything waits: a row that changed, or a request."""
        ...

    async def unfinished(self, until: datetime) -> list[Glance]:
        """Return the runs that are not over and looked back at and start by then."""
        ...

    async def unfinished_after(self, run_id: str, most: int) -> list[Glance]:
        """Return so many of the runs that are not over and looked back at, by their ids after that one."""
        ...

    async def unheeded(self) -> list[Unheeded]:
        """Return the rows that changed since a worker looked at them; the first to start first."""
        ...

    async def fresh_many(self, ids: Sequence[str]) -> list[tuple[Broadcast | Unreadable, int]]:
        """Return those of these rows that have no run yet, each with its version."""
        ...

    async def take_up_many(self, many: Sequence[Arrival]) -> list[Taken]:
        """Write their runs; tell of each whether it was done."""
        ...


@dataclass(slots=True, kw_only=True)
class Inbox:
    """Turns rows into runs, and has requests heeded."""

    tray: Tray
    recorder: Recorder
    passes: Passes
    requests: Requests
    tenants: Mapping[str, str]
    """The accounts that are set up, each with its tenant at the provider."""
    installation: str
    clock: Clock
    leases: Leases
    policy: Policy
    reach: DatabaseReach
    """Told whether the database answers."""
    locks: Locks
    """Told what another session's lock keeps from being taken up."""
    _put_off: dict[str, float] = field(default_factory=dict)
    """What was locked when it was to be taken up, and when it is tried again, in monotonic seconds."""
    _opened_at: float = 0.0
    _walked_at: float = float("-inf")
    _walked_to: str | None = None
    """Up to which id all unfinished runs are on the agenda; None: all are."""

    async def open(self) -> int:
        """Put every unfinished run of ours on the agenda that starts soon; return how many there are.

        Those that start later follow beside everything else, a part at a time.
        """
        glances = self._ours(await self.tray.unfinished(self.clock.now() + SOON))
        self._put_on_agenda(glances)
        self._opened_at = self.clock.monotonic()
        if self._opened_at - self._walked_at >= WALKED_EVERY:
            self._walked_to, self._walked_at = "", self._opened_at
        return len(glances)

    async def _walk_on(self, after: str) -> None:
        """Put a part of all unfinished runs on the agenda, whenever they start."""
        glances = await self.tray.unfinished_after(after, PART)
        self._put_on_agenda(self._ours(glances))
        self._walked_to = glances[-1].run_id if glances else None

    def _ours(self, glances: Sequence[Glance]) -> list[Glance]:
        return [each for each in glances if self.leases.held(each.account)]

    def _put_on_agenda(self, glances: Sequence[Glance]) -> None:
        """Have those looked at that nobody looks at: when something is due, or one after the other."""
        now, later = self.clock.now(), 0
        for each in glances:
            if self.passes.knows(each.run_id):
                continue
            if each.due_at is not None and each.due_at > now:
                self.passes.wake(each.run_id, each.marker, each.due_at)
                continue
            later += not _is_near(each, now)
            self.passes.wake(each.run_id, each.marker, now if _is_near(each, now) else in_turn(now, later))

    async def run(self) -> None:
        """Look, again and again."""
        while True:
            try:
                await self._catch_up()
                await self.look()
                self.reach.answered()
            except LockedError as error:
                log.info("look_cut_short", reason=str(error))
                self.reach.answered()
            except StoreUnavailableError as error:
                self.reach.silent(str(error))
            await self.clock.sleep(LOOK_EVERY)

    async def _catch_up(self) -> None:
        """What the database took without saying so, or from another worker, has nobody woken for it."""
        if not self.reach.is_read or self.clock.monotonic() - self._opened_at >= OPENED_EVERY:
            await self.open()
        elif self._walked_to is not None:
            await self._walk_on(self._walked_to)

    async def look(self) -> None:
        """Take up what is new, wake what changed, heed what is asked: with the lease, or not at all."""
        if not await self.tray.stirs() or not self.leases.terms():
            self.locks.are(())
            return
        found = await self.tray.unheeded()
        changed = [each for each in found if each.account is not None and self.leases.held(each.account)]
        news = [each for each in changed if not self._is_known(each)]
        for number, each in enumerate(news):
            self.recorder.hear_of(each.broadcast_id, each.version)
            at = in_turn(self.clock.now(), number - AT_ONCE)
            self.passes.wake(each.broadcast_id, each.marker, at)
        await self._take_up([each.broadcast_id for each in found if each.account is None])
        await self.requests.look()

    def _is_known(self, row: Unheeded) -> bool:
        """Whether this change was heard of, and a pass will take it in: one that fails backs off."""
        is_heard = self.recorder.unheeded(row.broadcast_id) == row.version
        return is_heard and self.passes.knows(row.broadcast_id)

    async def _take_up(self, ids: Sequence[str]) -> None:
        """Take up what has no run yet; what was locked just now is left for a while."""
        now, wanted = self.clock.monotonic(), set(ids)
        put_off = {each: at for each, at in self._put_off.items() if each in wanted and now < at}
        locked = await self._take_up_parts([each for each in ids if each not in put_off])
        again_at = self.clock.monotonic() + TRIED_AGAIN_AFTER
        self._put_off = put_off | dict.fromkeys(locked, again_at)
        self.locks.are(each for each in ids if each in self._put_off)

    async def _take_up_parts(self, ids: Sequence[str]) -> list[str]:
        """While a part is written, the next is made ready; return what another session holds locked."""
        many = len(ids) > AT_ONCE
        count, ready, locked = 0, list[Arrival](), list[str]()
        for start in range(0, len(ids) + PART, PART) if ids else ():
            part = ids[start : start + PART]
            written, prepared = await asyncio.gather(self._write(ready, many=many), self._arrivals(part))
            pairs = zip(ready, written, strict=True)
            locked += [each.run.id for each, taken in pairs if taken is Taken.LOCKED]
            count, ready = count + written.count(Taken.YES), prepared
        if count and many:
            log.info("taken_up_many", count=count)
        return locked

    async def _arrivals(self, ids: Sequence[str]) -> list[Arrival]:
        fresh = await self.tray.fresh_many(ids) if ids else []
        return [each for row in fresh if (each := self._arrival(*row)) is not None]

    async def _write(self, arrivals: Sequence[Arrival], *, many: bool) -> list[Taken]:
        """Write new runs and have them begun; tell what became of each."""
        written = await self.tray.take_up_many(arrivals) if arrivals else []
        for arrival, taken in zip(arrivals, written, strict=True):
            run = arrival.run
            if taken is Taken.YES and not many:
                log.info("taken_up", run=run.id, state=run.state, why=run.why)
            if taken is not Taken.LOCKED:
                self.passes.wake(run.id, run.room.marker, self._due_at(arrival))
        return written

    def _due_at(self, arrival: Arrival) -> datetime:
        """Return when something is to be done for a new run; mostly that is long after."""
        now = self.clock.now()
        if arrival.accepted is None:
            return now
        decision = decided(Situation(arrival.accepted, arrival.run, NOTHING_SEEN, now, self.policy))
        return decision.at if isinstance(decision, WaitUntil) else now

    def _arrival(self, wanted: Broadcast | Unreadable, version: int) -> Arrival | None:
        """Return the run that a row is to have; None if another worker has to take it up."""
        refusal = objection(wanted, self.tenants)
        accepted = wanted if isinstance(wanted, Broadcast) and not refusal else None
        run = self._new_run(wanted, accepted, refusal)
        fence = self.leases.fence(run.room.account)
        if fence is None:
            return None
        note = Note(
            at=self.clock.now(),
            kind="move",
            who=self.recorder.worker,
            before="",
            after=run.state,
            why=refusal or "picked up",
        )
        return Arrival(wanted, version, run, accepted, note, fence)

    def _new_run(self, wanted: Broadcast | Unreadable, accepted: Broadcast | None, refusal: str) -> Run:
        key = accepted.room_key if accepted else wanted.id
        account = accepted.account if accepted else "default"
        now = self.clock.now()
        return Run(
            id=wanted.id,
            state=State.PLANNED if accepted else State.REJECTED,
            room=Room(key=key, account=account, marker=marker(self.installation, account, key)),
            entered_at=now,
            round_at=now,
            why=refusal or "picked up",
        )


def in_turn(now: datetime, number: int) -> datetime:
    """Return when the n-th of many is looked at that have time; the first ones at once."""
    return now + timedelta(seconds=APART * max(0, number))


def _is_near(glance: Glance, now: datetime) -> bool:
    return glance.starts_at is None or glance.starts_at < now + NEAR
