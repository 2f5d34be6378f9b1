"""The agenda: which run is to be looked at when. A heap of wake-ups; the earliest one for a run counts."""

import asyncio
import heapq
from datetime import datetime


class Agenda:
    """Wake-ups by run. An older, later one is dropped when a newer one is set."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []
        self._poked = asyncio.Event()

    def __len__(self) -> int:
        return len(self._at)

    def __contains__(self, run_id: object) -> bool:
        return run_id in self._at

    def set(self, run_id: str, at: datetime) -> None:
        """Wake this run then, and not at any other time it was set to before."""
        self._at[run_id] = at
        heapq.heappush(self._heap, (at, run_id))
        self._poked.set()

    def no_later(self, run_id: str, at: datetime) -> None:
        """Wake this run then, unless it wakes earlier anyway."""
        if run_id not in self._at or at < self._at[run_id]:
            self.set(run_id, at)

    def drop(self, run_id: str) -> None:
        """Forget this run's wake-up."""
        self._at.pop(run_id, None)

    def due(self, now: datetime, most: int) -> list[str]:
        """Take out the runs whose time has come, earliest first, and so many at most."""
        found: list[str] = []
        while self._heap and self._heap[0][0] <= now and len(found) < most:
            at, run_id = heapq.heappop(self._heap)
            if self._at.get(run_id) == at:
                del self._at[run_id]
                found.append(run_id)
        return found

    def next_at(self) -> datetime | None:
        """Return when the next run is due."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    async def poked(self) -> None:
        """Wait until something was set."""
        await self._poked.wait()
        self._poked.clear()
