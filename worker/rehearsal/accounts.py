"""Stand-ins for the accounts: the same flavours and quotas, with credentials that open nothing."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from config.secret_fields import names_in
from config.setting_types import Flavour
from config.settings import NEEDED, AccountSettings, Http, Settings
from jobs.model import Broadcast
from worker.provider.flavours import FLAVOURS

TAG = "rhrs"
"""Marks the meetings of a rehearsal."""
SECRETS = ("api_token", "api_key")
_PLACEHOLDER = SecretStr("set-at-the-real-worker-only")
"""In place of what a meeting names by `secret_from`."""
_JOIN_URL = "https://join.invalid/{token}"
"""In place of a template of hosts' links."""


def stage_settings(settings: Settings, broadcasts: Iterable[Broadcast]) -> Settings:
    """Return how the rehearsed worker is set up: as the real one, but that nothing leads anywhere.

    Where no account is set up, each that the schedule names has the usual quota of its own.
    """
    listed = list(broadcasts)
    names = {name for each in listed for name in names_in(dict(each.meeting))}
    return Settings(
        database_url=SecretStr("sqlite://"),
        state_dir=Path("rehearsal"),
        installation=TAG,
        accounts=_stand_ins(settings.accounts or _usual(listed)),
        secrets=dict.fromkeys(sorted(names | settings.secrets.keys()), _PLACEHOLDER),
        poll=settings.poll,
        http=Http(port=0),
    )


def secret_of(account: AccountSettings) -> str:
    """Return what an account is known by at the provider."""
    found = account.api_token or account.api_key
    return found.get_secret_value() if found else ""


def host_of(account: AccountSettings) -> str:
    """Return the host at which an account's provider is."""
    return urlsplit(account.base_url or "").hostname or ""


def _usual(broadcasts: Iterable[Broadcast]) -> dict[str, AccountSettings]:
    names = sorted({"default", *(each.account for each in broadcasts)})
    return {name: AccountSettings(flavour=Flavour.REALTIMEKIT, join_url=_JOIN_URL) for name in names}


def _stand_ins(accounts: Mapping[str, AccountSettings]) -> dict[str, AccountSettings]:
    """Accounts of one quota group and flavour are at one provider, and have one secret there."""
    places: dict[tuple[str, str], int] = {}
    found = {}
    for number, (name, account) in enumerate(accounts.items()):
        place = places.setdefault((account.quota or name, account.flavour), len(places))
        found[name] = _stand_in(account, account.quota or name, number, place)
    return found


def _stand_in(account: AccountSettings, group: str, number: int, place: int) -> AccountSettings:
    ids = {"account_id": f"{number:032x}", "app_id": f"app-{number}", "org_id": f"org-{number}"}
    secret = SecretStr(f"rehearsal-opens-nothing-{place}")
    needed = NEEDED[account.flavour]
    own = {name: secret if name in SECRETS else ids[name] for name in needed}
    path = urlsplit(FLAVOURS[account.flavour].address).path.format(**ids)
    return AccountSettings.model_validate(
        {
            "flavour": account.flavour,
            "calls_per_5_minutes": account.calls_per_5_minutes,
            "quota": group,
            "join_url": _JOIN_URL if account.join_url else None,
            "base_url": f"https://provider-{place}.invalid{path}",
            **own,
        }
    )
