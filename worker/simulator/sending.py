"""Posts what webhooks are told over real HTTP, to this machine alone."""

from urllib.parse import urlsplit

import httpx

from worker.simulator.deliveries import Delivery
from worker.simulator.loopback import is_this_machine

_PATIENCE_S = 3.0


class Post:
    """Posts once. A webhook elsewhere may be registered, and hears nothing."""

    def __init__(self, client: httpx.AsyncClient | None = None) -> None:
        self._client = client or httpx.AsyncClient(timeout=_PATIENCE_S, trust_env=False)

    async def __call__(self, delivery: Delivery) -> int | None:
        """Return the status of the answer; None: there was none."""
        if not is_this_machine(urlsplit(delivery.url).hostname or ""):
            return None
        try:
            answer = await self._client.post(
                delivery.url, content=delivery.body, headers=dict(delivery.headers)
            )
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        return answer.status_code

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()
