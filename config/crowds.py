"""What entries ask for in the same minutes, and no quota carries."""

from collections.abc import Iterable, Iterator
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


def note_crowds(entries: Iterable[Written], outlook: Outlook, problems: Problems) -> None:
    """Note what the quota will not carry, at the start of the first entry that it concerns."""
    written = {each.entry.key: each for each in entries}
    coming = [each for one in written.values() for each in _coming(one, outlook)]
    for each in remarks(coming, outlook.quotas, outlook.since):
        entry = written[each.id.partition("@")[0]]
        problems.warning(entry.place("start"), f"{each.id}: {each.text}")


def _coming(written: Written, outlook: Outlook) -> Iterator[Broadcast]:
    until = outlook.until if written.entry.repeat else _ALWAYS
    return (each.broadcast for each in occurrences(written.entry, outlook.since, until))
