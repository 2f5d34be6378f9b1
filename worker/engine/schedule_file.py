"""Follows the schedule file: what it asks for is put into the database as it changes and as time goes on."""

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from config import schedule
from jobs.conditions import Condition, Severity
from jobs.schedule.entry import Entry
from jobs.schedule.plan import concerned, ids_to_take, plan
from jobs.schedule.planned import Existing, Plan, Remark
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.calendars.instances import occurring
from worker.kit.clock import Clock
from worker.store.queries.schedules import content_hash
from worker.store.records import Changes
from worker.store.store import Store

ABOUT = Subject(SubjectKind.SCHEDULE)
"""What alerts of the file itself are about."""
REPLAN_EVERY = timedelta(hours=1)
"""An unchanged file is planned again this often, so that its horizon moves on."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Follower:
    """Reads one file. A bad one changes nothing: the last good one stays in force, and an alert says so."""

    path: Path
    store: Store
    accounts: Collection[str]
    horizon: timedelta
    alerts: Alerts
    clock: Clock
    services: Collection[str] | None = None
    """By what hosts can be told; None: not checked."""
    following: tuple[Entry, ...] = ()
    """The entries of the file as it was read last that follow a calendar."""
    entries: tuple[Entry, ...] = ()
    """Those that are in force."""
    reaches: datetime | None = None
    """Until when there are rows for them; None: none are in force yet."""
    _digest: str = ""
    _planned_at: datetime | None = None
    _left_over: bool = False
    """Whether somebody else was changing rows that were to be changed: the next look plans again."""
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def follow(self) -> None:
        """Look at the file; plan and apply it if it changed, or if it is time again.

        Raises:
            StoreUnavailableError: the database does not answer; the next look begins from the same place.
        """
        async with self._lock:
            data = await asyncio.to_thread(_content, self.path)
            digest, now = await self._digested(data), self.clock.now()
            if digest == self._digest and self._planned_at and now - self._planned_at < REPLAN_EVERY:
                return
            self._left_over = False
            found = await self._applied(data)
            self._digest, self._planned_at = digest, None if self._left_over else now
            self._tell(found)

    async def _digested(self, data: bytes | None) -> str:
        """Return what is another if the file is, or what was read of a calendar that it follows."""
        marks = await self.store.calendar_marks() if self.following else {}
        own = [marks.get(each.key, "") for each in self.following]
        return hashlib.sha256(b"\0".join((data or b"", *map(str.encode, own)))).hexdigest()

    async def again(self) -> None:
        """Read the file anew, changed or not."""
        self._digest = ""
        await self.follow()

    def _tell(self, found: Condition | Plan) -> None:
        """Tell of the file; and, if it was planned, of each broadcast that it cannot have its way with."""
        if isinstance(found, Condition):
            self.alerts.tell(ABOUT, [found])
            return
        self.alerts.tell(ABOUT, [])
        remarks = {Subject(ABOUT.kind, each.id): _remarked(each) for each in _alarming(found)}
        for about in self.alerts.about():
            if about.kind == ABOUT.kind and about.id and about not in remarks:
                self.alerts.tell(about, [])
        for about, remark in remarks.items():
            self.alerts.tell(about, [remark])

    async def _applied(self, data: bytes | None) -> Condition | Plan:
        if data is None:
            return _broken(f"{self.path} cannot be read")
        reading = await asyncio.to_thread(
            schedule.parse, data, str(self.path), self.accounts, services=self.services
        )
        if reading.schedule is None:
            return _broken("; ".join(map(str, reading.problems[:3])))
        if await is_superseded(self.store, reading.text):
            return _superseded()
        self.following = tuple(each for each in reading.schedule.entries if each.calendar)
        copies = await self.store.calendars([each.key for each in self.following]) if self.following else []
        found = await asyncio.to_thread(occurring, reading.schedule.entries, copies)
        now = self.clock.now()
        existing = found.planned(await rows_concerned(self.store, found.entries, now, self.horizon))
        wanted = plan(found.entries, existing, now=now, horizon=self.horizon)
        if wanted.needs_confirmation:
            return _too_much(wanted)
        if not wanted.empty:
            applied = await self.store.apply_plan(changes(wanted, reading.text, "follow", now))
            self._left_over = bool(applied.stale)
            log.info("schedule_followed", **counts(wanted), stale=applied.stale)
        self.entries, self.reaches = found.entries, now + self.horizon
        return wanted


async def rows_concerned(
    store: Store, entries: Sequence[Entry], now: datetime, horizon: timedelta
) -> list[Existing]:
    """Return the rows that the plan of a schedule depends on: of years of what is over, few.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    which = concerned(entries, now=now, horizon=horizon)
    found = await store.existing_broadcasts(which.ending_after, which.ids)
    taken = ids_to_take(entries, found) - {each.broadcast.id for each in found}
    return found + (await store.existing_broadcasts(None, taken) if taken else [])


async def is_superseded(store: Store, text: str) -> bool:
    """Whether this content was in force once and is not any more (law 13)."""
    digest = content_hash(text)
    known = await store.schedule_hashes()
    return digest in known and known[0] != digest


def changes(wanted: Plan, text: str, by: str, at: datetime) -> Changes:
    """Return a plan as the store takes it."""
    return Changes(
        text=text,
        by=by,
        at=at,
        renames=[(each.existing.broadcast.id, each.broadcast.id) for each in wanted.rename],
        inserts=wanted.add,
        updates=[(each.broadcast, each.existing.version) for each in (*wanted.move, *wanted.change)],
        cancels=[(each.existing.broadcast.id, each.existing.version) for each in wanted.cancel],
        whys={each.existing.broadcast.id: each.why for each in wanted.cancel},
    )


def counts(wanted: Plan) -> dict[str, int]:
    """Return how many broadcasts a plan adds, moves, changes, cancels and renames."""
    return {name: len(getattr(wanted, name)) for name in ("add", "move", "change", "cancel", "rename")}


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _broken(text: str) -> Condition:
    cure = "Correct it: `cuelight validate` shows every error. The last good schedule stays in force."
    return Condition("schedule_broken", Severity.CRITICAL, text, cure, cause=text)


def _superseded() -> Condition:
    text = "the file contains an older schedule than the one in force; it is ignored"
    return Condition(
        "schedule_superseded", Severity.WARNING, text, "`cuelight apply` puts it in force again."
    )


def _too_much(wanted: Plan) -> Condition:
    text = f"the file would remove {len(wanted.cancel)} of the upcoming broadcasts; it is ignored"
    cure = "If that is intended: `cuelight apply --confirm-removals`."
    return Condition("schedule_removes_too_much", Severity.CRITICAL, text, cure)


def _alarming(wanted: Plan) -> list[Remark]:
    return [*wanted.refusals, *(each for each in wanted.remarks if each.alarm)]


def _remarked(remark: Remark) -> Condition:
    text = f"{remark.id}: {remark.text}"
    return Condition("schedule_remarks", Severity.WARNING, text, "`cuelight plan` shows all of it.")
