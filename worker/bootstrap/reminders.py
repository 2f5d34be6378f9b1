"""What sends hosts their links, put together."""

from config.settings import Settings
from worker.bootstrap.engine import Shared
from worker.engine.letters import Letters
from worker.engine.reminders import Reminders


def open_reminders(settings: Settings, shared: Shared) -> Reminders:
    """Return what sends them, with each account's template of a link."""
    resources = shared.resources
    templates = {name: each.join_url for name, each in settings.accounts.items() if each.join_url}
    letters = Letters(gateways=shared.gateways, leases=resources.leases, join_urls=templates)
    return Reminders(
        rows=resources.store,
        letters=letters,
        services=resources.host_services(settings),
        leases=resources.leases,
        alerts=shared.alerts,
        clock=resources.clock,
    )
