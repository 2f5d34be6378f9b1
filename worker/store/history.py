"""What may be asked of what happened: the journal, alerts, requests, and schedules that were in force."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from worker.store.engine.lanes import Lane
from worker.store.queries import alerts, journal, mark, requests, schedules, webhooks
from worker.store.records import Alert, Event, Note, Request, Revision

PART = 2000
"""Rows that one statement reads of what may be years."""


def parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield these ids so many at a time."""
    return (ids[start : start + PART] for start in range(0, len(ids), PART))


class History:
    """What happened. Every method raises StoreUnavailableError if the database does not answer."""

    def __init__(self, reads: Lane) -> None:
        self._reads = reads

    async def close(self) -> None:
        """Let go of the database, after what is being read there."""
        await self._reads.close()

    async def journal(self, run_id: str) -> list[Note]:
        """Return the journal of one run, oldest first."""
        return await self._reads.call(partial(journal.of_run, run_id=run_id))

    async def events(self, after: int, most: int, settled: datetime) -> list[Event]:
        """Return what happened after the event of this number, oldest first: so many at most.

        `settled`: what was being written then is there by now, or never will be.
        """
        work = partial(journal.following, after=after, most=most, settled=settled)
        return await self._reads.call(work)

    async def orders(self, since: datetime, most: int) -> list[Event]:
        """Return what people and schedules changed since then, newest first: so many at most."""
        return await self._reads.call(partial(journal.orders, since=since, most=most))

    async def mark(self) -> str:
        """Return what is another whenever something happened that a page shows."""
        return await self._reads.call(mark.current)

    async def last_event(self) -> int:
        """Return the number of the newest event; 0: there is none."""
        return await self._reads.call(journal.last)

    async def webhook_positions(self) -> Mapping[str, int]:
        """Return, by endpoint, the number of the last event that is done there."""
        return await self._reads.call(webhooks.positions)

    async def open_alerts(self, run_id: str | None = None) -> list[Alert]:
        """Return the open alerts, oldest first; those of one run if it is named."""
        return await self._reads.call(partial(alerts.still_open, run_id=run_id))

    async def alerts(self) -> list[Alert]:
        """Return every alert that is kept, newest first; read a part at a time: of years there are many."""
        found, before = await self._reads.call(partial(alerts.before, alert_id=None, most=PART))
        while before is not None:
            part, before = await self._reads.call(partial(alerts.before, alert_id=before, most=PART))
            found += part
        return found

    async def alerts_since(self, instant: datetime) -> list[Alert]:
        """Return the alerts that were raised since then or are open, oldest first."""
        return await self._reads.call(partial(alerts.since, instant=instant))

    async def journals(self, ids: Sequence[str], kinds: Sequence[str]) -> Mapping[str, Sequence[Note]]:
        """Return the rows of these kinds in the journals of many broadcasts, oldest first, by their ids."""
        found: dict[str, Sequence[Note]] = {}
        for part in parts(ids):
            found |= await self._reads.call(partial(journal.of_runs, ids=part, kinds=kinds))
        return found

    async def stops_since(self, instant: datetime) -> list[Request]:
        """Return the stops that were asked for since then, oldest first."""
        return await self._reads.call(partial(requests.stops, since=instant))

    async def latest_alerts(self, most: int) -> list[Alert]:
        """Return so many alerts at most, open or not, newest first."""
        found, _ = await self._reads.call(partial(alerts.before, alert_id=None, most=most))
        return found

    async def alerts_of(self, run_id: str) -> list[Alert]:
        """Return the alerts of one run that are kept, open or not, oldest first."""
        return await self._reads.call(partial(alerts.of_run, run_id=run_id))

    async def open_keys(self) -> frozenset[str]:
        """Return the keys of the open alerts, those that cannot be read among them."""
        return await self._reads.call(alerts.open_keys)

    async def resolved_by_hand(self, keys: Collection[str]) -> list[Alert]:
        """Return, of those keys whose newest alert was resolved by hand, that alert."""
        return await self._reads.call(partial(alerts.resolved_by_hand, keys=keys))

    async def request(self, request_id: int) -> Request | None:
        """Return a request, answered or not."""
        return await self._reads.call(partial(requests.find, request_id=request_id))

    async def pending_requests(self) -> list[Request]:
        """Return the requests without an answer, oldest first."""
        return await self._reads.call(requests.pending)

    async def latest_requests(self, most: int) -> list[Request]:
        """Return so many requests at most, newest first."""
        return await self._reads.call(partial(requests.latest, most=most))

    async def requests_of(self, broadcast_id: str) -> list[Request]:
        """Return what was asked of one broadcast and is kept, oldest first."""
        return await self._reads.call(partial(requests.of_broadcast, broadcast_id=broadcast_id))

    async def revisions(self) -> list[Revision]:
        """Return every schedule that was put in force, newest first, without their texts."""
        return await self._reads.call(schedules.revisions)

    async def schedule_text(self, number: int) -> str:
        """Return what a schedule says; empty: it is too old to be kept, or there is none."""
        return await self._reads.call(partial(schedules.text_of, number=number))

    async def revisions_naming(self, word: str) -> list[int]:
        """Return the numbers of the schedules in whose text this word is, newest first."""
        return await self._reads.call(partial(schedules.naming, word=word))

    async def schedule_hashes(self) -> list[str]:
        """Return what every schedule that was applied is recognised by, newest first."""
        return await self._reads.call(schedules.hashes)
