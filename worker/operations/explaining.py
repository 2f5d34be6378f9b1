"""The whole story of a broadcast, or of one that does not exist: gathered for whoever asks why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from config import excerpt, schedule
from config.entry_model import Written
from config.schedule import Reading
from config.settings import Settings
from jobs.model import Broadcast
from jobs.schedule.entry import Entry
from jobs.schedule.explain import Absence, Reason, absence, original, unwritten
from jobs.schedule.origin import InForce, Origin, OtherFile
from jobs.schedule.recurrence import find
from jobs.subject import SubjectKind
from worker.calendars.instances import feed_in, occurring
from worker.store.calendars import CalendarCopy
from worker.store.queries.schedules import content_hash
from worker.store.records import (
    Alert,
    Note,
    Overview,
    Request,
    Revision,
)
from worker.store.store import Store

LOOKED_THROUGH = 5
"""Schedules that are read in search of an entry which is not in the one in force."""
PROBLEMS_TOLD = 3
LIKELY = 5
"""Ids that are named where one is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that is known of one id."""

    row: Overview | None
    wanted: Broadcast | None
    """The row as it stands, if it can be read."""
    origin: Origin
    notes: tuple[Note, ...]
    requests: tuple[Request, ...]
    alerts: tuple[Alert, ...]
    """About the broadcast, open or not; and those open about the schedule, where there is no row."""
    worker_seen_at: datetime | None
    likely: tuple[str, ...] = ()
    """Where nothing is known of it: ids that may have been meant."""

    @property
    def is_unknown(self) -> bool:
        """Whether no row, no journal and no schedule knows the id."""
        return self.row is None and not self.notes and self.origin.entry is None


async def explained(
    store: Store, settings: Settings, broadcast_id: str, file: Path | None, now: datetime
) -> Findings:
    """Gather what is known of a broadcast.

    `file`: a schedule file that is compared with the schedule in force.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    row, notes = await store.find(broadcast_id), await store.journal(broadcast_id)
    existing = await store.existing_broadcasts(None, [broadcast_id])
    revisions = await store.revisions()
    origin = await _origin(store, revisions, broadcast_id)
    if row is None:
        origin = _unwritten(origin, broadcast_id, now, settings.horizon)
    reading = schedule.load(file, sorted(settings.accounts) or None, now) if file else None
    if reading and not _is_in_force(reading, revisions):
        origin = replace(origin, file=await _other(store, str(file), reading, broadcast_id))
    found = Findings(
        row=row,
        wanted=existing[0].broadcast if existing else None,
        origin=origin,
        notes=tuple(notes),
        requests=tuple(await store.requests_of(broadcast_id)),
        alerts=tuple(await _alerts(store, broadcast_id, is_there=row is not None)),
        worker_seen_at=await store.last_worker_seen(),
    )
    return replace(found, likely=await _likely(store, revisions, broadcast_id)) if found.is_unknown else found


async def _origin(store: Store, revisions: Sequence[Revision], broadcast_id: str) -> Origin:
    key = broadcast_id.partition("@")[0]
    if not revisions:
        return Origin()
    newest = _in_force(revisions[0])
    naming = await store.revisions_naming(key)
    here = excerpt.entries(await store.schedule_text(newest.number), key)
    if own := _of_key(here, key):
        since = await _since(store, revisions, naming, key)
        return replace(await _of(store, own, broadcast_id), in_force=newest, since=since)
    if here:
        meant = here[0].entry.key + broadcast_id.removeprefix(key)
        reason = Reason(absence=Absence.RENAMED, meant=(meant,))
        return Origin(in_force=newest, entry=here[0].entry, line=here[0].place("was").line, reason=reason)
    return replace(await _dropped(store, revisions, naming, broadcast_id), in_force=newest)


async def _of(store: Store, written: Written, broadcast_id: str) -> Origin:
    """Return what an entry says of a broadcast; one that follows a calendar by what was read of that last."""
    copies = await _copies(store, [written.entry])
    found = occurring([written.entry], copies).entries
    entry, line = (*found, written.entry)[0], written.place("key").line
    reason = absence(entry, broadcast_id) if found else Reason(absence=Absence.NEVER_READ)
    if reason and reason.absence is Absence.NOT_IN_CALENDAR:
        reason = replace(reason, note=_not_taken(copies))
    return Origin(entry=entry, line=line, wall=original(entry, broadcast_id), reason=reason)


async def _copies(store: Store, entries: Sequence[Entry]) -> Sequence[CalendarCopy]:
    following = [each.key for each in entries if each.calendar]
    return await store.calendars(following) if following else []


def _not_taken(copies: Sequence[CalendarCopy]) -> str:
    """Return which events of a calendar are not taken, and why; of many, the first."""
    feeds = [feed for each in copies if (feed := feed_in(each))]
    return "; ".join(str(each) for feed in feeds for each in feed.refused[:PROBLEMS_TOLD])


async def _since(
    store: Store, revisions: Sequence[Revision], naming: Sequence[int], key: str
) -> InForce | None:
    """Return the first schedule, of those in a row up to now, that has the entry."""
    first = revisions[0]
    for each in revisions:
        if each.number not in naming:
            break
        first = each
    found = _of_key(excerpt.entries(await store.schedule_text(first.number), key), key)
    return _in_force(first) if found else None


async def _dropped(
    store: Store, revisions: Sequence[Revision], naming: Sequence[int], broadcast_id: str
) -> Origin:
    """Return what the last schedule said that had the entry, and which one had it no more."""
    key = broadcast_id.partition("@")[0]
    for number in naming[:LOOKED_THROUGH]:
        own = _of_key(excerpt.entries(await store.schedule_text(number), key), key)
        if own:
            after = min((each for each in revisions if each.number > number), key=lambda each: each.number)
            reason = Reason(absence=Absence.REMOVED)
            found = await _of(store, own, broadcast_id)
            return replace(found, dropped=_in_force(after), reason=reason)
    return Origin(reason=Reason(absence=Absence.NO_ENTRY))


def _unwritten(origin: Origin, broadcast_id: str, now: datetime, horizon: timedelta) -> Origin:
    if origin.reason or origin.entry is None or origin.in_force is None:
        return origin
    applied_at = origin.in_force.at
    reason = unwritten(origin.entry, broadcast_id, now=now, horizon=horizon, applied_at=applied_at)
    return replace(origin, reason=reason)


def _of_key(found: Sequence[Written], key: str) -> Written | None:
    return next((each for each in found if each.entry.key == key), None)


def _in_force(revision: Revision) -> InForce:
    return InForce(revision.number, revision.applied_at, revision.by)


def _is_in_force(reading: Reading, revisions: Sequence[Revision]) -> bool:
    """Whether it is what was put in force last; what cannot be read has no text."""
    return bool(revisions) and revisions[0].content_hash == content_hash(reading.text)


async def _other(store: Store, name: str, reading: Reading, broadcast_id: str) -> OtherFile:
    """Return what a file says that is not what is in force."""
    if reading.schedule is None:
        return OtherFile(name=name, problems=tuple(map(str, reading.problems[:PROBLEMS_TOLD])))
    entries = reading.schedule.entries
    found = occurring(entries, await _copies(store, entries))
    return OtherFile(name=name, has_it=any(find(entry, broadcast_id) for entry in found.entries))


async def _alerts(store: Store, broadcast_id: str, *, is_there: bool) -> list[Alert]:
    """Return what was told of it, by its passes and by the file that is followed."""
    of_file = [each for each in await store.open_alerts() if each.subject.kind == SubjectKind.SCHEDULE]
    about = ("", broadcast_id) if not is_there else (broadcast_id,)
    return [*await store.alerts_of(broadcast_id), *(each for each in of_file if each.subject.id in about)]


async def _likely(store: Store, revisions: Sequence[Revision], broadcast_id: str) -> tuple[str, ...]:
    """Return ids that may have been meant: those of a like key, the nearest suffix first."""
    key, _, suffix = broadcast_id.partition("@")
    ids = await store.listed()
    text = await store.schedule_text(revisions[0].number) if revisions else ""
    known = {each.partition("@")[0] for each in ids} | set(excerpt.keys(text))
    near = get_close_matches(key, known, n=LIKELY, cutoff=0.5)
    found = [each for like in near for each in _of_like(ids, like, suffix)]
    return tuple(dict.fromkeys(found or near))[:LIKELY]


def _of_like(ids: Sequence[str], key: str, suffix: str) -> list[str]:
    own = [each for each in ids if each.partition("@")[0] == key]
    return get_close_matches(f"{key}@{suffix}" if suffix else key, own, n=2, cutoff=0.0)
