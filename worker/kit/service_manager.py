"""Tells the service manager how the worker does, as sd_notify(3) has it. Silent where there is none."""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from worker.kit.clock import Clock

FED_EVERY = 1.0
"""Seconds between two lines to the watchdog at least."""


class ServiceManager:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, address: str | None, clock: Clock, status: Callable[[], str]) -> None:
        self._address = f"\0{address[1:]}" if address and address.startswith("@") else address
        self._clock = clock
        self._status = status
        self._fed_at: float | None = None

    def feed(self) -> None:
        """Say that a pass has finished: the first makes the service ready, each keeps the watchdog off."""
        now = self._clock.monotonic()
        if self._fed_at is None:
            self._tell("READY=1", f"STATUS={self._status()}", "WATCHDOG=1")
        elif now - self._fed_at < FED_EVERY:
            return
        else:
            self._tell("WATCHDOG=1", f"STATUS={self._status()}")
        self._fed_at = now

    def stopping(self) -> None:
        """Say that the worker leaves because it was told to."""
        self._tell("STOPPING=1", "STATUS=stopping")

    def _tell(self, *lines: str) -> None:
        """Send and forget: a service manager that does not listen must not hold up a show."""
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.setblocking(False)  # noqa: FBT003  The socket's own signature.
            manager.sendto("\n".join(lines).encode(), self._address)


def notify_socket() -> str | None:
    """Return where the service manager listens, if one started this process."""
    return os.environ.get("NOTIFY_SOCKET")


def state_directories() -> list[Path]:
    """Return the folders that the service manager made for this process, of the mode that it was told."""
    return [Path(each) for each in os.environ.get("STATE_DIRECTORY", "").split(":") if each]
