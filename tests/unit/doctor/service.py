"""A simulated provider on a port of this machine, and what the doctor needs to speak to it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.clock import HandClock
from worker.provider.flavours import FLAVOURS, Account
from worker.simulator import Credentials, Knobs, Simulator, environment, serve

CREDENTIALS = Credentials(
    ("canary+secret/of=an-account",), "canary-account-id", "canary-app-id", "canary-org-id"
)
KEY, TICKET = "canary-stream-key-", "canary-ticket-"
CANARIES = ("canary", "Y2FuYXJ5")
"""Every secret and id begins so, or so in base64."""


class LeapingClock(HandClock):
    """Whoever sleeps on it has slept at once."""

    async def sleep(self, seconds: float) -> None:
        self.move(max(0.0, seconds))


@dataclass(frozen=True, slots=True)
class Service:
    """A simulator, and where it listens."""

    simulator: Simulator
    url: str

    @property
    def variables(self) -> dict[str, str]:
        """What points a process at it."""
        return environment(self.url, self.simulator.world.knobs, CREDENTIALS)

    @property
    def account(self) -> Account:
        found = {name.rpartition("__")[2]: value for name, value in self.variables.items()}
        return Account(
            name="main",
            flavour=FLAVOURS[found["FLAVOUR"]],
            secret=CREDENTIALS.secrets[0],
            account_id=found.get("ACCOUNT_ID", ""),
            app_id=found.get("APP_ID", ""),
            org_id=found.get("ORG_ID", ""),
            base_url=found["BASE_URL"],
        )

    def asked(self) -> list[tuple[str, str]]:
        """Return every call that reached it."""
        return [(each.method, each.resource or "") for each in self.simulator.requests]

    def rooms(self) -> list[tuple[str, bool]]:
        """Return every meeting's status and flag, as they truly are."""
        tenants = self.simulator.world.tenants.values()
        rooms = [each for tenant in tenants for each in tenant.meetings.values()]
        return [(each.status, bool(each.options["live_stream_on_start"])) for each in rooms]


@contextmanager
def service(**knobs: Any) -> Iterator[Service]:
    turned = {"stream_key_prefix": KEY, "participant_token_prefix": TICKET, **knobs}
    simulator = Simulator(Knobs(**turned), credentials=CREDENTIALS)
    ready, found, loop = threading.Event(), [""], asyncio.new_event_loop()

    def listens(url: str) -> None:
        found[0] = url
        ready.set()

    serving = loop.create_task(serve(simulator, on_ready=listens, heed_signals=False))
    thread = threading.Thread(target=_run, args=(loop, serving))
    thread.start()
    assert ready.wait(5)
    try:
        yield Service(simulator, found[0])
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join()


def _run(loop: asyncio.AbstractEventLoop, serving: "asyncio.Task[None]") -> None:
    asyncio.set_event_loop(loop)
    loop.run_until_complete(asyncio.gather(serving, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
