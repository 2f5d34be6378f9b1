"""A receiver of webhooks on loopback, as another system has one: it takes what a library verifies."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from tests.support.processes import utc_now


@dataclass
class WebhookReceiver:
    """Where it listens, and what came."""

    url: str
    verifier: Webhook
    refusals: int
    """Posts that it still answers with 500, though they are right."""
    refused: list[str] = field(default_factory=list)
    """Their ids."""
    forged: list[str] = field(default_factory=list)
    taken: list[tuple[str, dict[str, Any], datetime]] = field(default_factory=list)
    """The id of each, what it said, and when it came."""

    def once(self) -> list[dict[str, Any]]:
        """Return what came, each event once, in the order in which each came first."""
        return list({message_id: told for message_id, told, _ in self.taken}.values())

    def types(self) -> list[str]:
        return [each["type"] for each in self.once()]

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Return the status of the answer."""
        try:
            told = self.verifier.verify(body, headers)
        except WebhookVerificationError as error:
            self.forged.append(str(error))
            return 401
        message_id = headers["webhook-id"]
        if self.refusals:
            self.refusals -= 1
            self.refused.append(message_id)
            return 500
        self.taken.append((message_id, told, utc_now()))
        return 204


@contextmanager
def webhook_receiver(path: str, secret: str, refusals: int = 0) -> Iterator[WebhookReceiver]:
    """Receive what is posted, at a URL with this path."""

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(
                found.take({name.lower(): value for name, value in self.headers.items()}, body)
            )
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Take) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}{path}"
        found = WebhookReceiver(url, Webhook(secret), refusals)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()
