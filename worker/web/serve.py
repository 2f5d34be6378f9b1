"""Serves the pages in the worker's loop. A show is worth more than its pages: a taken port ends nothing."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.applications import Starlette

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.kit import listening
from worker.kit.clock import Clock
from worker.web.connections import Connection
from worker.web.pace import Pace

AGAIN_AFTER = 10.0
"""Seconds before a port that was taken is tried again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Role:
    """What a port is for. Each has a subject of its own, of which it is the one teller."""

    name: str
    about: Subject
    taken: Callable[[str], Condition]
    """From what keeps it from being listened on to what is told of that."""


def _pages_taken(trouble: str) -> Condition:
    return Condition(
        "pages",
        Severity.WARNING,
        trouble,
        "Set CUELIGHT_HTTP__PORT to a free port (0: no pages), or stop what listens there.",
    )


def _probes_taken(trouble: str) -> Condition:
    return Condition(
        "probes",
        Severity.WARNING,
        trouble,
        "Set CUELIGHT_HTTP__PROBES_PORT to a free port (0: none), or stop what listens there.",
    )


PAGES = Role("pages", Subject(SubjectKind.WORKER), _pages_taken)
PROBES = Role("probes", Subject(SubjectKind.WORKER, "probes"), _probes_taken)


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages on their port."""

    app: Starlette
    host: str
    port: int
    alerts: Alerts
    clock: Clock
    connection: type[Connection] = Connection
    role: Role = PAGES

    async def run(self) -> None:
        """Serve until cancelled; tell of a port that cannot be had, and try it again and again."""
        while True:
            try:
                listener = listening.bind(self.host, self.port)
            except OSError as error:
                self.alerts.tell(self.role.about, [self._taken(error)])
                await self.clock.sleep(AGAIN_AFTER)
                continue
            self.alerts.tell(self.role.about, [])
            log.info("pages_served", role=self.role.name, url=listening.url(listener))
            pace = Pace(self.clock, self.connection.most_a_second, self.connection.taken_at_once)
            config = listening.config(self.app, http=self.connection)
            server = listening.PacedServer(config, self.clock, pace.wait)
            await server.serve_until_cancelled(listener, at_once=True)

    def _taken(self, error: OSError) -> Condition:
        where, why = f"{self.host}:{self.port}", error.strerror or error
        return self.role.taken(f"cannot listen on {where}: {why}; broadcasts are not affected")
