"""Who reads pages holds up no pass: what takes long there is read on a lane of its own."""

import asyncio
import threading
from pathlib import Path

from sqlalchemy import Connection

from worker.store.opening import read_lane, threaded
from worker.store.schema.migration import migrate


async def test_a_read_for_a_page_that_takes_long_holds_up_no_read_of_a_pass(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'cuelight.db'}"
    migrate(url)
    store, reads, is_over = threaded(url), read_lane(url), threading.Event()
    pages = store.beside(reads)

    def long(_connection: Connection) -> None:
        is_over.wait(10)

    slow = asyncio.ensure_future(pages._reads.call(long))
    listed = asyncio.ensure_future(pages.listed())
    assert await store.listed() == []
    assert not slow.done()
    assert not listed.done()
    is_over.set()
    assert await listed == []
    await slow
    reads.let_go()
    await store.close()
