"""Each account's way to the provider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from config.settings import Settings
from jobs.cause import substance
from jobs.conditions import Condition, Severity
from jobs.quota.budget import Budget
from jobs.subject import Subject, SubjectKind
from worker.alerting.alerts import Alerts
from worker.bootstrap.resources import Resources
from worker.gateway.account import Gateway
from worker.gateway.credentials import RenewedCredentials
from worker.gateway.lists import Lists
from worker.gateway.meeting_secrets import MeetingSecrets
from worker.gateway.performer import Performer
from worker.gateway.queue import CallQueue
from worker.gateway.quota_watch import QuotaWatch, Tell
from worker.gateway.reads import Reader
from worker.gateway.reservation import Reservation
from worker.health.metrics import Metrics
from worker.installation.accounts import accounts_of, meeting_secrets, quota_groups
from worker.kit.clock import Clock
from worker.kit.skew import SkewWatch
from worker.provider.call_record import CallRecord
from worker.provider.client import ProviderClient
from worker.provider.errors import CredentialsError, NoSuchRouteError, RateLimitedError
from worker.provider.flavours import Account

SHORT_PAUSE = 15.0
"""Seconds: a provider that asks for no longer pause than this is nothing to tell an operator of."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class CallObserver:
    """Hears of every call, and tells of what is the operator's to mend."""

    alerts: Alerts
    metrics: Metrics
    skew: SkewWatch
    refused: Callable[[str], None]
    """Told of an account whose credentials are not accepted."""

    def hear(self, call: CallRecord) -> None:
        """Count a call. Credentials and a quota used up are told by account, until the next success."""
        self.metrics.called(call)
        log.debug(
            "call", method=call.method, route=call.route, status=call.status, seconds=round(call.seconds, 3)
        )
        if call.skew is not None:
            self.skew.hear(call.skew)
        if isinstance(call.error, CredentialsError):
            self.refused(call.account)
        condition = _condition(call)
        if condition is not None:
            self.alerts.tell(Subject(SubjectKind.ACCOUNT, call.account), [condition])
        elif call.error is None and call.status is not None:
            self.alerts.tell(Subject(SubjectKind.ACCOUNT, call.account), [])


def open_gateways(
    settings: Settings, resources: Resources, alerts: Alerts, metrics: Metrics, installation: str
) -> tuple[Mapping[str, Gateway], Mapping[str, CallQueue]]:
    """Return each account's way to the provider, and the queue of each quota group."""
    clock = resources.clock
    queues, groups = _queues(settings, resources), quota_groups(settings)
    clients = _clients(settings, resources, queues, alerts, metrics)
    again = partial(_secrets_again, resources, clients)
    secrets = MeetingSecrets(meeting_secrets(settings), again, clock)
    gateways = {}
    for name, client in clients.items():
        queue = queues[groups[name]]
        lists = Lists(client, queue, clock, installation)
        gateways[name] = Gateway(
            account=name,
            tenant=client.account.tenant,
            client=client,
            queue=queue,
            performer=Performer(client, queue, secrets),
            reader=Reader(client, queue, lists, clock),
            lists=lists,
        )
    return gateways, queues


def _queues(settings: Settings, resources: Resources) -> Mapping[str, CallQueue]:
    """Return the queue of each quota group; its quota is what the first of its accounts says."""
    budgets: dict[str, Budget] = {}
    for name, group in quota_groups(settings).items():
        budgets.setdefault(group, Budget(calls=settings.accounts[name].calls_per_5_minutes))
    return {group: _queue(group, budget, resources) for group, budget in budgets.items()}


def _queue(group: str, budget: Budget, resources: Resources) -> CallQueue:
    reservation = Reservation(resources.store, group, resources.clock, budget)
    return CallQueue(resources.clock, budget, reservation.block, reservation.earlier)


def _clients(
    settings: Settings,
    resources: Resources,
    queues: Mapping[str, CallQueue],
    alerts: Alerts,
    metrics: Metrics,
) -> Mapping[str, ProviderClient]:
    """Return the client of each account.

    Whoever hears that credentials are refused gives a client others, so both know this one table of clients.
    """
    clients: dict[str, ProviderClient] = {}
    observer = CallObserver(
        alerts,
        metrics,
        skew=SkewWatch(partial(alerts.tell, Subject(SubjectKind.CLOCK, "skew"))),
        refused=RenewedCredentials(partial(_accounts_again, resources), clients, resources.clock).refused,
    )
    groups = quota_groups(settings)
    for name, account in accounts_of(settings).items():
        told = queues[groups[name]].told
        clients[name] = ProviderClient(account, resources.transport, resources.clock, observer.hear, told)
    return clients


def quota_watches(
    settings: Settings, queues: Mapping[str, CallQueue], tell: Tell, clock: Clock
) -> list[QuotaWatch]:
    """Return what tells of each quota group that it does not carry what is wanted."""
    groups = quota_groups(settings)
    return [
        QuotaWatch([name for name in groups if groups[name] == group], queue, tell, clock)
        for group, queue in queues.items()
    ]


def _accounts_again(resources: Resources) -> Mapping[str, Account]:
    """Return the accounts as they are set up now; none if the settings are in error."""
    found = resources.settings_again()
    return accounts_of(found) if found else {}


def _secrets_again(resources: Resources, clients: Mapping[str, ProviderClient]) -> Mapping[str, str] | None:
    """Return the secrets of meetings as they are set now, and have them hidden in answers from now on."""
    found = resources.settings_again()
    if found is None:
        return None
    for name, account in accounts_of(found).items():
        if client := clients.get(name):
            others = tuple(dict.fromkeys((*client.account.others, *account.others)))
            client.renew(replace(client.account, others=others))
    return meeting_secrets(found)


def _condition(call: CallRecord) -> Condition | None:
    """Return what the call says of its whole account."""
    match call.error:
        case CredentialsError() | NoSuchRouteError():
            cure = f"Check CUELIGHT_ACCOUNTS__{call.account.upper()}__* and the token's permissions."
            cause = substance(str(call.error))
            return Condition("credentials", Severity.CRITICAL, str(call.error), cure, cause)
        case RateLimitedError(retry_after=pause) if pause is None or pause > SHORT_PAUSE:
            text = f"the provider refuses every call{f' for {pause:.0f} s' if pause else ''}: too many"
            cure = "Stops are still tried. Find what else uses this token; see the provider's dashboard."
            return Condition("rate_limited", Severity.CRITICAL, text, cure)
        case _:
            return None
