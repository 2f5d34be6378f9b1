"""Blocking calls: each apart, none waited for in the end."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from worker.kit.names import Names
from worker.kit.threads import BusyError, ThreadPerCall


@pytest.fixture
def go() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_calls_that_hang_hold_up_no_other_until_there_are_too_many(go: threading.Event) -> None:
    threads = ThreadPerCall("test", 3)
    for _ in range(2):
        threads.submit(go.wait)
    assert threads.submit(lambda: 7).result(5) == 7
    until_free(threads).result(5)


def until_free(threads: ThreadPerCall) -> Future[None]:
    """Begin a call once the thread of the one before is given back: that is after its result is there."""
    for _ in range(1000):
        try:
            return threads.submit(lambda: None)
        except BusyError:
            threading.Event().wait(0.005)
    raise AssertionError


def test_one_too_many_is_refused_at_once(go: threading.Event) -> None:
    threads = ThreadPerCall("test", 1)
    threads.submit(go.wait)
    with pytest.raises(BusyError):
        threads.submit(go.wait)


def test_what_fails_is_the_callers() -> None:
    def fail() -> None:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        ThreadPerCall("test", 1).submit(fail).result(5)


def test_a_loop_ends_though_calls_hang(go: threading.Event) -> None:
    async def leave() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPerCall("test", 8))
        hanging = [asyncio.create_task(asyncio.to_thread(go.wait)) for _ in range(8)]
        await asyncio.wait(hanging, timeout=0.05)

    ending = threading.Thread(target=lambda: asyncio.run(leave()), daemon=True)
    ending.start()
    ending.join(10)
    assert not ending.is_alive()


async def test_names_are_resolved_while_everything_else_that_blocks_hangs(go: threading.Event) -> None:
    hanging = [asyncio.create_task(asyncio.to_thread(go.wait)) for _ in range(64)]
    try:
        found = await asyncio.wait_for(Names("test").resolve("localhost", 80, socket.AF_INET), 5)
    finally:
        go.set()
        await asyncio.gather(*hanging)
    assert [(each["host"], each["port"]) for each in found] == [("127.0.0.1", 80)]


async def test_a_name_that_nobody_has_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match=r".+"):
        await Names("test").resolve("nowhere.invalid", 80)
