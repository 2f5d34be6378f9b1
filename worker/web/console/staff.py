"""Who works, and who did what."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from worker.store.readable import ReadableStore
from worker.view.log import log
from worker.view.workers import duty, listed
from worker.web.console.visit import Page, Visit

LOGGED_FOR = timedelta(days=14)
MOST = 200
"""Lines of the log that are shown."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Answers who looks at workers and operators."""

    store: ReadableStore

    def pages(self) -> list[Page]:
        """Return the addresses."""
        return [Page(path="/workers", answer=self._workers), Page(path="/log", answer=self._log)]

    async def _workers(self, visit: Visit) -> Response:
        known, terms = await self.store.workers(), await self.store.terms()
        return visit.page(
            "workers.html", workers=listed(known, terms, visit.now), duty=duty(known, visit.now)
        )

    async def _log(self, visit: Visit) -> Response:
        since = visit.now - LOGGED_FOR
        orders = await self.store.orders(since, MOST)
        requests = [each for each in await self.store.latest_requests(MOST) if each.asked_at >= since]
        revisions = [each for each in await self.store.revisions() if each.applied_at >= since]
        return visit.page("log.html", entries=log(orders, requests, revisions)[:MOST])
