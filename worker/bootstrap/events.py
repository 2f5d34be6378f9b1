"""What posts events to other systems, put together."""

from collections.abc import Sequence

import httpx

from config.settings import Settings
from worker.alerting.posting import Poster
from worker.bootstrap.engine import Shared
from worker.engine.event_delivery import EventDelivery
from worker.engine.event_endpoint import EventEndpoint, key_of
from worker.kit.clock import Clock


def endpoints(settings: Settings, *, client: httpx.AsyncClient, clock: Clock) -> Sequence[EventEndpoint]:
    """Return each address that events are posted to, once, named by its place."""
    given = (settings.webhooks.secret, settings.webhooks.former_secret)
    secrets = [each.get_secret_value() for each in given if each]
    urls = [each.get_secret_value() for each in settings.webhooks.urls]
    return [
        EventEndpoint(str(urls.index(url) + 1), key_of(url), Poster(url, secrets, client), clock)
        for url in dict.fromkeys(urls)
    ]


def open_delivery(settings: Settings, shared: Shared) -> EventDelivery:
    """Return what posts to them."""
    resources = shared.resources
    return EventDelivery(
        rows=resources.store,
        endpoints=resources.endpoints(settings),
        installation=shared.installation,
        leases=resources.leases,
        alerts=shared.alerts,
        clock=resources.clock,
    )
