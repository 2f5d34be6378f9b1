"""What the morning report is made of: gathered from what workers, operators and schedules left written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
    people: Mapping[str, timedelta]
    """How long people were in their meetings, by id, as far as it is known."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was not over by an instant."""

    rows: Sequence[Overview]
    people: Mapping[str, timedelta]
    """How long people were in their meetings, by id, as far as it is known."""


async def gathered(store: Store, since: datetime, until: datetime) -> Gathered:
    """Return what is known of the time between two instants.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    rows = [row for row in await _rows_since(store, since) if _reaches(row, since, until)]
    ids = [row.id for row in rows]
    return Gathered(
        rows=rows,
        notes=await store.journals(ids, TOLD),
        stops=await store.stops_since(since),
        alerts=await store.alerts_since(since),
        people=await store.participants_times(ids),
    )


async def shown(store: Store, since: datetime) -> Shown:
    """Return the broadcasts that were not over by then, and who was in them how long.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    rows = await _rows_since(store, since)
    return Shown(rows, await store.participants_times([row.id for row in rows if row.live_at]))


async def _rows_since(store: Store, since: datetime) -> Sequence[Overview]:
    return [row async for part in store.overviews(await store.listed(since)) for row in part]


def _reaches(row: Overview, since: datetime, until: datetime) -> bool:
    """Whether its window, or what was on the air of it, lies in that time."""
    if row.starts_at is None or row.ends_at is None or row.starts_at > until:
        return False
    return row.ends_at >= since or (row.off_at is not None and row.off_at >= since)
