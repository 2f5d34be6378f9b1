"""Alerts as signed JSON, posted to an address of the operator's."""

import asyncio
import hashlib
import hmac
import ssl

import httpx

from worker.alerting.channel import DeliveryError
from worker.alerting.message import Message
from worker.kit.clock import Clock

DEADLINE = 5.0
"""Seconds from connecting to the answer."""
SIGNATURE = "cuelight-signature"


class Webhook:
    """Posts each message once; 2xx means that it arrived."""

    def __init__(  # noqa: PLR0913, PLR0917  What it takes to post and to sign.
        self,
        name: str,
        url: str,
        secret: str | None,
        installation: str,
        client: httpx.AsyncClient,
        clock: Clock,
    ) -> None:
        self.name = name
        self._url = url
        self._secret = secret
        self._installation = installation
        self._client = client
        self._clock = clock

    async def send(self, message: Message) -> None:
        """Deliver it.

        Raises:
            DeliveryError: no 2xx came within 5 s.
        """
        now = self._clock.now()
        body = message.body(self._installation, now)
        headers = {"content-type": "application/json"}
        if self._secret:
            headers[SIGNATURE] = signature(self._secret, int(now.timestamp()), body)
        trouble = await self._posted(body, headers)
        if trouble:
            # Raised here, where it has no context: that would name the address.
            raise DeliveryError(trouble)

    async def _posted(self, body: bytes, headers: dict[str, str]) -> str:
        try:
            async with (
                asyncio.timeout(DEADLINE),
                self._client.stream("POST", self._url, content=body, headers=headers) as answer,
            ):
                return "" if answer.is_success else f"answered {answer.status_code}"
        except TimeoutError:
            return f"no answer within {DEADLINE:g} s"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return f"no connection: {type(error).__name__}"


def signature(secret: str, at: int, body: bytes) -> str:
    """Return `t=UNIX,v1=HEX`: HMAC-SHA256, by the secret, of the instant, a full stop and the body."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def open_client() -> httpx.AsyncClient:
    """Return the client for what goes to operators: no redirects, no proxy.

    It trusts whom the provider's client trusts: this machine's authorities, or those of SSL_CERT_FILE.
    """
    trusted = ssl.create_default_context()
    return httpx.AsyncClient(verify=trusted, follow_redirects=False, trust_env=False, timeout=DEADLINE)
