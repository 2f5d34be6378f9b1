"""The coming fortnight."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from worker.store.readable import ReadableStore
from worker.view.fortnight import fortnight, until
from worker.web.console.visit import Page, Visit


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Answers who looks at what comes."""

    store: ReadableStore

    def pages(self) -> list[Page]:
        """Return the address."""
        return [Page(path="/fortnight", answer=self._shown)]

    async def _shown(self, visit: Visit) -> Response:
        rows = await self.store.upcoming(visit.now - timedelta(days=1), until(visit.now))
        return visit.long_page("fortnight.html", days=fortnight(rows, visit.now))
