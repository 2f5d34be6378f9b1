"""Who asks, and what he may: a token by its name, somebody whom a proxy has logged in, or this machine.

Where no token is set up, whoever asks from this machine reads, and does nothing else. A page in a browser
here asks from this machine too, so that nothing is answered unless it is this machine that was asked for.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from starlette.requests import Request

from config.access import Network, Scope
from config.setting_types import is_loopback
from worker.web.guard import given_tokens

ANYBODY = "anybody on this machine"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    name: str
    """What the journal calls him by."""
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Whether he is allowed this."""
        return scope in self.scopes


@dataclass(frozen=True, slots=True)
class Token:
    """What somebody shows to be known by his name."""

    secret: str = field(repr=False)
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class TrustedProxy:
    """A server before this one that logs people in, and says in a header who it is."""

    header: str
    addresses: Sequence[Network]
    scopes: frozenset[Scope]

    def stands_at(self, host: str) -> bool:
        """Whether a connection from there is this server's; a path of a socket is no address."""
        try:
            peer = ip_address(host)
        except ValueError:
            return False
        return any(peer in each for each in self.addresses)


@dataclass(frozen=True, slots=True)
class Access:
    """Tells who asks."""

    tokens: Mapping[str, Token]
    proxy: TrustedProxy | None = None
    is_local: bool = False
    """Whether this machine alone can reach the port."""

    def caller(self, request: Request) -> Caller | None:
        """Return who asks; None: nobody that is known, or known by a token that is none of ours."""
        given = given_tokens(request)
        if given:
            return self.holder(given)
        if found := self._by_proxy(request):
            return found
        if not self.tokens and self.proxy is None and self.is_local and _is_meant(request):
            return Caller(ANYBODY, frozenset({Scope.READ}))
        return None

    def holder(self, given: Sequence[bytes]) -> Caller | None:
        """Return whose token this is. It is compared with each, so that the time it takes tells nothing."""
        found = None
        for name, token in self.tokens.items():
            if True in [hmac.compare_digest(each, token.secret.encode()) for each in given]:
                found = Caller(name, token.scopes)
        return found

    def _by_proxy(self, request: Request) -> Caller | None:
        if self.proxy is None or request.client is None:
            return None
        name = request.headers.get(self.proxy.header, "").strip()
        if not name or not name.isprintable() or len(name) > 100:
            return None
        if not self.proxy.stands_at(request.client.host):
            return None
        return Caller(name, self.proxy.scopes)


def _is_meant(request: Request) -> bool:
    """Whether it was this machine that was asked for, and not a name that somebody else has lead here."""
    return is_loopback(request.url.hostname or "")
