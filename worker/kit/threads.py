"""Blocking calls, each on a thread of its own that may be left behind.

The threads of `concurrent.futures` are shared and waited for in the end: a few calls that hang hold up every
other that uses the pool, and the end of the process.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class BusyError(RuntimeError):
    """As many calls as there may be are under way, or hang."""


class ThreadPerCall(ThreadPoolExecutor):
    """An executor that begins a daemon thread for each call, at most `most` at once, and waits for none."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(max_workers=most, thread_name_prefix=name)
        self._name = name
        self._free = threading.BoundedSemaphore(most)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begin the call.

        Raises:
            BusyError: too many others are under way.
        """
        if not self._free.acquire(blocking=False):
            raise BusyError(f"{self._name}: every thread is busy")
        future: Future[T] = Future()

        def work() -> None:
            try:
                if future.set_running_or_notify_cancel():
                    _settle(future, lambda: fn(*args, **kwargs))
            finally:
                self._free.release()

        threading.Thread(target=work, name=self._name, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  As above it.
        """Leave behind whatever still runs."""


def _settle(future: Future[T], call: Callable[[], T]) -> None:
    try:
        found = call()
    except BaseException as error:  # noqa: BLE001  It is the awaiter's.
        future.set_exception(error)
    else:
        future.set_result(found)
