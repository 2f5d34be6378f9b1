"""What bootstrap puts together: parts that tell of the same thing know of each other."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from config.settings import Account, Http, Settings
from tests.support.clock import HandClock
from tests.support.leases import HeldLeases
from worker.app import App
from worker.bootstrap.build import build
from worker.bootstrap.means import Means
from worker.locks import TOLD_AFTER
from worker.provider.transport import Transport
from worker.store.opening import inline

LOCKED = "show/lock/row_locked"


class Wired:
    """A worker as it is put together, on a clock that is moved by hand."""

    def __init__(self, app: App, clock: HandClock) -> None:
        self.app, self.clock = app, clock

    async def makes_a_pass(self) -> None:
        """Look at the broadcast, which no worker has taken up."""
        await self.app.passes._reconcile("show")


@pytest.fixture
async def wired(tmp_path: Path) -> AsyncIterator[Wired]:
    account = {"flavour": "dyte", "org_id": "canary-org", "api_key": SecretStr("canary-api-key")}
    settings = Settings(
        database_url=SecretStr("sqlite:////nowhere"),
        state_dir=tmp_path,
        accounts={"default": Account.model_validate(account)},
        installation="unit",
        http=Http(port=0),
    )
    clock = HandClock()
    nowhere = httpx.MockTransport(lambda _: httpx.Response(503))
    means = Means(
        name="worker", clock=clock, store=inline(), leases=HeldLeases(), transport=Transport(nowhere)
    )
    app = await build(settings, means)
    yield Wired(app, clock)
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
