"""From the settings of accounts to what the client needs, and to what must never be shown."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from config.setting_types import HOST_ADDRESS, SHORTEST_SECRET
from config.settings import AccountSettings, Settings
from config.signing_secret import PREFIX
from worker.provider.flavours import FLAVOURS, Account
from worker.store.engine.engines import parsed

_TOKEN = re.compile(r"(?=.*[A-Z0-9])[^./]+")
"""What is no plain word, which to hide would hide it everywhere, and no host."""


def accounts_of(settings: Settings) -> dict[str, Account]:
    """Return every account, each knowing the secrets of meetings too: its provider may repeat them."""
    others = tuple(each for value in meeting_secrets(settings).values() for each in _parts(value))
    return {name: replace(account_of(name, each), others=others) for name, each in settings.accounts.items()}


def quota_groups(settings: Settings) -> dict[str, str]:
    """Return the quota group of each account: one of its own, unless it shares one."""
    return {name: each.quota or name for name, each in settings.accounts.items()}


def meeting_secrets(settings: Settings) -> dict[str, str]:
    """Return what meetings name by `secret_from`, by name in small letters."""
    return {name: each.get_secret_value() for name, each in settings.secrets.items()}


def notify_urls(settings: Settings) -> dict[str, str]:
    """Return by what hosts are sent their links, by name in small letters."""
    return {name: each.get_secret_value() for name, each in settings.notify.items()}


def account_of(name: str, settings: AccountSettings) -> Account:
    """Return what the client needs of an account's settings."""
    secret = settings.api_token or settings.api_key
    return Account(
        name=name,
        flavour=FLAVOURS[settings.flavour],
        secret=secret.get_secret_value() if secret else "",
        account_id=settings.account_id or "",
        app_id=settings.app_id or "",
        org_id=settings.org_id or "",
        base_url=settings.base_url,
        webhook_key_url=settings.webhook_key_url,
    )


def secrets_of(settings: Settings) -> list[str]:
    """Return everything that must not be shown, in whatever form it is used."""
    accounts = accounts_of(settings).values()
    others = (settings.http.token, *settings.http.tokens.values())
    return [
        *(secret for account in accounts for secret in account.secrets),
        *(part for url in _urls(settings) for part in _telling(url)),
        *(each.get_secret_value() for each in others if each),
        *(form for each in (settings.alerts.secret, settings.webhooks.secret) for form in _signing(each)),
        _password(settings.database_url.get_secret_value()),
        *(part for value in meeting_secrets(settings).values() for part in _parts(value)),
        *(part for url in notify_urls(settings).values() for part in url.split(HOST_ADDRESS)),
    ]


def _signing(secret: SecretStr | None) -> Iterator[str]:
    """Yield a signing secret, and what of it is the key by itself."""
    if secret:
        yield secret.get_secret_value()
        yield secret.get_secret_value().removeprefix(PREFIX)


def _parts(secret: str) -> Iterator[str]:
    """Yield a meeting's secret and what of it tells by itself: a line of a key, the key in an address."""
    yield secret
    lines = [each.strip() for each in secret.split("\n")]
    yield from (each for each in lines if len(lines) > 1 and not each.startswith("-----"))
    address, _, query = secret.partition("?")
    if "://" in address:
        words = [address.rpartition("/")[2], *(value for _, value in parse_qsl(query))]
        yield from (each for each in words if len(each) >= SHORTEST_SECRET)


def _password(url: str) -> str:
    """Return the database's password; of a URL that cannot be read, all that may be one."""
    try:
        return str(parsed(url).password or "")
    except ValueError:
        return url.partition("://")[2].partition(":")[2].rpartition("@")[0]


def _urls(settings: Settings) -> list[str]:
    found = [
        *settings.alerts.urls,
        *settings.webhooks.urls,
        settings.heartbeat_url,
        *settings.notify.values(),
    ]
    return [each.get_secret_value() for each in found if each]


def _telling(url: str) -> list[str]:
    """Return the parts by which whoever sees them could post there: the whole, the path, and what is a token.

    A service of apprise may keep its tokens where others name a host, and sends them in another order.
    """
    parts = urlsplit(url)
    path, (login, _, host) = parts.path.strip("/"), parts.netloc.rpartition("@")
    words = [*path.split("/"), *host.split(":"), *(value for _, value in parse_qsl(parts.query))]
    found = [login.partition(":")[2], *(each for each in words if _TOKEN.fullmatch(each))]
    return [url, path, *found, *map(unquote, found)]
