"""A server on loopback that keeps the alerts posted to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """Where it listens, and what came."""

    url: str
    bodies: list[str] = field(default_factory=list)


@contextmanager
def receiver(path: str) -> Iterator[Receiver]:
    """Receive what is posted, at a URL with this path."""

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.bodies.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Keep) as server:
        found = Receiver(f"http://127.0.0.1:{server.server_address[1]}{path}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()
