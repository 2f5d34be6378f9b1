"""One post to an address of somebody else's, in the form of Standard Webhooks: named, dated, signed.

`webhook-id` names a message: whoever gets it twice takes it for one. `webhook-timestamp` is when this post of
it leaves, in Unix seconds; `webhook-signature` covers both and the body, once by each secret that there is.
"""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
from standardwebhooks import Webhook as Signer

from config.signing_secret import key
from worker.kit.retry_after import seconds_asked_for

LONGEST_PAUSE = 900.0
"""Seconds: a receiver that asks for a longer pause is tried then all the same."""
DEADLINE = 5.0
"""Seconds from connecting to the answer."""
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one post."""

    trouble: str = ""
    """Why it did not arrive, as far as is known; it names no address. Empty: it arrived."""
    is_gone: bool = False
    """Whether nothing is wanted there any more (410)."""
    again_after: float = 0.0
    """Seconds that the receiver asks to be left alone (`retry-after`), `LONGEST_PAUSE` at most."""


class Poster:
    """Posts to one address. It never raises, and keeps nothing of an answer but its status."""

    def __init__(self, url: str, secrets: Sequence[str], client: httpx.AsyncClient) -> None:
        """Sign with each of the secrets: whoever knows one of them can verify it."""
        self._url = url
        self._signers = [Signer(key(each)) for each in secrets]
        self._client = client

    async def post(
        self, message_id: str, body: bytes, at: datetime, others: Mapping[str, str] | None = None
    ) -> Posted:
        """Post a body of ASCII once; 2xx within 5 s means that it arrived. `others`: further headers."""
        headers = {"content-type": "application/json", **self._signed(message_id, body, at), **(others or {})}
        try:
            async with (
                asyncio.timeout(DEADLINE),
                self._client.stream("POST", self._url, content=body, headers=headers) as answer,
            ):
                return _told(answer)
        except TimeoutError:
            return Posted(f"no answer within {DEADLINE:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return Posted(f"no connection: {type(error).__name__}")

    def _signed(self, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
        named = {ID: message_id, TIMESTAMP: str(int(at.timestamp()))}
        signatures = [each.sign(message_id, at, body.decode("ascii")) for each in self._signers]
        return {**named, SIGNATURE: " ".join(signatures)} if signatures else named


def _told(answer: httpx.Response) -> Posted:
    if answer.is_success:
        return Posted()
    asked = seconds_asked_for(answer.headers.get("retry-after"), answer.headers.get("date"))
    return Posted(
        f"answered {answer.status_code}",
        is_gone=answer.status_code == httpx.codes.GONE,
        again_after=max(0.0, min(LONGEST_PAUSE, asked or 0.0)),
    )


def open_client() -> httpx.AsyncClient:
    """Return the client for what goes to operators and their systems: no redirects, no proxy.

    It trusts whom the provider's client trusts: this machine's authorities, or those of SSL_CERT_FILE.
    """
    trusted = ssl.create_default_context()
    return httpx.AsyncClient(verify=trusted, follow_redirects=False, trust_env=False, timeout=DEADLINE)
