"""The wish to end, however it is uttered: ^C, SIGTERM, or a terminal that is closed."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")

WISHES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def played_out(play: Coroutine[None, None, T]) -> T:
    """Run this until it is done, or until somebody wishes it to end; it then leaves in order, and once.

    Raises:
        KeyboardInterrupt: somebody did, and it has left.
    """
    try:
        return asyncio.run(_interruptible(play))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _interruptible(play: Coroutine[None, None, T]) -> T:
    """Cancel this at the first wish, between two steps: an exception raised in one may be lost.

    Further wishes are ignored, as they would cut the leaving short. What was ignored before stays so: nohup.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    heeded = [each for each in WISHES if signal.getsignal(each) is not signal.SIG_IGN]

    def leave() -> None:
        for each in heeded:
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_IGN)
        assert task  # noqa: S101  This is a coroutine, so there is one.
        task.cancel()

    for each in heeded:
        loop.add_signal_handler(each, leave)
    return await play
