"""A real worker with its simulator, and real browsers before its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.processes import Provider, Worker, free_port, simulator, wait_until, worker

TOKENS = {"ann": "ann-canary-0123456789", "reader": "reader-canary-0123456789"}


@dataclass
class Night:
    """What happens tonight, and where it is looked at."""

    provider: Provider
    host: Worker
    url: str


@contextmanager
def night(folder: Path) -> Iterator[Night]:
    """Begin a worker whose pages ask for tokens."""
    port = free_port()
    settings = {
        "CUELIGHT_HTTP__PORT": str(port),
        "CUELIGHT_HTTP__TOKENS__ANN": TOKENS["ann"],
        "CUELIGHT_HTTP__SCOPES__ANN": "operate,playback",
        "CUELIGHT_HTTP__TOKENS__READER": TOKENS["reader"],
    }
    with simulator() as provider, worker(folder, provider, **settings) as host:
        host.start()
        url = f"http://127.0.0.1:{port}"
        wait_until("it answers", lambda: _answers(url))
        yield Night(provider, host, url)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/livez").status_code == 200
    except httpx.TransportError:
        return False
