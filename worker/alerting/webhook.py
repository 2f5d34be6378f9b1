"""Alerts as signed JSON, posted to an address of the operator's."""

import hashlib
import hmac

import httpx

from worker.alerting.channel import DeliveryError
from worker.alerting.notice import Notice
from worker.alerting.posting import Poster
from worker.kit.clock import Clock

FORMER_SIGNATURE = "cuelight-signature"
"""How a message was signed in the release before; it goes with the next one."""


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
        self._secret = secret
        self._installation = installation
        self._poster = Poster(url, [secret] if secret else [], client)
        self._clock = clock

    async def send(self, notice: Notice) -> None:
        """Deliver it.

        Raises:
            DeliveryError: no 2xx came within 5 s.
        """
        now = self._clock.now()
        body = notice.body(self._installation, now)
        former = {}
        if self._secret:
            former[FORMER_SIGNATURE] = former_signature(self._secret, int(now.timestamp()), body)
        posted = await self._poster.post(notice.message_id, body, now, former)
        if posted.trouble:
            # Raised here, where it has no context: that would name the address.
            raise DeliveryError(posted.trouble)


def former_signature(secret: str, at: int, body: bytes) -> str:
    """Return `t=UNIX,v1=HEX`: HMAC-SHA256 by the secret as written, of instant, full stop and body."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
