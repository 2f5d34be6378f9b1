"""What the morning report is made of: gathered from what workers, operators and schedules left written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.store.records import Alert, Note, Overview, Request
from worker.store.store import Store

TOLD = ("move", "order")
"""The kinds of the journal's rows that a report is made of."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of a time."""

    rows: Sequence[Overview]
    """The broadcasts whose windows reach into it."""
    notes: Mapping[str, Sequence[Note]]
    """Their journals, by id."""
    stops: Sequence[Request]
    """The stops that were asked for in it."""
    alerts: Sequence[Alert]
    """Those raised in it, and those open."""


async def shown_since(store: Store, since: datetime) -> Sequence[Overview]:
    """Return the broadcasts that were not over by then.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    return [row async for part in store.overviews(await store.listed(since)) for row in part]


async def gathered(store: Store, since: datetime, until: datetime) -> Gathered:
    """Return what is known of the time between two instants.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    rows = [row for row in await shown_since(store, since) if _reaches(row, since, until)]
    notes = await store.journals([row.id for row in rows], TOLD)
    return Gathered(rows, notes, await store.stops_since(since), await store.alerts_since(since))


def _reaches(row: Overview, since: datetime, until: datetime) -> bool:
    """Whether its window, or what was on the air of it, lies in that time."""
    if row.starts_at is None or row.ends_at is None or row.starts_at > until:
        return False
    return row.ends_at >= since or (row.off_at is not None and row.off_at >= since)
