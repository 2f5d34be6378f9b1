"""What entries ask for in the same minutes, and no quota carries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from config.entry_model import Written
from config.problems import Problems
from jobs.model import Broadcast
from jobs.quota.foreseen import Quotas, remarks
from jobs.schedule.recurrence import occurrences

_ALWAYS = datetime.max.replace(tzinfo=UTC, year=9000)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far ahead crowds are looked for, and what carries them."""

    quotas: Quotas
    since: datetime
    until: datetime
    """For what repeats; what happens once is looked at wherever it lies."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """An entry, where it stands, and what of it is to come."""

    written: Written
    broadcasts: tuple[Broadcast, ...]
    """By their start."""


def ahead(written: Written, outlook: Outlook) -> Ahead:
    """Return an entry with what of it is to come."""
    until = outlook.until if written.entry.repeat else _ALWAYS
    found = occurrences(written.entry, outlook.since, until)
    return Ahead(written, tuple(each.broadcast for each in found))


def note_crowds(entries: Iterable[Ahead], outlook: Outlook, problems: Problems) -> None:
    """Note what the quota will not carry, at the start of the first entry that it concerns."""
    by_key = {each.written.entry.key: each for each in entries}
    coming = [one for each in by_key.values() for one in each.broadcasts]
    for each in remarks(coming, outlook.quotas, outlook.since):
        entry = by_key[each.id.partition("@")[0]].written
        problems.warning(entry.place("start"), f"{each.id}: {each.text}", "quota")
