"""Each account's way to the provider."""

from collections.abc import Callable, Mapping

import structlog

from config.settings import Settings
from jobs.alarms import Condition, Severity
from jobs.budget import Budget
from worker.accounts import account_of
from worker.alerts import Alerts
from worker.bootstrap.means import Means
from worker.caller import Caller
from worker.channel import Channel
from worker.metrics import Metrics
from worker.performer import Performer
from worker.provider.client import CallRecord, ProviderClient
from worker.provider.errors import CredentialsError, NoSuchRouteError, RateLimitedError
from worker.reservation import Reservation
from worker.watcher import Watcher

SHORT_PAUSE = 15.0
"""Seconds: a provider that asks for no longer pause than this is nothing to tell an operator of."""

log = structlog.get_logger(__name__)


async def open_channels(
    settings: Settings, means: Means, heard: Callable[[CallRecord], None]
) -> tuple[Mapping[str, Channel], Mapping[str, Caller]]:
    """Return each account's way to the provider, and the queue of each quota group."""
    clock = means.clock
    callers: dict[str, Caller] = {}
    channels = {}
    for name, each in settings.accounts.items():
        group = each.quota or name
        if group not in callers:
            callers[group] = await _caller(group, Budget(calls=each.calls_per_5_minutes), means)
        caller, account = callers[group], account_of(name, each)
        client = ProviderClient(account, means.transport, clock, heard, caller.count)
        watcher = Watcher(client, caller, clock)
        channels[name] = Channel(name, account.tenant, client, caller, Performer(client, caller), watcher)
    return channels, callers


async def _caller(group: str, budget: Budget, means: Means) -> Caller:
    """Return the queue of a group, which begins with what was sent before this worker was there."""
    reservation = Reservation(means.store, group, means.clock, budget)
    caller = Caller(means.clock, budget, reservation.block)
    caller.begin_with(await reservation.earlier())
    return caller


def heard(alerts: Alerts, metrics: Metrics, call: CallRecord) -> None:
    """Count a call, and tell of what is the operator's to mend: credentials, addresses, a quota used up.

    Told by account, resolved by the next success.
    """
    metrics.called(call)
    log.debug(
        "call", method=call.method, route=call.route, status=call.status, seconds=round(call.seconds, 3)
    )
    condition = _condition(call)
    if condition is not None:
        alerts.tell(f"account/{call.account}", [condition])
    elif call.error is None and call.status is not None:
        alerts.tell(f"account/{call.account}", [])


def _condition(call: CallRecord) -> Condition | None:
    """Return what the call says of its whole account."""
    match call.error:
        case CredentialsError() | NoSuchRouteError():
            cure = f"Check CUELIGHT_ACCOUNTS__{call.account.upper()}__* and the token's permissions."
            return Condition("credentials", Severity.CRITICAL, str(call.error), cure)
        case RateLimitedError(retry_after=pause) if pause is None or pause > SHORT_PAUSE:
            text = f"the provider refuses every call{f' for {pause:.0f} s' if pause else ''}: too many"
            cure = "Stops are still tried. Find what else uses this token; see the provider's dashboard."
            return Condition("rate_limited", Severity.CRITICAL, text, cure)
        case _:
            return None
