"""What can be looked at over HTTP: alerts, workers, the quota, what happened and why."""

from dataclasses import dataclass

from config.settings import Settings
from worker.kit.clock import Clock
from worker.operations.explaining import explained
from worker.store.records import SETTLED_AFTER, Alert
from worker.store.store import Store
from worker.view.alerts import listed as listed_alerts
from worker.view.explanation import Explanation
from worker.view.workers import listed as listed_workers
from worker.web.api import replies
from worker.web.api.endpoint import ApiRequest, Endpoint, Reply, read
from worker.web.api.requests import UpTo, WhichAlerts, WhichEvents
from worker.web.problem import ProblemError
from worker.web.quotas import quotas


@dataclass(frozen=True, slots=True)
class Observing:
    """Answers who looks."""

    store: Store
    clock: Clock
    settings: Settings

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        why = {"query": UpTo, "problems": (404,)}
        return [
            read("/broadcasts/{id}/journal", "readJournal", self._journal, replies.Journal, problems=(404,)),
            read("/broadcasts/{id}/why", "explainBroadcast", self._why, replies.Explained, **why),
            read("/events", "listEvents", self._events, replies.EventPage, query=WhichEvents),
            read("/alerts", "listAlerts", self._alerts, replies.AlertPage, query=WhichAlerts),
            read("/workers", "listWorkers", self._workers, replies.Workers),
            read("/quota", "readQuota", self._quota, replies.Quotas),
        ]

    async def _journal(self, request: ApiRequest) -> Reply:
        """Read what happened to a broadcast, oldest first."""
        broadcast_id = request.path["id"]
        notes = await self.store.journal(broadcast_id)
        if not notes and await self.store.find(broadcast_id) is None:
            raise ProblemError(404, f"no such broadcast: {broadcast_id}")
        return Reply(replies.Journal(tuple(notes)))

    async def _why(self, request: ApiRequest) -> Reply:
        """Read why a broadcast is as it is, or why there is none."""
        broadcast_id, now = request.path["id"], self.clock.now()
        found = await explained(self.store, self.settings, broadcast_id, None, now)
        if found.is_unknown:
            raise ProblemError(404, f"nothing is known of {broadcast_id}")
        told = Explanation.of(found, broadcast_id, now).up_to(request.query.at)
        return Reply(
            replies.Explained(
                id=broadcast_id,
                title=told.title,
                exists=told.row is not None,
                state=told.state,
                until=told.until,
                explanation=tuple(told.sentences()),
            )
        )

    async def _events(self, request: ApiRequest) -> Reply:
        """List what happened to all broadcasts, from a number on."""
        which: WhichEvents = request.query
        settled = self.clock.now() - SETTLED_AFTER
        found = await self.store.events(which.after, which.limit, settled)
        return Reply(replies.EventPage(tuple(found), found[-1].seq if found else which.after))

    async def _alerts(self, request: ApiRequest) -> Reply:
        """List what is wrong, the newest first."""
        which: WhichAlerts = request.query
        most = which.limit + 1
        found = await (self.store.latest_alerts(most) if which.all else self._open_alerts())
        items = listed_alerts(found[: which.limit])
        return Reply(replies.AlertPage(items, len(found) > which.limit))

    async def _open_alerts(self) -> list[Alert]:
        return (await self.store.open_alerts())[::-1]

    async def _workers(self, _request: ApiRequest) -> Reply:
        """List the workers that run, or ran, and what they hold."""
        known, terms = await self.store.workers(), await self.store.terms()
        return Reply(replies.Workers(listed_workers(known, terms, self.clock.now())))

    async def _quota(self, _request: ApiRequest) -> Reply:
        """Read how many calls are used, due and left."""
        return Reply(replies.Quotas(await quotas(self.store)))
