"""Several real workers on one real PostgreSQL, and the simulator in its own process."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from tests.drills.judge import instant
from tests.support.postgres import Postgres
from tests.support.processes import Provider, Worker, simulator, wait_until, worker

TAKEN_OVER_WITHIN = 25.0
"""Seconds from the death of its holder to the lease in other hands."""
HANDED_OVER_WITHIN = 4.0
"""Seconds from SIGTERM to the lease in other hands."""


@dataclass
class Fleet:
    """Workers that share a database."""

    provider: Provider
    server: Postgres
    database: str
    folder: Path
    settings: dict[str, str]
    stack: ExitStack = field(default_factory=ExitStack)
    hosts: list[Worker] = field(default_factory=list)

    def add(self, **settings: str) -> Worker:
        """Return one more worker, not yet begun."""
        folder = self.folder / f"worker-{len(self.hosts)}"
        sql = partial(self.server.sql, database=self.database)
        everything = {"CUELIGHT_DATABASE_URL": self.url, **self.settings, **settings}
        host = self.stack.enter_context(worker(folder, self.provider, **everything))
        host.elsewhere = sql
        self.hosts.append(host)
        return host

    def start(self, count: int = 1) -> list[Worker]:
        """Begin so many more workers, the first of which gets the lease."""
        begun = []
        for _ in range(count):
            begun.append(self.add().start())
            wait_until("somebody holds the lease", self.holder)
        return begun

    @property
    def url(self) -> str:
        return self.server.url(self.database)

    def leases(self) -> dict[str, tuple[str, int]]:
        """Return who holds each group, and in which term."""
        rows = self.server.sql(
            "SELECT quota_group, holder, term FROM leases WHERE expires_at > clock_timestamp()",
            database=self.database,
        )
        return {group: (holder, term) for group, holder, term in rows}

    def holder(self, group: str = "default") -> Worker | None:
        """Return the worker that holds the group, if one that runs does."""
        name, _ = self.leases().get(group, ("", 0))
        return next((each for each in self.hosts if pid(each) and f"/{pid(each)}-" in name), None)

    def others(self, host: Worker) -> list[Worker]:
        return [each for each in self.hosts if each is not host and pid(each)]


@contextmanager
def fleet(
    folder: Path, server: Postgres, knobs: Mapping[str, Any] | None = None, **settings: str
) -> Iterator[Fleet]:
    """Have a database and a provider for workers to come."""
    with ExitStack() as stack:
        provider = stack.enter_context(simulator(**dict({"crowd": False}, **(knobs or {}))))
        database = stack.enter_context(server.database())
        yield Fleet(provider, server, database, folder, settings, stack.enter_context(ExitStack()))


def pid(host: Worker) -> int | None:
    """Return the process of a worker that runs."""
    return host.process.pid if host.process and host.process.poll() is None else None


def entered_at(host: Worker, group: str = "default") -> datetime:
    """Return when it was ready to run the group, at last."""

    def found() -> datetime | None:
        lines = [json.loads(line) for line in host.log().splitlines() if line.startswith("{")]
        times = [
            each["timestamp"] for each in lines if each["event"] == "lease_entered" and each["group"] == group
        ]
        return instant(times[-1]) if times else None

    at: datetime = wait_until("the group is entered", found, TAKEN_OVER_WITHIN + 5)
    return at
