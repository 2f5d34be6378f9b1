"""A schedule and what is already there -> what to add, move, change and cancel. Nothing is done here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jobs.model import Broadcast
from jobs.policy import Policy
from jobs.run.lifecycle import State
from jobs.schedule.edit import begins_at_once, edited
from jobs.schedule.entry import Change, Entry
from jobs.schedule.planned import SCHEDULE, Cancel, Existing, Plan, Remark, Rename
from jobs.schedule.recurrence import Occurrence, considered, find, left_out, occurrences
from jobs.schedule.remarks import remarks
from jobs.schedule.shared_rooms import collisions

__all__ = [
    "SCHEDULE",
    "Cancel",
    "Concerned",
    "Existing",
    "Plan",
    "Remark",
    "Rename",
    "concerned",
    "ids_to_take",
    "plan",
    "too_much",
]

_LATE_AFTER = Policy().late_after


def plan(
    entries: Sequence[Entry],
    existing: Iterable[Existing],
    *,
    now: datetime,
    horizon: timedelta,
    asked: bool = False,
) -> Plan:
    """Compare the schedule with the rows of its own entries.

    `asked`: an operator asks for it (`apply`), so that what is dropped leaves the air. Without, the file is
    followed, and nothing leaves the air for it. Rows of any other source than `schedule` are never touched.

    Raises:
        ValueError: an entry that its schedule's reader would have refused.
    """
    rows = list(existing)
    own = [row for row in rows if row.source == SCHEDULE and row.broadcast.entry is not None]
    file = _File(entries, now, horizon)
    taken = frozenset(row.broadcast.id for row in rows)
    matches = _by_instant([_match(row, file, taken) for row in own], file)
    known = {match.id for match in matches}
    new = [each.broadcast for id_, each in file.coming.items() if id_ not in known]
    barred = _barred(new, matches, file)
    kept = _kept_on_air(matches, barred, asked=asked)
    parts = (
        Plan(remarks=tuple(remarks(entries, file.considered, now))),
        *(_of_row(match, file, kept) for match in matches),
        *(_addition(each, file.now, taken, barred) for each in new),
    )
    whole = Plan.total(parts)
    whole += Plan(remarks=collisions(whole.afterwards(rows, now)))
    return _confirmed(whole, own, file, asked=asked)


@dataclass(frozen=True, slots=True)
class Concerned:
    """Which rows a plan has to be told of; of what is over, few."""

    ending_after: datetime
    """All that end later: now, or when the first began of what is under way by the file."""
    ids: frozenset[str]
    """All that the file wants, over or not: what is over may be wanted again."""


def concerned(entries: Iterable[Entry], *, now: datetime, horizon: timedelta) -> Concerned:
    """Return which rows the plan of a schedule depends on.

    Raises:
        ValueError: an entry that its schedule's reader would have refused.
    """
    coming = [each.broadcast for entry in entries for each in occurrences(entry, now, now + horizon)]
    first = min((each.window.starts_at for each in coming), default=now)
    return Concerned(min(now, first), frozenset(each.id for each in coming))


def ids_to_take(entries: Sequence[Entry], existing: Iterable[Existing]) -> frozenset[str]:
    """Return the ids that rows would have under their entries' new keys: whether they are free, rows tell."""
    keys = {entry.key for entry in entries}
    heirs = {entry.was: entry.key for entry in entries if entry.was and entry.was not in keys}
    own = ((each.broadcast.id, each.broadcast.entry) for each in existing)
    return frozenset(heirs[entry] + id_.removeprefix(entry) for id_, entry in own if entry in heirs)


def too_much(removed: int, coming: int) -> bool:
    """Whether so many removals need a confirmation: more than a fifth, and three at least (law 13)."""
    return removed >= 3 and removed * 5 > coming


class _File:
    """What the file wants, at one instant."""

    def __init__(self, entries: Sequence[Entry], now: datetime, horizon: timedelta) -> None:
        self.now = now
        self.entries: Mapping[str, Entry] = {entry.key: entry for entry in entries}
        self.heirs: Mapping[str, Entry] = {
            entry.was: entry for entry in entries if entry.was and entry.was not in self.entries
        }
        self.considered = [each for entry in entries for each in considered(entry, now, now + horizon)]
        coming = (each for each in self.considered if isinstance(each, Occurrence))
        self.coming: Mapping[str, Occurrence] = {each.broadcast.id: each for each in coming}

    def find(self, id: str) -> Broadcast | None:  # noqa: A002 - the word for it everywhere else
        """Return the broadcast of this id unless it is past, however far ahead it lies."""
        if id in self.coming:
            return self.coming[id].broadcast
        entry = self.entries.get(id.partition("@")[0])
        found = find(entry, id) if entry else None
        return found.broadcast if found and found.broadcast.window.ends_at > self.now else None

    def names(self, id: str) -> bool:  # noqa: A002
        """Whether the start of this one is written by itself: alone, under `change`, or in a calendar."""
        key, _, suffix = id.partition("@")
        if self.entries[key].calendar:
            return True
        return not suffix or self.entries[key].changes.get(suffix, Change()).start is not None

    def why_gone(self, id: str) -> str:  # noqa: A002
        """Return why the file does not want this id."""
        key, _, suffix = id.partition("@")
        if key not in self.entries:
            return "its entry was removed from the schedule"
        if self.entries[key].calendar:
            return "its calendar no longer has it"
        change = self.entries[key].changes.get(suffix, Change())
        if change.skip:
            return f"the schedule skips it: {change.note}" if change.note else "the schedule skips it"
        if left := left_out(self.entries[key], id):
            return f"it is left out: {left.why}"
        if find(self.entries[key], id):
            return "it is over according to the schedule"
        return "its entry no longer has it"


@dataclass(frozen=True, slots=True)
class _Match:
    """A row, and the id that the file knows it by: the row's own, unless its entry has a new key."""

    row: Existing
    id: str
    rename: Rename | None = None

    @property
    def key(self) -> str:
        """The entry's key in the file."""
        return self.id.partition("@")[0]


def _match(row: Existing, file: _File, taken: frozenset[str]) -> _Match:
    """Follow `was`. What is on air, or over, keeps its id; so does a row whose new id there is already."""
    own = row.broadcast
    heir = file.heirs.get(own.entry or "")
    if heir is None or own.window.ends_at <= file.now:
        return _Match(row, own.id)
    new_id = heir.key + own.id.removeprefix(heir.was or "")
    if new_id in taken:
        return _Match(row, own.id)
    if row.on_air or row.over or row.state is State.STOPPING:
        return _Match(row, new_id)
    renamed = replace(own, id=new_id, entry=heir.key)
    return _Match(replace(row, broadcast=renamed), new_id, Rename(row, renamed))


def _by_instant(matches: Sequence[_Match], file: _File) -> list[_Match]:
    """Follow what keeps its entry and its instant, and is known by another id since a rule came or went."""
    known = {each.id for each in matches}
    unknown = [each.broadcast for id_, each in file.coming.items() if id_ not in known]
    return [_same_in(unknown, each) if file.find(each.id) is None else each for each in matches]


def _same_in(unknown: list[Broadcast], match: _Match) -> _Match:
    """Take out of what no row has yet what this row is; one on air is also what overlaps it."""
    row, own = match.row, match.row.broadcast
    of_entry = [each for each in unknown if each.entry == match.key]
    in_use = row.on_air or row.state is State.STOPPING
    same = [each for each in of_entry if each.window.starts_at == own.window.starts_at]
    same += [each for each in of_entry if in_use and _overlap(each, own)]
    if not same:
        return match
    unknown.remove(same[0])
    return replace(match, id=same[0].id)


def _of_row(match: _Match, file: _File, kept: frozenset[str]) -> Plan:
    renames = Plan(rename=(match.rename,) if match.rename else ())
    own = match.row.broadcast
    if own.window.ends_at <= file.now and match.id not in file.coming:
        return renames
    wanted = file.find(match.id)
    if wanted is None:
        return renames + _dropped(match, file, kept)
    if match.row.was_wanted and not file.names(match.id):
        return renames + _stays_over(match.row, wanted, file.now)
    return renames + edited(match.row, replace(wanted, id=own.id, entry=own.entry), file.now)


def _stays_over(row: Existing, wanted: Broadcast, now: datetime) -> Plan:
    """A rule that is moved takes along what is to come, and nothing that is over."""
    if wanted.window.starts_at <= now or row.broadcast.cancelled:
        return Plan()
    text = f"is over ({row.state}) and stays over: to run it again, give it a start under `change`"
    return Plan(remarks=(Remark(row.broadcast.id, text),))


def _dropped(match: _Match, file: _File, kept: frozenset[str]) -> Plan:
    row, why = match.row, file.why_gone(match.id)
    known_as = row.broadcast.id
    if not row.comes(file.now) or row.state is State.STOPPING:
        return Plan()
    if "cancelled" in row.operator_fields:
        return Plan(remarks=(Remark(known_as, f"{why}, but an operator wants it"),))
    if not row.on_air:
        return Plan(cancel=(Cancel(row, why),))
    if known_as in kept:
        stays = f"{why}; it is on air and runs to its end; `stop {known_as}` ends it now"
        return Plan(remarks=(Remark(known_as, stays, alarm=True),))
    return Plan(cancel=(Cancel(row, why),), asks=(Remark(known_as, f"{why}; it is taken off the air"),))


def _barred(new: Sequence[Broadcast], matches: Sequence[_Match], file: _File) -> Mapping[str, Existing]:
    """Return what is under way, new, and looks like a dropped entry that is on air: renamed without `was`."""
    dropped = [each.row for each in matches if each.row.on_air and each.key not in file.entries]
    under_way = [each for each in new if each.window.starts_at <= file.now]
    return {each.id: row for each in under_way for row in dropped if _overlap(each, row.broadcast)}


def _kept_on_air(matches: Sequence[_Match], barred: Mapping[str, Existing], *, asked: bool) -> frozenset[str]:
    """Return what stays on air though it is dropped: all when followed; when asked, what bars another."""
    if asked:
        return frozenset(row.broadcast.id for row in barred.values())
    return frozenset(each.row.broadcast.id for each in matches if each.row.on_air)


def _addition(new: Broadcast, now: datetime, taken: frozenset[str], barred: Mapping[str, Existing]) -> Plan:
    if new.id in taken:
        return Plan(refusals=(Remark(new.id, "is the id of a broadcast that no file created", alarm=True),))
    if new.id in barred:
        return Plan(refusals=(_renamed_without_was(new, barred[new.id].broadcast),))
    if new.window.starts_at > now:
        return Plan(add=(new,))
    if new.is_too_late(now, _LATE_AFTER):
        return Plan(remarks=(Remark(new.id, "is nearly over: it is not added"),))
    return Plan(add=(new,)) + begins_at_once(new)


def _renamed_without_was(new: Broadcast, other: Broadcast) -> Remark:
    text = f"has started, and {other.id} is on air but no longer in the schedule: if it is the same, write"
    return Remark(new.id, f"{text} `was: {other.entry}`, else stop {other.id} first", alarm=True)


def _overlap(one: Broadcast, other: Broadcast) -> bool:
    return one.window.starts_at < other.window.ends_at and other.window.starts_at < one.window.ends_at


def _confirmed(whole: Plan, own: Sequence[Existing], file: _File, *, asked: bool) -> Plan:
    """Say whether so much is removed that it needs a confirmation, of everything or of one calendar's.

    What is followed of a calendar, its reader has settled.
    """
    removed = [each.existing for each in whole.cancel]
    following = [key for key, entry in file.entries.items() if entry.calendar and asked]
    of_each = ((_of(key, removed), _of(key, own)) for key in following)
    parts = [(removed, own), *of_each]
    doubtful = any(too_much(len(gone), sum(row.comes(file.now) for row in rows)) for gone, rows in parts)
    return replace(whole, needs_confirmation=doubtful)


def _of(key: str, rows: Iterable[Existing]) -> list[Existing]:
    return [each for each in rows if each.broadcast.entry == key]
