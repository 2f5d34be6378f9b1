"""Writes lines on a thread of its own: whoever does not read them holds up nothing but them."""

import os
import select
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TextIO

MOST_WAITING = 2_000
"""Lines that wait to be read; further ones are lost, and counted."""
LOOK_EVERY = 5.0
"""Seconds between two looks at what is overdue."""


class LineWriter:
    """Takes lines and writes them in turn. What is lost is said with the next line that gets through.

    `lost` words how many were lost; `overdue` returns the lines that are to be written now by themselves.
    """

    def __init__(
        self,
        stream: TextIO,
        lost: Callable[[int], str],
        overdue: Callable[[], Iterable[str]] = tuple,
        most: int = MOST_WAITING,
    ) -> None:
        self._out = _bytes_to(stream)
        self._say_lost = lost
        self._overdue = overdue
        self._most = most
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition()
        self._lost = 0
        self._is_writing = self._is_closed = False
        threading.Thread(target=self._work, name="log", daemon=True).start()

    def write(self, line: str) -> None:
        """Have a line written, sooner or later. It never waits and never fails."""
        with self._changed:
            if self._is_closed or len(self._waiting) >= self._most:
                self._lost += 1
                return
            self._waiting.append(line)
            self._changed.notify_all()

    def lose(self) -> None:
        """Count a line that could not even be worded."""
        with self._changed:
            self._lost += 1

    def flush(self, within: float) -> bool:
        """Wait for what was given until now; return whether it is written within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._is_writing, within)

    def close(self, within: float) -> bool:
        """Write what waits, if that takes no longer, and nothing afterwards; return whether it was."""
        done = self.flush(within)
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        return done

    def _work(self) -> None:
        while not self._is_closed:
            for line in self._next():
                self._put(line)

    def _next(self) -> list[str]:
        """Wait for a line, not for ever; return it, and what is overdue."""
        with self._changed:
            self._is_writing = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._is_closed, LOOK_EVERY)
            first = [self._waiting.popleft()] if self._waiting else []
            self._is_writing = bool(first)
        return [*first, *self._due()]

    def _due(self) -> Iterable[str]:
        try:
            return self._overdue()
        except Exception:  # noqa: BLE001  The thread outlives everything.
            self.lose()
            return ()

    def _put(self, line: str) -> None:
        lost = self._lost
        try:
            if lost:
                self._out(f"{self._say_lost(lost)}\n".encode(errors="replace"))
                self._found(lost)
            self._out(f"{line}\n".encode(errors="replace"))
        except (OSError, ValueError):  # It is closed, there or here.
            self.lose()

    def _found(self, lost: int) -> None:
        with self._changed:
            self._lost -= lost


def _bytes_to(stream: TextIO) -> Callable[[bytes], None]:
    """Return what writes there, past Python's buffer: a thread left behind would keep its lock for ever."""
    try:
        number = stream.fileno()
    except (OSError, ValueError, AttributeError):
        return lambda text: _written(stream, text)
    return lambda text: _all_written(number, text)


def _written(stream: TextIO, text: bytes) -> None:
    stream.write(text.decode())
    stream.flush()


def _all_written(number: int, text: bytes) -> None:
    while text:
        try:
            text = text[os.write(number, text) :]
        except BlockingIOError:  # Somebody who shares it made it so.
            select.select((), (number,), ())
