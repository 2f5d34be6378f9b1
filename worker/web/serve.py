"""Serves the pages in the worker's loop. A show is worth more than its pages: a taken port ends nothing."""

from dataclasses import dataclass

import structlog
from starlette.applications import Starlette

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.kit import listening
from worker.kit.clock import Clock
from worker.web.connections import Connection

ABOUT = Subject(SubjectKind.WORKER)
AGAIN_AFTER = 10.0
"""Seconds before a port that was taken is tried again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages on their port."""

    app: Starlette
    host: str
    port: int
    alerts: Alerts
    clock: Clock
    connection: type[Connection] = Connection

    async def run(self) -> None:
        """Serve until cancelled; tell of a port that cannot be had, and try it again and again."""
        while True:
            try:
                listener = listening.bind(self.host, self.port)
            except OSError as error:
                self.alerts.tell(ABOUT, [_taken(self.host, self.port, error)])
                await self.clock.sleep(AGAIN_AFTER)
                continue
            self.alerts.tell(ABOUT, [])
            log.info("pages_served", url=listening.url(listener))
            config = listening.config(self.app, self.connection.taken_at_once, http=self.connection)
            await listening.Server(config).serve_until_cancelled(listener, at_once=True)


def _taken(host: str, port: int, error: OSError) -> Condition:
    return Condition(
        "pages",
        Severity.WARNING,
        f"cannot listen on {host}:{port}: {error.strerror or error}; broadcasts are not affected",
        "Set CUELIGHT_HTTP__PORT to a free port (0: no pages), or stop what listens there.",
    )
