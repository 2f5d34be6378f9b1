"""What can be looked at over HTTP: alerts, workers, the quota, what happened and why."""

from dataclasses import dataclass
from datetime import timedelta

from config.access import Scope
from config.settings import Settings
from worker.gateway.reservation import figures_in
from worker.kit.clock import Clock
from worker.operations.explaining import explained
from worker.store.records import Alert
from worker.store.store import Store
from worker.view.alerts import listed as listed_alerts
from worker.view.explanation import Explanation
from worker.view.workers import ListedWorker
from worker.view.workers import listed as listed_workers
from worker.web.api import replies
from worker.web.api.endpoint import Call, Endpoint, Reply
from worker.web.api.requests import UpTo, WhichAlerts, WhichEvents
from worker.web.problem import ProblemError

SETTLED_AFTER = timedelta(seconds=10)
"""By then, what was being written is written, or was given up (twice the longest that a call takes)."""


@dataclass(frozen=True, slots=True)
class Observing:
    """Answers who looks."""

    store: Store
    clock: Clock
    settings: Settings

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            Endpoint(
                method="GET",
                path="/broadcasts/{id}/journal",
                name="readJournal",
                summary="Read what happened to a broadcast, oldest first.",
                scope=Scope.READ,
                reply=replies.Journal,
                answer=self._journal,
                problems=(404,),
            ),
            Endpoint(
                method="GET",
                path="/broadcasts/{id}/why",
                name="explainBroadcast",
                summary="Read why a broadcast is as it is, or why there is none.",
                scope=Scope.READ,
                query=UpTo,
                reply=replies.Explained,
                answer=self._why,
                problems=(404,),
            ),
            Endpoint(
                method="GET",
                path="/events",
                name="listEvents",
                summary="List what happened to all broadcasts, from a number on.",
                scope=Scope.READ,
                query=WhichEvents,
                reply=replies.EventPage,
                answer=self._events,
                tag="events",
            ),
            Endpoint(
                method="GET",
                path="/alerts",
                name="listAlerts",
                summary="List what is wrong, the newest first.",
                scope=Scope.READ,
                query=WhichAlerts,
                reply=replies.AlertPage,
                answer=self._alerts,
                tag="alerts",
            ),
            Endpoint(
                method="GET",
                path="/workers",
                name="listWorkers",
                summary="List the workers that run, or ran, and what they hold.",
                scope=Scope.READ,
                reply=tuple[ListedWorker, ...],
                answer=self._workers,
                tag="workers",
            ),
            Endpoint(
                method="GET",
                path="/quota",
                name="readQuota",
                summary="Read how many calls are used, due and left.",
                scope=Scope.READ,
                reply=replies.Quotas,
                answer=self._quota,
                tag="workers",
            ),
        ]

    async def _journal(self, call: Call) -> Reply:
        broadcast_id = call.path["id"]
        notes = await self.store.journal(broadcast_id)
        if not notes and await self.store.find(broadcast_id) is None:
            raise ProblemError(404, f"no such broadcast: {broadcast_id}")
        return Reply(replies.Journal(tuple(notes)))

    async def _why(self, call: Call) -> Reply:
        broadcast_id, now = call.path["id"], self.clock.now()
        found = await explained(self.store, self.settings, broadcast_id, None, now)
        if found.is_unknown:
            raise ProblemError(404, f"nothing is known of {broadcast_id}")
        told = Explanation.of(found, broadcast_id, now).up_to(call.query.at)
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

    async def _events(self, call: Call) -> Reply:
        which: WhichEvents = call.query
        settled = self.clock.now() - SETTLED_AFTER
        found = await self.store.events(which.after, which.limit, settled)
        return Reply(replies.EventPage(tuple(found), found[-1].seq if found else which.after))

    async def _alerts(self, call: Call) -> Reply:
        which: WhichAlerts = call.query
        most = which.limit + 1
        found = await (self.store.latest_alerts(most) if which.all else self._open_alerts())
        items = listed_alerts(found[: which.limit])
        return Reply(replies.AlertPage(items, len(found) > which.limit))

    async def _open_alerts(self) -> list[Alert]:
        return (await self.store.open_alerts())[::-1]

    async def _workers(self, _call: Call) -> Reply:
        known, terms = await self.store.workers(), await self.store.terms()
        return Reply(listed_workers(known, terms, self.clock.now()))

    async def _quota(self, _call: Call) -> Reply:
        groups = sorted({each.quota_group for each in (await self.store.standings()).terms})
        found = [(group, figures_in(await self.store.reserved(group))) for group in groups]
        return Reply(
            replies.Quotas(
                tuple(
                    replies.Quota(group, figures.used, figures.spoken_for, figures.left, at)
                    for group, (figures, at) in ((group, each) for group, each in found if each)
                )
            )
        )
