"""The provider's flavours as data (API reference, section 1)."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import quote

from config.setting_types import SHORTEST_SECRET


@dataclass(frozen=True, slots=True)
class Flavour:
    """Where a flavour is reached and how it is spoken to."""

    name: str
    address: str
    """Everything before `/meetings`, with `{account_id}` and `{app_id}`."""
    scheme: str
    """`Bearer` or `Basic`."""
    webhook_key: str
    """Where the key is published with which it signs webhooks."""


_CLOUDFLARE_KEY = "https://api.realtime.cloudflare.com/.well-known/webhooks.json"

FLAVOURS: Mapping[str, Flavour] = MappingProxyType(
    {
        each.name: each
        for each in (
            Flavour(
                "realtimekit",
                "https://api.cloudflare.com/client/v4/accounts/{account_id}/realtime/kit/{app_id}",
                "Bearer",
                _CLOUDFLARE_KEY,
            ),
            Flavour(
                "dyte", "https://api.dyte.io/v2", "Basic", "https://api.dyte.io/.well-known/webhooks.json"
            ),
            Flavour("realtime-v2", "https://api.realtime.cloudflare.com/v2", "Basic", _CLOUDFLARE_KEY),
        )
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One set of credentials. Its secret is in no representation of it."""

    name: str
    flavour: Flavour
    secret: str = field(repr=False)
    account_id: str = ""
    app_id: str = ""
    org_id: str = ""
    base_url: str | None = None
    """Replaces everything before `/meetings`."""
    webhook_key_url: str | None = None
    """Replaces the flavour's."""
    others: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """What else of secrets is sent with its meetings, and so may be in its answers."""

    @property
    def webhook_key(self) -> str:
        """Where the key is published with which its webhooks are signed."""
        return self.webhook_key_url or self.flavour.webhook_key

    @property
    def address(self) -> str:
        """Everything before `/meetings`, without a slash at the end."""
        own = self.flavour.address.format(account_id=self.account_id, app_id=self.app_id)
        return (self.base_url or own).rstrip("/")

    @property
    def tenant(self) -> str:
        """Whose meetings these are; ids of different tenants never mix."""
        parts = (self.flavour.name, self.account_id, self.app_id, self.org_id)
        return "/".join(part for part in parts if part)

    @property
    def authorization(self) -> str:
        """The header's value. A secret."""
        if self.flavour.scheme == "Bearer":
            return f"Bearer {self.secret}"
        pair = f"{self.org_id}:{self.secret}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never be shown, in each form that it may be written in; the longest first."""
        return _forms(self.secret, self.authorization, self.others)

    def hidden_in(self, text: str) -> str:
        """Return the text without this account's secrets: a provider may echo what it was sent."""
        for secret in self.secrets:
            text = text.replace(secret, "[hidden]")
        return text


@lru_cache(maxsize=64)
def _forms(secret: str, authorization: str, others: tuple[str, ...]) -> tuple[str, ...]:
    """Each answer is searched for them. Within longer base64 a secret begins at one of three places."""
    plain = (secret, authorization, authorization.partition(" ")[2], *others)
    forms = {
        *plain,
        *(quote(each, safe="") for each in plain),
        *(each for one in (secret, *others) for each in _in_base64(one.encode())),
    }
    return tuple(sorted((each for each in forms if len(each) >= SHORTEST_SECRET), key=len, reverse=True))


def _in_base64(raw: bytes) -> Iterator[str]:
    whole = (base64.b64encode(raw), base64.urlsafe_b64encode(raw))
    inside = (base64.b64encode(b"x" * shift + raw)[4:-4] for shift in (1, 2))
    yield from (each.decode().rstrip("=") for each in (*whole, *inside))
