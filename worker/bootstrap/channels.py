"""Each account's way to the provider."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import structlog

from config.settings import Settings
from jobs.alarms import Condition, Severity
from jobs.budget import Budget
from jobs.cause import substance
from jobs.subject import Subject, SubjectKind
from worker.accounts import accounts_of, meeting_secrets
from worker.alerts import Alerts
from worker.bootstrap.means import Means
from worker.caller import Caller
from worker.channel import Channel
from worker.clock import Clock
from worker.lists import Lists
from worker.meeting_secrets import MeetingSecrets
from worker.metrics import Metrics
from worker.performer import Performer
from worker.provider.client import CallRecord, ProviderClient
from worker.provider.errors import CredentialsError, NoSuchRouteError, RateLimitedError
from worker.provider.flavours import Account
from worker.quota_watch import QuotaWatch, Tell
from worker.reservation import Reservation
from worker.rotation import Rotation
from worker.skew import SkewWatch
from worker.watcher import Watcher

SHORT_PAUSE = 15.0
"""Seconds: a provider that asks for no longer pause than this is nothing to tell an operator of."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Ear:
    """Hears of every call, and tells of what is the operator's to mend."""

    alerts: Alerts
    metrics: Metrics
    skew: SkewWatch
    refused: Callable[[str], None] = lambda _account: None
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


def open_channels(
    settings: Settings, means: Means, ear: Ear, installation: str
) -> tuple[Mapping[str, Channel], Mapping[str, Caller]]:
    """Return each account's way to the provider, and the queue of each quota group."""
    clock = means.clock
    callers: dict[str, Caller] = {}
    channels: dict[str, Channel] = {}
    accounts = accounts_of(settings)
    secrets = MeetingSecrets(meeting_secrets(settings), partial(_secrets_again, means, channels), clock)
    for name, each in settings.accounts.items():
        group = each.quota or name
        if group not in callers:
            callers[group] = _caller(group, Budget(calls=each.calls_per_5_minutes), means)
        caller, account = callers[group], accounts[name]
        client = ProviderClient(account, means.transport, clock, ear.hear, caller.told)
        lists = Lists(client, caller, clock, installation)
        watcher, performer = Watcher(client, caller, lists, clock), Performer(client, caller, secrets)
        channels[name] = Channel(name, account.tenant, client, caller, performer, watcher, lists)
    clients = {name: channel.client for name, channel in channels.items()}
    ear.refused = Rotation(partial(_accounts_again, means), clients, clock).refused
    return channels, callers


def quota_watches(
    settings: Settings, callers: Mapping[str, Caller], tell: Tell, clock: Clock
) -> list[QuotaWatch]:
    """Return what tells of each quota group that it does not carry what is wanted."""
    accounts = settings.accounts.items()
    return [
        QuotaWatch([name for name, each in accounts if (each.quota or name) == group], caller, tell, clock)
        for group, caller in callers.items()
    ]


def _caller(group: str, budget: Budget, means: Means) -> Caller:
    """Return the queue of a group."""
    reservation = Reservation(means.store, group, means.clock, budget)
    caller = Caller(means.clock, budget, reservation.block, reservation.earlier)
    reservation.figures = caller.figures
    return caller


def _accounts_again(means: Means) -> Mapping[str, Account]:
    """Return the accounts as they are set up now; none if the settings are in error."""
    found = means.settings_again()
    return accounts_of(found) if found else {}


def _secrets_again(means: Means, channels: Mapping[str, Channel]) -> Mapping[str, str] | None:
    """Return the secrets of meetings as they are set now, and have them hidden in answers from now on."""
    found = means.settings_again()
    if found is None:
        return None
    for name, account in accounts_of(found).items():
        if name in channels:
            known = channels[name].client.account
            others = tuple(dict.fromkeys((*known.others, *account.others)))
            channels[name].client.account = replace(known, others=others)
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
