"""What a world consists of, and what can be done with it."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from config.settings import AccountSettings, Http, Settings
from tests.campaign.chance import Faults
from tests.campaign.database import Database
from tests.campaign.network import Network
from tests.campaign.scenario import Event, Scenario
from tests.campaign.trace import Trace
from tests.campaign.virtual import EPOCH, TrueClock, iso
from tests.campaign.world.facts import Facts
from tests.campaign.world.schedule_file import TITLED, ScheduleFile
from worker.kit.clock import Clock
from worker.kit.virtual_clock import VirtualLoop
from worker.rehearsal.life import Host, Life
from worker.simulator.auth import Credentials
from worker.simulator.history import Change
from worker.simulator.knobs import Knobs
from worker.simulator.simulator import Simulator

API_SECRET = "canary-api-key-7Q"  # noqa: S105  Looked for in everything that comes out.
STREAM_KEY = "canary-stream-key-"
TOKEN = "canary-token-"  # noqa: S105  As above.
WIDE_QUOTA = 1200
"""A worker that is allowed more has a provider that allows as much."""


class Parts(Facts):
    """Everything there is, and what those need who make things happen."""

    def __init__(self, scenario: Scenario, faults: Faults, loop: VirtualLoop, folder: Path) -> None:
        super().__init__()
        self.scenario = scenario
        self.faults = faults
        self.loop = loop
        self.folder = folder
        self.clock = TrueClock(loop)
        self.host = Host()
        self.trace = Trace()
        self.database = Database(faults)
        self.database.tell_time(self.clock)
        self.simulator = _simulator(scenario, self.clock)
        self.simulator.world.history.listen(self._note_change)
        self.network = Network(self.simulator.app, faults, contextvars.copy_context())
        self.file = ScheduleFile(folder / "schedule.yaml")
        self.inside: dict[str, int] = {}
        """How often the host of each show has come or gone."""
        self._ongoing: set[asyncio.Task[None]] = set()

    def settings(self) -> Settings:
        """Return how the worker is set up."""
        return Settings(
            database_url=SecretStr("sqlite:////nowhere"),
            state_dir=self.folder,
            accounts={"default": _account(self.scenario)},
            installation="camp",
            http=Http(port=0),
            schedule=self.file.path if self.scenario.by_file else None,
        )

    # Who and what is there.

    def holder(self) -> Life:
        """Return the worker that matters: the one with the lease, else the latest."""
        names = {row["holder"] for row in self.database.rows("SELECT holder FROM leases")}
        alive = [life for life in self.lives if not life.is_dead]
        holding = [life for life in alive if life.name in names]
        return [*self.lives[-1:], *alive, *holding][-1]

    def linked(self, show: str) -> str | None:
        """Return the meeting that the hosts' links lead to: links are out from `ready` on."""
        found = self.database.rows(
            "SELECT rooms.meeting_id FROM runs JOIN rooms ON rooms.key = runs.room_key"
            " WHERE runs.id = ? AND runs.state NOT IN ('planned', 'rejected')",
            self.row(show),
        )
        return found[0][0] if found else None

    def row(self, show: str) -> str:
        """Return what the show's row is called now."""
        statement = "SELECT id FROM broadcasts WHERE ends_utc > ? AND title IN (?, ?)"
        found = self.database.rows(statement, iso(0), f"{TITLED}{show}", f"{TITLED}{show} anew")
        own = (each.row for each in self.scenario.shows if each.id == show)
        return str(found[0][0]) if found else next(own, show)

    # What is remembered, and what goes on.

    def want(self, event: Event, what: str, value: float) -> None:
        """Write down what somebody wants, if there is a row yet to change."""
        if event.at <= next(show.known_at for show in self.scenario.shows if show.id == event.show):
            raise LookupError(event.show)
        self.wanted[event.show].append((event.at, what, value))

    def trouble(self, event: Event, whose: str) -> None:
        """Write down that the provider or the database is away for as long as this lasts."""
        self.troubled.append((event.at, event.at + event.value, whose))

    def after(self, at: float, act: Callable[..., object], *args: object) -> None:
        """Do it at that instant."""

        async def later() -> None:
            await self.clock.sleep(at - self.loop.time())
            act(*args)

        self.begin(later())

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it go on beside everything else, to the end of the world at most."""
        task = self.loop.create_task(work)
        self._ongoing.add(task)
        task.add_done_callback(self._ongoing.discard)

    def _note_change(self, change: Change) -> None:
        at = (change.at - EPOCH).total_seconds()
        self.trace.note(at, f"{change.kind} {change.title} {change.value} {change.reason}".rstrip())


def _simulator(scenario: Scenario, clock: Clock) -> Simulator:
    credentials = Credentials((API_SECRET,), "a" * 32, "canary-app", "canary-org")
    knobs = Knobs(
        seed=scenario.seed,
        flavour=scenario.flavour,
        stream_key_prefix=STREAM_KEY,
        participant_token_prefix=TOKEN,
    )
    if scenario.quota > WIDE_QUOTA:
        knobs = knobs.turned(rate_limit=scenario.quota)
    return Simulator(knobs, clock, credentials)


def _account(scenario: Scenario) -> AccountSettings:
    dyte = {"org_id": "canary-org", "api_key": SecretStr(API_SECRET)}
    kit = {"account_id": "a" * 32, "app_id": "canary-app", "api_token": SecretStr(API_SECRET)}
    own = dyte if scenario.flavour == "dyte" else kit
    return AccountSettings.model_validate(
        {"flavour": scenario.flavour, "calls_per_5_minutes": scenario.quota, **own}
    )
