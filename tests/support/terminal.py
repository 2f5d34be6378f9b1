"""A terminal of 80 columns, and what a process writes on it."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


class Terminal:
    """Runs a command line in a shell, on a terminal of its own."""

    def __init__(
        self, command: str, environment: Mapping[str, str], folder: Path, columns: int = 80, lines: int = 40
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # As in the background of a shell: inherited.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            ["bash", "-c", f"exec env {command}"],
            env={**environment, "TERM": "xterm-256color"},
            cwd=folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._written = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """Everything written so far, control characters included."""
        return bytes(self._written).decode(errors="replace")

    def type(self, text: str) -> None:
        """Type this."""
        os.write(self._master, text.encode())

    def close(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.wait()
        self._reader.join(timeout=5)
        os.close(self._master)

    def _read(self) -> None:
        with suppress(OSError):
            while found := os.read(self._master, 65536):
                self._written += found
