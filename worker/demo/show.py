"""Plays it from beginning to end."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from worker.demo import script
from worker.demo.evidence import Evidence, Witness
from worker.demo.moment import Moment
from worker.demo.people import People
from worker.demo.provider import Provider
from worker.demo.report import Report
from worker.demo.screen import Screen
from worker.demo.stage import Stage, StageError, stage
from worker.demo.verdict import judged
from worker.kit.clock import Clock
from worker.store.errors import StoreError
from worker.store.opening import threaded
from worker.store.schema.migration import migrate
from worker.store.store import Store

LOOKS_EVERY = 0.4
GIVEN_UP_AFTER = 25.0
"""Seconds after the last end."""


@dataclass(slots=True)
class Show:
    """One performance in a folder."""

    folder: Path
    environ: Mapping[str, str]
    clock: Clock
    announce: Callable[[str], None]
    """Told the schedule before it begins."""
    screen: Screen
    _deeds: list[tuple[datetime, str, str]] = field(default_factory=list)

    async def play(self) -> Report:
        """Set the stage, play, and return how it ended.

        Raises:
            StageError: a process failed, so nothing can be said.
        """
        url = f"sqlite:///{self.folder / 'cuelight.db'}"
        migrate(url)
        store = threaded(url)
        try:
            async with stage(self.folder, self.environ) as made:
                await made.start_provider()
                return await self._played(made, store)
        finally:
            await store.close()

    async def _played(self, made: Stage, store: Store) -> Report:
        zero = (self.clock.now() + timedelta(seconds=script.NEEDED_FIRST + 1)).replace(microsecond=0)
        text = script.schedule(zero)
        file = self.folder / "schedule.yaml"
        file.write_text(text)
        self.announce(text)
        provider = Provider(made.provider_url)
        try:
            await made.start_worker(file)
            witness = Witness(store, provider, self.clock, zero)
            people = People(made, provider, self.clock, zero, self._note)
            evidence = await self._watched(made, witness, people)
        finally:
            await provider.close()
        return Report(evidence, [judged(each) for each in evidence])

    async def _watched(self, made: Stage, witness: Witness, people: People) -> tuple[Evidence, ...]:
        """Watch until everything is over, or should have been for long; then look once more."""
        playing = asyncio.create_task(people.play())
        until = max(part.ends_at(witness.zero) for part in script.PARTS)
        until += timedelta(seconds=GIVEN_UP_AFTER)
        try:
            while True:
                evidence = await self._seen(made, witness)
                now = self.clock.now()
                self.screen.show(Moment(now, witness.zero, evidence, tuple(self._deeds)))
                if all(each.is_over for each in evidence) or now > until:
                    return evidence
                if playing.done():
                    _raise_what_failed(playing)
                await self.clock.sleep(LOOKS_EVERY)
        finally:
            playing.cancel()

    async def _seen(self, made: Stage, witness: Witness) -> tuple[Evidence, ...]:
        made.check()
        try:
            return await witness.look()
        except (httpx.HTTPError, StoreError) as error:
            await self.clock.sleep(LOOKS_EVERY)  # it takes a moment to hear of a process that died
            made.check()
            what = f"{type(error).__name__} {error}".strip()
            raise StageError(f"nothing more to show: {what}") from error

    def _note(self, key: str, text: str) -> None:
        self._deeds.append((self.clock.now(), key, text))


def _raise_what_failed(playing: asyncio.Task[None]) -> None:
    error = playing.exception()
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if error is not None:
        raise StageError(str(error)) from error
