"""A way to PostgreSQL that can be cut: between a COMMIT and its answer, or altogether."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """Carries bytes both ways, and counts what is committed."""

    server: tuple[str, int]
    port: int = 0
    commits: int = 0
    """How many COMMITs went by."""
    cut_at: int = 0
    """The answer to this one never arrives; 0: every one does."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, client: socket.socket) -> None:
        """Serve one connection to its end."""
        with client, socket.create_connection(self.server) as server:
            back = threading.Thread(target=_pass, args=(server, client), daemon=True)
            back.start()
            while data := _read(client):
                if b"COMMIT" in data and self._is_to_be_cut():
                    client.shutdown(socket.SHUT_RDWR)
                    server.sendall(data)
                    _read(server)
                    return
                server.sendall(data)
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)

    def _is_to_be_cut(self) -> bool:
        with self._lock:
            self.commits += 1
            return self.commits == self.cut_at


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := _read(source):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def _read(source: socket.socket) -> bytes:
    try:
        return source.recv(65536)
    except OSError:
        return b""


@contextmanager
def proxy(host: str, port: int) -> Iterator[Proxy]:
    """Listen on a free port of loopback, and carry what comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Proxy((host, port), listener.getsockname()[1])

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=_quietly, args=(made, client), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield made


def _quietly(made: Proxy, client: socket.socket) -> None:
    with suppress(OSError):
        made.carry(client)
