"""The worker's ports: the one with everything, and the one that probes have to themselves."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from config.settings import Http, Settings
from worker.alerting.alerts import Alerts
from worker.bootstrap.engine import Engine, Shared
from worker.bootstrap.open_files import of_files
from worker.bootstrap.reception import guard_of, open_calendar, open_hints, open_interface, open_webhooks
from worker.health.metrics import Metrics
from worker.kit.clock import Clock
from worker.web.connections import STREAMS, ProbeConnection, with_streams
from worker.web.health import Health
from worker.web.pace import of_pages
from worker.web.pages import pages, probes
from worker.web.serve import PROBES, Pages


def open_port(settings: Settings, shared: Shared, engine: Engine, health: Health) -> Pages | None:
    """Return the worker's pages with all that is answered there, unless none are wanted."""
    resources, metrics = shared.resources, shared.metrics
    hints = open_hints(shared.gateways, engine.failsafe, engine.passes)
    return open_pages(
        settings.http,
        health,
        metrics,
        shared.alerts,
        resources.clock,
        others=[
            *open_webhooks(settings, resources, hints, metrics).routes(),
            *open_calendar(settings.http, resources, shared.installation).routes(),
            *open_interface(settings, resources, shared.gateways),
        ],
    )


def open_pages(  # noqa: PLR0913  What they show.
    http: Http,
    health: Health,
    metrics: Metrics,
    alerts: Alerts,
    clock: Clock,
    *,
    others: Sequence[BaseRoute] = (),
) -> Pages | None:
    """Return the worker's pages, unless none are wanted."""
    app = pages(health, metrics.page, guard_of(http), of_pages(clock), others)
    connection = with_streams(of_files(STREAMS))
    return Pages(app, http.host, http.port, alerts, clock, connection) if http.port else None


def open_probes(http: Http, health: Health, metrics: Metrics, alerts: Alerts, clock: Clock) -> Pages | None:
    """Return what probes have to themselves, if they are to have it."""
    app = probes(health, metrics.page, guard_of(http), of_pages(clock))
    port = http.probes_port
    return Pages(app, http.host, port, alerts, clock, ProbeConnection, PROBES) if port else None
