"""What bootstrap puts together: parts that tell of the same thing know of each other."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import httpx
import pytest
from pydantic import SecretStr

from config.settings import AccountSettings, Http, Settings
from tests.support.clock import HandClock
from tests.support.leases import HeldLeases
from worker.bootstrap.build import build
from worker.bootstrap.duties import POST_NOTHING_EVERY
from worker.bootstrap.resources import Resources
from worker.engine.locks import TOLD_AFTER
from worker.process.app import App
from worker.process.housekeeping import Duty
from worker.provider.transport import Transport
from worker.store.opening import inline
from worker.store.store import Store


class Hanging:
    """A database in which nobody's sign of life is ever written."""

    def __init__(self, store: Store) -> None:
        self.store, self.answers = store, asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    async def beat(self, *_: object) -> None:
        await self.answers.wait()


WATCHED = "DutyWatch.watched.<locals>.done"
LOCKED = "show/lock/row_locked"


class Wired:
    """A worker as it is put together, on a clock that is moved by hand."""

    def __init__(self, app: App, clock: HandClock, store: Hanging) -> None:
        self.app, self.clock, self.store = app, clock, store

    def duty(self, name: str) -> Duty:
        (found,) = [each for each in self.app.housekeeping._duties if each.name == name]
        return found

    async def makes_a_pass(self) -> None:
        """Look at the broadcast, which no worker has taken up."""
        await self.app.passes._reconcile("show")


@pytest.fixture
async def wired(tmp_path: Path) -> AsyncIterator[Wired]:
    account = {"flavour": "dyte", "org_id": "canary-org", "api_key": SecretStr("canary-api-key")}
    settings = Settings(
        database_url=SecretStr("sqlite:////nowhere"),
        state_dir=tmp_path,
        accounts={"default": AccountSettings.model_validate(account)},
        installation="unit",
        http=Http(port=0),
    )
    clock, store = HandClock(), Hanging(inline())
    nowhere = httpx.MockTransport(lambda _: httpx.Response(503))
    resources = Resources(
        name="worker",
        clock=clock,
        store=cast("Store", store),
        leases=HeldLeases(),
        transport=Transport(nowhere),
    )
    app = await build(settings, resources)
    yield Wired(app, clock, store)
    await app.farewell()


async def test_a_pass_does_not_take_back_that_the_inbox_finds_a_row_locked(wired: Wired) -> None:
    for _ in range(3):
        wired.app.inbox.locks.are(["show"])
        wired.clock.move(TOLD_AFTER)
    assert wired.app.alerts.open() == [LOCKED]
    await wired.makes_a_pass()
    assert wired.app.alerts.open() == [LOCKED]
    wired.app.inbox.locks.are(())
    assert wired.app.alerts.open() == []


async def test_the_inbox_does_not_take_back_that_passes_find_a_row_locked(wired: Wired) -> None:
    locks = wired.app.inbox.locks
    locks.are(["show"])
    for _ in range(3):
        locks.locked("show")
        wired.clock.move(TOLD_AFTER)
    assert wired.app.alerts.open() == [LOCKED]
    locks.are(())
    assert wired.app.alerts.open() == [LOCKED]
    await wired.makes_a_pass()
    assert wired.app.alerts.open() == []


async def test_a_duty_that_hangs_is_told_by_one_that_looks_after_all_of_them(wired: Wired) -> None:
    beating = asyncio.ensure_future(wired.duty("beat").work())
    await asyncio.sleep(0)  # noqa: TID251  Lets it begin; no time passes.
    wired.clock.move(wired.duty("beat").hangs_after)
    await wired.duty("duties").work()
    assert wired.app.alerts.open() == ["duty/beat/duty_fails"]
    wired.store.answers.set()
    await beating
    assert wired.app.alerts.open() == []


async def test_every_duty_but_the_one_that_looks_after_them_says_how_it_went(wired: Wired) -> None:
    for each in wired.app.housekeeping._duties:
        assert each.work.__qualname__ == ("DutyWatch.look" if each.name == "duties" else WATCHED), each.name


async def test_where_events_are_posted_nowhere_the_database_is_not_asked_for_any(wired: Wired) -> None:
    duty, asked = wired.duty("post_events"), []
    kept = wired.store.store

    class Asked:
        def __getattr__(self, name: str) -> object:
            asked.append(name)
            return getattr(kept, name)

    wired.store.store = cast("Store", Asked())
    await duty.work()
    assert (duty.every, asked) == (POST_NOTHING_EVERY, [])
