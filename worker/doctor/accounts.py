"""The accounts: one cheap read with each one's credentials, and what its answer says."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from worker.doctor.finding import Finding, ok, problem, warning
from worker.doctor.hiding import hides
from worker.kit.clock import Clock
from worker.kit.skew import Skew, between
from worker.provider.errors import (
    AbsentError,
    BadReplyError,
    CredentialsError,
    FaultyError,
    NoSuchRouteError,
    NotSentError,
    ProviderError,
    RateLimitedError,
    UnansweredError,
)
from worker.provider.flavours import Account
from worker.provider.replies import document
from worker.provider.transport import Reply, Transport

_FIELDS = {"Bearer": ("ACCOUNT_ID", "APP_ID", "API_TOKEN"), "Basic": ("ORG_ID", "API_KEY")}
_ONE = {"page_no": "1", "per_page": "1"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one account's read."""

    finding: Finding
    skew: Skew | None


async def ask(account: Account, transport: Transport, clock: Clock) -> Heard:
    """Read one meeting of the account, once."""
    sent_at, began = clock.now(), clock.monotonic()
    reply, trouble = None, None
    try:
        reply = await transport.send("GET", f"{account.address}/meetings", account.authorization, params=_ONE)
        document(reply)
    except ProviderError as error:
        trouble = error
    skew = between(sent_at, clock.now(), reply.headers.get("date")) if reply else None
    if trouble:
        return Heard(_explained(account, trouble), skew)
    return Heard(_well(account, reply, clock.monotonic() - began), skew)


def _well(account: Account, reply: Reply | None, seconds: float) -> Finding:
    left = reply.headers.get("ratelimit", "") if reply else ""
    quota = f"; quota {left}" if left.isascii() and left.isprintable() and left else ""
    return ok(_name(account), f"{_who(account)} accepts the credentials, in {seconds:.2f} s{quota}")


def _explained(account: Account, error: ProviderError) -> Finding:
    """Turn an error into words and a cure."""
    cause, cure = _cause(account, error)
    tell = warning if isinstance(error, RateLimitedError | FaultyError) else problem
    return tell(_name(account), hides(account).text(f"{_who(account)} {cause}"), cure)


def _cause(account: Account, error: ProviderError) -> tuple[str, str]:
    """Return what is the matter, and the cure."""
    told = f"({error.status} {error.reason[:200]})"
    match error:
        case NotSentError() | UnansweredError():
            return _network(account, error)
        case CredentialsError() | ProviderError(status=403):
            return f"refuses the credentials {told}", _credentials(account)
        case NoSuchRouteError() | AbsentError():
            where = ", ".join(_variables(account, *_FIELDS[account.flavour.scheme][:-1], "BASE_URL"))
            return f"does not know this address {told}", f"Check {where}."
        case RateLimitedError(retry_after=pause):
            span = f"for {pause:.0f} s more" if pause is not None else "for some minutes"
            return f"refuses every call {span}: the quota is used up", (
                "Wait, and give cuelight a token of its own: every use of this one counts."
            )
        case FaultyError():
            return f"has a problem of its own {told}", "Wait, and see the provider's status page."
        case BadReplyError():
            (where,) = _variables(account, "BASE_URL")
            return (
                f"did not answer itself {told}",
                f"Check {where}, and whether a proxy or portal is in between.",
            )
        case _:
            return f"refuses a simple read {told}", "See the reason; `cuelight doctor --probe` shows more."


def _credentials(account: Account) -> str:
    *ids, key = _variables(account, *_FIELDS[account.flavour.scheme])
    if account.flavour.scheme == "Bearer":
        return f"Check {key}: a token that is valid, of this account, with the permission Realtime Admin."
    return f"Check {' and '.join(ids)} and {key}: they belong together."


def _network(account: Account, error: ProviderError) -> tuple[str, str]:
    """Tell what kept a call from being answered, by the name of the error beneath."""
    host = urlsplit(account.address).hostname
    if "gaierror" in error.reason or "DNS" in error.reason:
        return (
            "cannot be found: its name does not resolve here",
            f"Check DNS on this machine: `getent hosts {host}`.",
        )
    if any(word in error.reason.lower() for word in ("ssl", "certificate")):
        cure = (
            "Update this machine's CA certificates, or name the authority's file in SSL_CERT_FILE;"
            " and see whether a proxy opens its connections."
        )
        return f"cannot be trusted ({error.reason})", cure
    cure = f"Check this machine's network and firewall: it must reach {host} itself, no proxy is used."
    return f"cannot be reached ({error.reason})", cure


def _variables(account: Account, *fields: str) -> Sequence[str]:
    return [f"CUELIGHT_ACCOUNTS__{account.name.upper()}__{each}" for each in fields]


def _name(account: Account) -> str:
    return f"account {account.name}"


def _who(account: Account) -> str:
    return f"{account.flavour.name} at {_host(account)}"


def _host(account: Account) -> str:
    return urlsplit(account.address).netloc
