"""What is usually written: jobs in a SQL job store, and a new HTTP client for each call."""

import asyncio
from dataclasses import dataclass

import httpx
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore

from tests.performance import burst as bursts
from tests.performance import calls
from tests.performance.burst import OFF_WITHIN, PROOF_APART, Burst
from tests.performance.calls import Call
from tests.performance.contenders.book import Book
from tests.performance.contenders.timetable import Timetable
from tests.performance.engines import listen
from tests.performance.statements import Statements
from worker.kit.clock import SystemClock

WAITING = 60.0
"""Seconds that a call may take. Making 100 clients at once keeps the loop for more than httpx's default of
5 s, so that with the default the whole burst is lost."""
_CLOCK = SystemClock()


@dataclass(slots=True)
class Usual:
    """What the jobs share. A job in a job store is a function by its name, so that this is global."""

    url: str
    book: Book
    timetable: Timetable


_shared: list[Usual] = []


async def prepare(title: str) -> None:
    (usual,) = _shared
    found = await _send(calls.create(title))
    meeting = found.json()["data"]["id"]
    await _send(calls.shut(meeting))
    usual.book.move(title, "ready", meeting_id=meeting)


async def start(title: str) -> None:
    (usual,) = _shared
    await _send(calls.open_doors(usual.book.meeting(title)))
    usual.book.move(title, "starting")


async def poll(title: str) -> None:
    (usual,) = _shared
    if await _is_live(title):
        usual.timetable.poll_no_more(title)
        usual.book.move(title, "live")


async def end(title: str) -> None:
    (usual,) = _shared
    usual.timetable.poll_no_more(title)
    await _send(calls.stop(usual.book.meeting(title)))
    usual.book.move(title, "stopping")
    await _send(calls.close(usual.book.meeting(title)))
    for wait in (OFF_WITHIN, PROOF_APART):
        await _CLOCK.sleep(wait)
        is_on = await _is_live(title)
    usual.book.move(title, "on" if is_on else "ended")


async def _is_live(title: str) -> bool:
    (usual,) = _shared
    found = await _send(calls.read_stream(usual.book.meeting(title)))
    return calls.is_live(found.status_code, found.json())


async def _send(call: Call) -> httpx.Response:
    (usual,) = _shared
    async with httpx.AsyncClient(base_url=usual.url, timeout=WAITING) as client:
        return await client.request(call.method, call.path, json=call.body)


async def run(burst: Burst) -> None:
    store = SQLAlchemyJobStore(f"sqlite:///{burst.folder / 'jobs.db'}")
    book, timetable = Book(burst.database), Timetable.on(burst, {"default": store})
    book.add(list(burst.titles))
    _shared.append(Usual(burst.url, book, timetable))
    await timetable.run(prepare, start, poll, end)


def main() -> None:
    given, counted = bursts.read(), Statements()
    listen(counted)
    asyncio.run(run(given))
    counted.write(given.folder)
