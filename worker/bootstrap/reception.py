"""Where the provider posts, and what is done about it; and what subscribers fetch."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from starlette.routing import BaseRoute

from config.access import Scope, networks, scopes
from config.setting_types import is_loopback
from config.settings import Http, Settings
from worker.bootstrap.resources import Resources
from worker.engine.failsafe import Failsafe
from worker.engine.hints import Hints
from worker.engine.passes import Passes
from worker.gateway.account import Gateway
from worker.health.metrics import Metrics
from worker.installation.accounts import account_of, accounts_of
from worker.kit.clock import Clock
from worker.provider.client import ProviderClient
from worker.provider.published_key import PublishedKey
from worker.provider.transport import Transport
from worker.store.records import Overview
from worker.store.store import Store
from worker.view.timeline import Evidence
from worker.web.access import Access, Token, TrustedProxy
from worker.web.admission import Admission
from worker.web.api.app import interface
from worker.web.api.broadcasts import Broadcasts
from worker.web.api.endpoint import Endpoint
from worker.web.api.links import Links
from worker.web.api.observing import Observing
from worker.web.api.operators import Operators
from worker.web.api.orders import Orders
from worker.web.api.schedules import Schedules
from worker.web.calendar import CalendarPage
from worker.web.console.app import console
from worker.web.drafts import Drafts
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
    return CalendarPage(resources.pages or resources.store, tag, resources.clock, guard_of(http))


def open_interface(
    settings: Settings, resources: Resources, gateways: Mapping[str, Gateway] | None = None
) -> list[BaseRoute]:
    """Return the interface for other programs, and the pages for people."""
    store, clock = resources.pages or resources.store, resources.clock
    admission = Admission(access_of(settings.http), clock)
    drafts = Drafts(store, clock, settings)
    seen = partial(_seen, gateways or {})
    return [
        *interface(endpoints(settings, store, clock, resources.transport, drafts), admission),
        *console(store, settings, clock, admission, drafts, seen),
    ]


def _seen(gateways: Mapping[str, Gateway], row: Overview) -> Evidence | None:
    """Return what this worker read last of a broadcast's stream."""
    gateway = gateways.get(row.account)
    asked = gateway.reader.seen(row.id).stream if gateway else None
    fact = asked.fact if asked else None
    return Evidence(str(fact.value.status), fact.reads[-1] if fact.reads else fact.began_at) if fact else None


def endpoints(
    settings: Settings, store: Store, clock: Clock, transport: Transport, drafts: Drafts
) -> list[Endpoint]:
    """Return every address of the interface."""
    operators = Operators(store, clock)
    return [
        *Broadcasts(operators).endpoints(),
        *Orders(operators).endpoints(),
        *Links(operators, partial(_client, settings, transport, clock)).endpoints(),
        *Observing(store, clock, settings).endpoints(),
        *Schedules(operators, drafts).endpoints(),
    ]


def access_of(http: Http) -> Access:
    """Return who may do what."""
    usual = frozenset({Scope.READ})
    tokens = {
        name: Token(each.get_secret_value(), http.scopes.get(name, usual))
        for name, each in http.tokens.items()
    }
    trusted = TrustedProxy(http.proxy_header, networks(http.proxy_from), scopes(http.proxy_scopes))
    proxy = trusted if http.proxy_header else None
    is_local = is_loopback(http.host) and http.token is None
    return Access(tokens, proxy, is_local=is_local)


def _client(
    settings: Settings, transport: Transport, clock: Clock, account: str
) -> tuple[ProviderClient, str | None] | None:
    """Return how the provider is asked for links, and the template for them; None: no such account."""
    own = settings.accounts.get(account)
    if own is None:
        return None
    return ProviderClient(accounts_of(settings)[account], transport, clock), own.join_url


def guard_of(http: Http) -> Guard:
    """Return who asks whoever looks at more than whether the worker lives."""
    return Guard(token_of(http), [each.get_secret_value() for each in http.tokens.values()])


def token_of(http: Http) -> str | None:
    """Return what is asked of whoever looks at more than whether the worker lives."""
    return http.token.get_secret_value() if http.token else None


def _wake(passes: Passes, run_id: str, at: datetime) -> None:
    """Make a pass then, if there is still something to do."""
    if passes.knows(run_id):
        passes.wake(run_id, at=at)
