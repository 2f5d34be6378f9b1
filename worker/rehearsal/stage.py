"""The course of a rehearsal, from its beginning to its quiet end."""

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NoReturn

import structlog

from worker.kit.virtual_clock import VirtualLoop
from worker.rehearsal.happenings import happenings
from worker.rehearsal.life import remember_tasks
from worker.rehearsal.lives import Lives
from worker.rehearsal.pace import tempo
from worker.rehearsal.record import Record, recorded
from worker.rehearsal.scene import Scene, Script
from worker.store.records import Changes

TOLD_EVERY = timedelta(minutes=30)
"""Between two times that the progress is told."""
LEFT_WITHIN = 60.0
"""Seconds that the last worker gets to leave."""

Progress = Callable[[datetime], None]
"""Told the instant that is reached, now and then."""


def played(script: Script, progress: Progress) -> Record:
    """Live through the days in virtual time, and return what is known then.

    Raises:
        Exception: the worker failed as no worker should; what it raised is the worker's own.
    """
    loop = VirtualLoop()
    try:
        asyncio.set_event_loop(loop)
        with _unheard(), _uncollected():
            return loop.run_until_complete(_play(Scene(script, loop), progress))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


async def _play(scene: Scene, progress: Progress) -> Record:
    remember_tasks(scene.loop)
    lives = Lives(scene, tempo(scene.script))
    await scene.store.apply_plan(_wanted(scene))
    keeping = scene.loop.create_task(lives.keep())
    beside = [scene.loop.create_task(each) for each in (*happenings(scene, lives), _told(scene, progress))]
    ending = scene.loop.create_task(scene.wait_until(scene.script.ends_at))
    await asyncio.wait({keeping, ending}, return_when=asyncio.FIRST_COMPLETED)
    lives.leave()
    await asyncio.wait({keeping}, timeout=LEFT_WITHIN)
    for task in (keeping, ending, *beside):
        task.cancel()
    _raise_what_failed(await asyncio.gather(keeping, *beside, return_exceptions=True))
    return await recorded(scene)


def _wanted(scene: Scene) -> Changes:
    script = scene.script
    return Changes(text=script.text, by="rehearse", at=scene.clock.now(), inserts=script.broadcasts)


async def _told(scene: Scene, progress: Progress) -> None:
    while True:
        progress(scene.clock.now())
        await scene.clock.sleep(TOLD_EVERY.total_seconds())


def _raise_what_failed(ended: Iterable[object]) -> None:
    for each in ended:
        if isinstance(each, Exception):
            raise each


@contextmanager
def _unheard() -> Iterator[None]:
    """Have what the worker logs go nowhere: it is about what never was."""
    before = structlog.get_config()

    def drop(_logger: object, _level: str, _event: object) -> NoReturn:
        raise structlog.DropEvent

    structlog.configure(processors=[drop])
    try:
        yield
    finally:
        structlog.configure(**before)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for garbage rarely: much is made and nearly all of it is freed without looking."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
