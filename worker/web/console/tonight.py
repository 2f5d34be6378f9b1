"""The first page: what is on the air, should it be, and how it is ended."""

from dataclasses import dataclass

from starlette.responses import Response

from worker.store.readable import ReadableStore
from worker.view.alerts import listed, worst_first
from worker.view.timeline import AFTER, BEFORE, Seen, most_urgent, timeline
from worker.view.workers import duty
from worker.web.console.visit import Page, Visit
from worker.web.quotas import quotas


@dataclass(frozen=True, slots=True)
class Tonight:
    """Answers who looks at tonight."""

    store: ReadableStore
    seen: Seen

    def pages(self) -> list[Page]:
        """Return the address. Whoever asks for no page is told which addresses there are."""
        return [Page(path="/", answer=self._shown, is_for_browsers=True)]

    async def _shown(self, visit: Visit) -> Response:
        now, store = visit.now, self.store
        found = await store.upcoming(now - BEFORE, now + AFTER)
        ids = most_urgent(found)
        rows = [row async for part in store.overviews(ids) for row in part]
        return visit.long_page(
            "tonight.html",
            timeline=timeline(rows, now, self.seen, left_out=len(found) - len(ids)),
            alerts=listed(worst_first(await store.open_alerts())),
            quotas=await quotas(store),
            duty=duty(await store.workers(), now),
        )
