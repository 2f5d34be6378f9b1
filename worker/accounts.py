"""From the settings of accounts to what the client needs, and to what must never be shown."""

from config.settings import Account as AccountSettings
from config.settings import Settings
from worker.provider.flavours import FLAVOURS, Account


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
    )


def secrets_of(settings: Settings) -> list[str]:
    """Return everything that must not be shown, in whatever form it is used."""
    accounts = [account_of(name, each) for name, each in settings.accounts.items()]
    others = (settings.heartbeat_url, settings.http.token, settings.alerts.secret)
    return [
        *(secret for account in accounts for secret in account.secrets),
        *(url.get_secret_value() for url in settings.alerts.urls),
        *(each.get_secret_value() for each in others if each),
    ]
