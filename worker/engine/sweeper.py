"""The sweep: asks the provider itself what is on air, and stops what is ours and should not be (law 8)."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Protocol

import structlog

from jobs.cause import substance
from jobs.conditions import Condition, Severity
from jobs.marker import marker_in
from jobs.model import Room, Run
from jobs.run.decision import CLOSE, Stop, StopRecording, Urgency
from jobs.run.observations import Meeting, Stream
from jobs.subject import Subject, SubjectKind
from jobs.sweep import Found, Kept, Use, Verdict, is_in_hand, use_of, verdict, waiting_in
from worker.alerting.alerts import Alerts
from worker.gateway.account import Gateway
from worker.gateway.lists import Listed
from worker.gateway.permit import WithdrawnError
from worker.gateway.queue import PATIENCE
from worker.kit.clock import Clock
from worker.kit.tasks import Nursery
from worker.leases.contract import Leases, refusal
from worker.provider.errors import ProviderError
from worker.store.errors import StoreUnavailableError
from worker.store.records import Note, Overview

NOW = timedelta(0)
"""How old a list may be that something is stopped upon: it is read now."""
WHO_IS_IN = timedelta(minutes=2)
"""A list of sessions that is older than half of this is read anew, while anything is LIVE."""
AGAIN_AFTER = 30.0
"""Seconds until the next sweep when something of ours was on air (law 4), or one did not get through."""
FAILED_FOR = timedelta(minutes=15)
"""So long no sweep of an account may succeed before it is told."""

log = structlog.get_logger(__name__)


class Rooms(Protocol):
    """What the sweep needs of the store."""

    async def rooms_behind(self, meeting_ids: Collection[str], markers: Collection[str]) -> list[Kept]:
        """Return the rooms that adopted one of these meetings, or have one of these markers."""
        ...

    async def find(self, broadcast_id: str) -> Overview | None:
        """Return the row of a broadcast beside what became of it; None: there is no such row."""
        ...

    async def note(self, run_id: str, note: Note) -> None:
        """Write a row of a run's journal."""
        ...


@dataclass(frozen=True, slots=True)
class Stray:
    """A meeting that something was to be done or said about."""

    account: str
    meeting_id: str
    title: str
    what: Verdict


@dataclass(slots=True, kw_only=True)
class Sweeper:
    """Sweeps every account that is this worker's."""

    rooms: Rooms
    gateways: Mapping[str, Gateway]
    leases: Leases
    alerts: Alerts
    clock: Clock
    worker: str
    installation: str
    wake: Callable[[str, str], None]
    """Has a pass made of a run, named with its room's marker, that still has to look at its meeting."""
    holder_of: Callable[[str], Run | None]
    """Names who holds a meeting, as is known from memory, until its end has come or a stop is asked for."""
    _foreign: set[Stray] = field(default_factory=set)
    _failing_since: dict[str, float] = field(default_factory=dict)
    _sweeping: asyncio.Lock = field(default_factory=asyncio.Lock)
    _again: Nursery = field(default_factory=Nursery)

    async def sweep(self, account: str = "") -> list[Stray]:
        """Look at every account that is this worker's once, and again soon if something was on air or failed.

        `account`: the findings of this one alone are returned.

        Raises:
            StoreUnavailableError: the database did not say whose the meetings are.
        """
        async with self._sweeping:
            mine = [each for each in self.gateways.values() if self.leases.held(each.account)]
            if not mine:
                return []
            try:
                found = {gateway.account: await self._account(gateway) for gateway in mine}
            except StoreUnavailableError:
                self._soon_again()
                raise
            read = {account: each for account, each in found.items() if each is not None}
            findings = [each for those in read.values() for each in those]
            self._tell(read.keys(), findings)
        failed = len(read) < len(mine)
        if failed or any(each.what is Verdict.STOP for each in findings):
            self._soon_again()
        return [each for each in findings if account in ("", each.account)]

    async def duty(self) -> None:
        """Sweep; the findings are told by alerts and lines of the log."""
        await self.sweep()

    async def close(self) -> None:
        """Begin no further sweep."""
        await self._again.cancel()

    def _soon_again(self) -> None:
        if not len(self._again):
            self._again.start(self._later(), "sweep again")

    async def _later(self) -> None:
        await self.clock.sleep(AGAIN_AFTER)
        self._again = Nursery()
        try:
            await self.sweep()
        except StoreUnavailableError as error:
            log.warning("sweep_put_off", reason=str(error), again_after_s=AGAIN_AFTER)

    async def _account(self, gateway: Gateway) -> list[Stray] | None:
        """Look at one account, and do what is to be done; None: it could not be read."""
        try:
            found, streams = await self._found(gateway)
        except (ProviderError, WithdrawnError) as error:
            self._failed(gateway.account, str(error))
            return None
        await self._look_who_is_in(gateway, streams)
        self._failing_since.pop(gateway.account, None)
        self.alerts.tell(Subject(SubjectKind.SWEEP, gateway.account), [])
        markers = {tag for each in found if (tag := marker_in(each.title))}
        rooms = await self.rooms.rooms_behind({each.meeting_id for each in found}, markers)
        findings = []
        for each in found:
            what = await self._verdict(each, rooms)
            if what is Verdict.LEAVE and each.on_air:
                self._hint(gateway, each, streams, rooms)
            if what is not Verdict.LEAVE:
                await self._do(gateway, each, what, use_of(each, rooms))
                findings.append(Stray(gateway.account, each.meeting_id, each.title, what))
        return findings

    async def _verdict(self, found: Found, rooms: list[Kept]) -> Verdict:
        """Return what to do about a meeting; a run in hand keeps it from that, unless it is cancelled."""
        what = verdict(found, rooms, self.installation)
        run = self.holder_of(found.meeting_id) if what is not Verdict.LEAVE else None
        if run is None or not is_in_hand(what, run.state) or await self._is_called_off(run.id):
            return what
        log.error("row_lost", run=run.id, meeting=found.meeting_id, state=run.state, not_done=what)
        return Verdict.LEAVE

    async def _is_called_off(self, run_id: str) -> bool:
        """Whether the row says so; one that cannot be read says nothing."""
        with suppress(StoreUnavailableError):
            row = await self.rooms.find(run_id)
            return row is not None and row.cancelled
        return False

    async def _found(self, gateway: Gateway) -> tuple[list[Found], Listed[Stream]]:
        """Return what is on air, and what bears our tag and was created lately."""
        ask = partial(gateway.queue.call, Urgency.SWEEP)
        tagged = await gateway.lists.meetings.fresh(Urgency.SWEEP, NOW, PATIENCE)
        streams = await gateway.lists.streams.fresh(Urgency.SWEEP, NOW, PATIENCE)
        meetings: dict[str, Meeting | None] = dict(tagged.by_meeting)
        for meeting_id in sorted(streams.by_meeting.keys() - meetings.keys()):
            meetings[meeting_id] = await ask(partial(gateway.client.meeting, meeting_id))
        on_air = streams.by_meeting.keys()
        return [_seen(each, on_air) for each in meetings.values() if each is not None], streams

    async def _look_who_is_in(self, gateway: Gateway, streams: Listed[Stream]) -> None:
        """Have the list of sessions read, unless it was just now: what is LIVE learns from it who is in."""
        if not any(each.is_live for each in streams.by_meeting.values()):
            return
        try:
            await gateway.lists.sessions.fresh(Urgency.SWEEP, WHO_IS_IN, PATIENCE)
        except (ProviderError, WithdrawnError) as error:
            log.debug("nobody_counted", account=gateway.account, reason=str(error))

    def _hint(self, gateway: Gateway, found: Found, streams: Listed[Stream], rooms: Iterable[Kept]) -> None:
        """Have whoever waits for its start look at once: its meeting is on the air."""
        for use in waiting_in(found, rooms):
            stream = streams.by_meeting[found.meeting_id]
            gateway.reader.heard_on(use.run_id, stream, streams.began_at)
            self.wake(use.run_id, use.marker)

    async def _do(self, gateway: Gateway, found: Found, what: Verdict, use: Use | None) -> None:
        if what is Verdict.FOREIGN:
            return
        room = Room(key="", account=gateway.account, marker="", meeting_id=found.meeting_id)
        told = []
        if what is Verdict.STOP:
            told.append(f"stop {(await gateway.performer.perform(Stop(), room)).outcome}")
        closed = await gateway.performer.perform(
            CLOSE, room, partial(refusal, gateway.account, self.leases.held)
        )
        told.append(f"close {closed.outcome}")
        if what is Verdict.STOP and found.may_record:
            told.append(await self._end_recording(gateway, room))
        run_id = use and use.run_id
        log.warning("swept", meeting=found.meeting_id, title=found.title, what=what, told=told, run=run_id)
        if use is not None:
            why = f"sweep: meeting {found.meeting_id} {what}; {', '.join(told)}"
            note = Note(at=self.clock.now(), kind="sweep", who=self.worker, before="", after=what, why=why)
            await self._note(use.run_id, note)
            self.wake(use.run_id, use.marker)

    async def _end_recording(self, gateway: Gateway, room: Room) -> str:
        """End what is recorded, or pushed by RTMP, beside the stream; return what came of it."""
        ask = partial(gateway.queue.call, Urgency.SWEEP)
        try:
            found = await ask(partial(gateway.client.active_recording, room.meeting_id or ""))
        except (ProviderError, WithdrawnError) as error:
            return f"recording unknown: {error}"
        if not found.is_on:
            return f"recording {found.status.lower()}"
        ended = await gateway.performer.perform(
            StopRecording(found.id), room, partial(refusal, gateway.account, self.leases.held)
        )
        return f"stop_recording {ended.outcome}"

    async def _note(self, run_id: str, note: Note) -> None:
        """Write it down if the database takes it: what else is on air does not wait for that."""
        try:
            await self.rooms.note(run_id, note)
        except StoreUnavailableError as error:
            log.warning("sweep_not_noted", run=run_id, why=note.why, reason=str(error))

    def _tell(self, read: Collection[str], findings: list[Stray]) -> None:
        """Tell what was found in the accounts that could be read; of the others nothing new is known."""
        on_air = {_about(each): each for each in findings if each.what is Verdict.STOP}
        told = {each for each in self.alerts.about() if each.kind == SubjectKind.MEETING}
        for about in told - set(on_air):
            if about.account in read:
                self.alerts.tell(about, [])
        for about, each in on_air.items():
            self.alerts.tell(about, [_swept(each)])
        foreign = {each for each in findings if each.what is Verdict.FOREIGN}
        self._say_of_foreign(foreign | {each for each in self._foreign if each.account not in read})

    def _say_of_foreign(self, foreign: set[Stray]) -> None:
        if foreign != self._foreign:
            self._foreign = foreign
            log.warning("foreign_streams", meetings=sorted(each.meeting_id for each in foreign))

    def _failed(self, account: str, reason: str) -> None:
        now = self.clock.monotonic()
        since = self._failing_since.setdefault(account, now)
        log.warning("sweep_failed", account=account, reason=reason)
        if now - since >= FAILED_FOR.total_seconds():
            self.alerts.tell(Subject(SubjectKind.SWEEP, account), [_sweep_failed(reason)])


def _seen(meeting: Meeting, on_air: Collection[str | None]) -> Found:
    is_open = meeting.active or meeting.live_stream_on_start
    return Found(meeting.id, meeting.title, meeting.id in on_air, is_open, meeting.may_record)


def _about(finding: Stray) -> Subject:
    return Subject(SubjectKind.MEETING, f"{finding.account}/{finding.meeting_id}")


def _swept(finding: Stray) -> Condition:
    text = f"{finding.title!r} was on air although no window is open; stop sent, doors closed"
    cure = "Check who is in the meeting. cuelight keeps stopping it until it is off."
    return Condition("swept", Severity.CRITICAL, text, cure)


def _sweep_failed(reason: str) -> Condition:
    text = f"cannot check for forgotten streams: {reason}"
    cure = "Check the provider's status page; the dashboard shows what is on air."
    return Condition("sweep_failed", Severity.WARNING, text, cure, cause=substance(reason))
