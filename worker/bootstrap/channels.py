"""Each account's way to the provider."""

from collections.abc import Callable, Mapping

import structlog

from config.settings import Settings
from jobs.alarms import Condition, Severity
from jobs.budget import Budget
from worker.accounts import account_of
from worker.alerts import Alerts
from worker.caller import Caller
from worker.channel import Channel
from worker.clock import Clock
from worker.metrics import Metrics
from worker.performer import Performer
from worker.provider.client import CallRecord, ProviderClient
from worker.provider.errors import CredentialsError, NoSuchRouteError
from worker.provider.transport import Transport
from worker.watcher import Watcher

log = structlog.get_logger(__name__)


def open_channels(
    settings: Settings,
    transport: Transport,
    clock: Clock,
    heard: Callable[[CallRecord], None],
) -> tuple[Mapping[str, Channel], Mapping[str, Caller]]:
    """Return each account's way to the provider, and the queue of each quota group."""
    callers: dict[str, Caller] = {}
    channels = {}
    for name, each in settings.accounts.items():
        group = each.quota or name
        caller = callers.setdefault(group, Caller(clock, Budget(calls=each.calls_per_5_minutes)))
        account = account_of(name, each)
        client = ProviderClient(account, transport, clock, heard, caller.count)
        watcher = Watcher(client, caller, clock)
        channels[name] = Channel(name, account.tenant, client, caller, Performer(client, caller), watcher)
    return channels, callers


def heard(alerts: Alerts, metrics: Metrics, call: CallRecord) -> None:
    """Count a call, and tell of credentials and addresses: those are the operator's to mend.

    Told by account, resolved by the next success.
    """
    metrics.called(call)
    log.debug(
        "call", method=call.method, route=call.route, status=call.status, seconds=round(call.seconds, 3)
    )
    about = f"account/{call.account}"
    if isinstance(call.error, CredentialsError | NoSuchRouteError):
        cure = f"Check CUELIGHT_ACCOUNTS__{call.account.upper()}__* and the token's permissions."
        alerts.tell(about, [Condition("credentials", Severity.CRITICAL, str(call.error), cure)])
    elif call.error is None and call.status is not None:
        alerts.tell(about, [])
