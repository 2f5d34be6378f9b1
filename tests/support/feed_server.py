"""A server of calendars on loopback, which answers as it is told to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH = "/ical/private-canary5ca1ab1e/basic.ics"
"""What makes its address a secret."""
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FeedServer:
    """What it answers, and how often it was asked."""

    answer: Answer
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def serve(self, data: bytes) -> None:
        """Answer with this from now on."""
        self.answer = ok(data)


def ok(data: bytes) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    return answer


def event(uid: str, title: str, start: datetime, length: timedelta, *lines: str) -> str:
    """Return an event in UTC."""
    when = [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{start + length:%Y%m%dT%H%M%SZ}"]
    own = "".join(f"{each}\r\n" for each in (f"UID:{uid}", f"SUMMARY:{title}", *when, *lines))
    return f"BEGIN:VEVENT\r\n{own}END:VEVENT\r\n"


def calendar(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


@contextmanager
def feed_server(answer: Answer) -> Iterator[FeedServer]:
    """Serve a calendar at an address that is a secret."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            with suppress(OSError):
                found.answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        found = FeedServer(answer, f"http://127.0.0.1:{server.server_address[1]}{PATH}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()
