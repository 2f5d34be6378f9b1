"""Credentials that were changed where they are kept: taken over as soon as the old ones are refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from worker.kit.clock import Clock
from worker.provider.client import ProviderClient
from worker.provider.flavours import Account

EVERY = 10.0
"""Seconds between two looks at what is kept."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class RenewedCredentials:
    """Looks for new credentials when some are refused: a key can be changed under a running worker."""

    read: Callable[[], Mapping[str, Account]]
    """Reads the accounts as they are set up now; none if the settings are in error."""
    clients: Mapping[str, ProviderClient]
    clock: Clock
    _read_at: float | None = None

    def refused(self, name: str) -> None:
        """Hear that an account's credentials were refused; the next call is made with others if there are."""
        now = self.clock.monotonic()
        if self._read_at is not None and now - self._read_at < EVERY:
            return
        self._read_at = now
        found = self.read().get(name)
        client = self.clients.get(name)
        if found is None or client is None or found == client.account:
            return
        if (found.tenant, found.address) != (client.account.tenant, client.account.address):
            log.warning("credentials_not_taken_over", account=name, reason="they are another tenant's")
            return
        client.renew(found)
        log.info("credentials_taken_over", account=name)
