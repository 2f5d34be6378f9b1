"""How a command speaks to the provider from where it is."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from worker.cli.context import Context
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from config.settings import AccountSettings
    from worker.provider.client import ProviderClient

T = TypeVar("T")


async def with_client(context: Context, account: str, work: Callable[["ProviderClient"], Awaitable[T]]) -> T:
    """Speak to the provider from here.

    Raises:
        ClickException: the account is not set up, or the provider did not do it.
    """
    from worker.installation.accounts import accounts_of
    from worker.provider.client import ProviderClient
    from worker.provider.errors import ProviderError
    from worker.provider.transport import Transport

    account_settings(context, account)
    own = accounts_of(context.settings())[account]
    transport = Transport()
    try:
        return await work(ProviderClient(own, transport, SystemClock()))
    except ProviderError as error:
        raise click.ClickException(f"the provider: {error}") from None
    finally:
        await transport.close()


def account_settings(context: Context, name: str) -> "AccountSettings":
    """Return the settings of an account.

    Raises:
        ClickException: it is not set up here.
    """
    found = context.settings().accounts.get(name)
    if found is None:
        raise click.ClickException(
            f"account {name} is not set up here: set CUELIGHT_ACCOUNTS__{name.upper()}__*"
        )
    return found
