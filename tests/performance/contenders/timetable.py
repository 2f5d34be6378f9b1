"""A job for each start, poll and end, as APScheduler is commonly used; and when the last end is over."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from tests.performance.burst import POLL, Burst

Job = Callable[[str], Coroutine[Any, Any, None]]
PATIENT = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""The default grace of one second would lose most of a burst."""


@dataclass(slots=True)
class Timetable:
    """The jobs of a burst."""

    burst: Burst
    scheduler: AsyncIOScheduler
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _over: int = 0

    @classmethod
    def on(cls, burst: Burst, stores: Mapping[str, Any] | None = None) -> "Timetable":
        """Return an empty one; its jobs are kept in memory, unless a store is given."""
        scheduler = AsyncIOScheduler(jobstores=stores or {}, job_defaults=PATIENT, timezone=UTC)
        return cls(burst, scheduler)

    async def run(self, prepare: Job, start: Job, poll: Job, end: Job) -> None:
        """Have every broadcast prepared now, and the rest in its time; return when the last is over."""
        self.scheduler.add_listener(self._heard, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self.scheduler.start()
        for title in self.burst.titles:
            self._add(prepare, "prepare", title)
            self._add(start, "start", title, run_date=_instant(self.burst.starts_at))
            self._poll(poll, title)
            self._add(end, "end", title, run_date=_instant(self.burst.ends_at))
        await self.ended.wait()
        self.scheduler.shutdown(wait=False)

    def poll_no_more(self, title: str) -> None:
        try:
            self.scheduler.remove_job(f"poll {title}")
        except JobLookupError:
            return

    def _add(self, job: Job, kind: str, title: str, **when: Any) -> None:
        self.scheduler.add_job(job, "date", args=[title], id=f"{kind} {title}", **when)

    def _poll(self, poll: Job, title: str) -> None:
        self.scheduler.add_job(
            poll,
            "interval",
            args=[title],
            id=f"poll {title}",
            seconds=POLL,
            start_date=_instant(self.burst.starts_at) + timedelta(seconds=POLL),
        )

    def _heard(self, event: JobExecutionEvent) -> None:
        self._over += event.job_id.startswith("end ")
        if self._over == self.burst.count:
            self.ended.set()


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
