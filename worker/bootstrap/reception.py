"""Where the provider posts, and what is done about it; and what subscribers fetch."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from config.settings import Http, Settings
from worker.bootstrap.resources import Resources
from worker.engine.failsafe import Failsafe
from worker.engine.hints import Hints
from worker.engine.passes import Passes
from worker.gateway.account import Gateway
from worker.health.metrics import Metrics
from worker.installation.accounts import account_of
from worker.provider.published_key import PublishedKey
from worker.web.calendar import CalendarPage
from worker.web.guard import Guard
from worker.web.webhooks import Webhooks


def open_hints(gateways: Mapping[str, Gateway], failsafe: Failsafe, passes: Passes) -> Hints:
    """Return what wakes the runs that are on air, or wait backstage."""
    return Hints(gateways, failsafe.holding, partial(_wake, passes))


def open_webhooks(settings: Settings, resources: Resources, hints: Hints, metrics: Metrics) -> Webhooks:
    """Return where the provider posts, for each account; accounts of one address share its key."""
    urls = {name: account_of(name, each).webhook_key for name, each in settings.accounts.items()}
    keys = {url: PublishedKey(url, resources.transport, resources.clock) for url in urls.values()}
    return Webhooks({name: keys[url] for name, url in urls.items()}, hints, metrics.posted)


def open_calendar(http: Http, resources: Resources, tag: str) -> CalendarPage:
    """Return what calendar programs fetch, from whoever knows the token. `tag`: the installation's."""
    return CalendarPage(resources.store, tag, resources.clock, Guard(token_of(http)))


def token_of(http: Http) -> str | None:
    """Return what is asked of whoever looks at more than whether the worker lives."""
    return http.token.get_secret_value() if http.token else None


def _wake(passes: Passes, run_id: str, at: datetime) -> None:
    """Make a pass then, if there is still something to do."""
    if passes.knows(run_id):
        passes.wake(run_id, at=at)
