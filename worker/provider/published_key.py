"""The key with which the provider signs webhooks, as it publishes it (API reference, section 9)."""

import asyncio

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from worker.kit.clock import Clock
from worker.provider.errors import ProviderError
from worker.provider.replies import data, document
from worker.provider.signature import Signed, public_key
from worker.provider.transport import Transport

AGAIN_AFTER = 60.0
"""Seconds between two questions for it: whoever posts forgeries does not make us ask."""
WITHIN = 2.0
"""Seconds: whoever posts waits for an answer meanwhile, Dyte for 3 s."""

log = structlog.get_logger(__name__)


class KeyUnavailableError(Exception):
    """The key cannot be had, so nothing can be proven or refused."""


class PublishedKey:
    """The key at one address: fetched when it is first needed, and again when a signature does not fit."""

    def __init__(self, url: str, transport: Transport, clock: Clock) -> None:
        self._url = url
        self._transport = transport
        self._clock = clock
        self._key: RSAPublicKey | None = None
        self._again_at = clock.monotonic()
        self._asking = asyncio.Lock()

    async def signed(self, what: Signed) -> bool:
        """Whether the provider signed it: by the key that is known, or else by one that replaced it.

        Raises:
            KeyUnavailableError: the key cannot be had.
        """
        key = self._key or await self._newer_than(None)
        if what.is_by(key):
            return True
        newer = await self._newer_than(key)
        return newer is not key and what.is_by(newer)

    async def _newer_than(self, known: RSAPublicKey | None) -> RSAPublicKey:
        """Return the key as it is published now; where it is too early to ask again, the known one."""
        async with self._asking:
            if self._key is not None and self._key is not known:
                return self._key
            if self._clock.monotonic() >= self._again_at:
                self._again_at = self._clock.monotonic() + AGAIN_AFTER
                self._key = await self._fetched()
            if self._key is None:
                raise KeyUnavailableError("it could not be fetched, and is not fetched again so soon")
            return self._key

    async def _fetched(self) -> RSAPublicKey:
        try:
            async with asyncio.timeout(WITHIN):
                reply = await self._transport.send("GET", self._url, "")
            return public_key(data(document(reply)))
        except (ProviderError, TimeoutError) as error:
            reason = str(error) or f"no answer within {WITHIN:g} s"
            log.warning("webhook_key_unavailable", url=self._url, reason=reason)
            raise KeyUnavailableError(reason) from None
