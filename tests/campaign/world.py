"""One world: the real worker against the simulator, through trouble, in virtual time."""

import asyncio
import contextvars
import tempfile
from collections.abc import Callable, Coroutine, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import httpx
import structlog
from pydantic import SecretStr

from config.settings import Account, Http, Settings
from jobs.run.decide import decided as truly_decided
from jobs.run.decision import Decision
from jobs.run.situation import Situation
from tests.campaign.chance import Faults
from tests.campaign.database import Database
from tests.campaign.life import Host, HostClock, Lease, Life, acting, remember_tasks
from tests.campaign.network import Network
from tests.campaign.scenario import LONGEST_KEY, Event, Scenario, Show
from tests.campaign.trace import Trace
from tests.campaign.virtual import EPOCH, TrueClock, VirtualLoop, lapse
from worker.bootstrap.build import build
from worker.bootstrap.resources import Resources
from worker.engine import reconciler
from worker.kit.clock import Clock
from worker.kit.tasks import supervise
from worker.leases.contract import Leases
from worker.leases.database import DatabaseLeases
from worker.process.housekeeping import Duty, Housekeeping, done
from worker.provider.transport import Transport
from worker.simulator.auth import Credentials
from worker.simulator.history import Change
from worker.simulator.knobs import Knobs
from worker.simulator.physics import Refused
from worker.simulator.simulator import Simulator
from worker.store.store import Store

API_SECRET = "canary-api-key-7Q"  # noqa: S105  Looked for in everything that comes out.
STREAM_KEY = "canary-stream-key-"
TOKEN = "canary-token-"  # noqa: S105  As above.
RESTARTED_AFTER = 2.0
"""Seconds after which a worker that ended is started again."""
WIDE_QUOTA = 1200
"""A worker that is allowed more has a provider that allows as much."""
TRIES_DOOR_EVERY = 5.0
TITLED = "Show "
"""How the title of each show's row begins; its name follows."""
WRONG_FOR = 90.0
"""Seconds for which a clock that was set wrong stays so."""


class OnClock(Housekeeping):
    """The same duties, timed by the clock alone."""

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for duty in self._duties:
                group.create_task(self._again(duty), name=f"duty {duty.name}")

    async def _again(self, duty: Duty) -> None:
        while True:
            await done(duty)
            await self._clock.sleep(duty.every.total_seconds())


RULES = ("", "FREQ=DAILY;COUNT=1", "FREQ=DAILY;BYHOUR=12,13;COUNT=1")
"""What an entry may recur by; each has one occurrence, at its start."""


@dataclass(frozen=True, slots=True)
class Item:
    """A show as the schedule file has it."""

    show: Show
    title: str
    ends: float
    key: str
    was: str = ""
    rule: str = ""

    def __str__(self) -> str:
        show = self.show
        return (
            f"  - key: {self.key}\n    title: {self.title}\n    start: {_iso(show.starts)[:19]}Z\n"
            f"    duration: {int(self.ends) - show.starts}s\n    live_within: 30s\n"
            f"    go_live: {'at_start' if show.at_start else 'on_join'}\n"
            f"    end_session: {'true' if show.end_session else 'false'}\n"
            + (f"    was: {self.was}\n" if self.was else "")
            + (f"    repeat: {self.rule}\n" if self.rule else "")
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a worker's log, with the true time."""

    at: float
    level: str
    event: str
    values: dict[str, Any] = field(repr=False)
    life: str = ""
    """Whose line it is."""


class World:
    """Everything there is, and the hands that make things happen."""

    def __init__(self, scenario: Scenario, faults: Faults, loop: VirtualLoop, folder: Path) -> None:
        self.scenario = scenario
        self.faults = faults
        self.loop = loop
        self.folder = folder
        self.clock = TrueClock(loop)
        self.host = Host()
        self.trace = Trace()
        self.database = Database(faults)
        self.database.tell_time(self.clock)
        credentials = Credentials((API_SECRET,), "a" * 32, "canary-app", "canary-org")
        knobs = Knobs(
            seed=scenario.seed,
            flavour=scenario.flavour,
            stream_key_prefix=STREAM_KEY,
            participant_token_prefix=TOKEN,
        )
        if scenario.quota > WIDE_QUOTA:
            knobs = knobs.turned(rate_limit=scenario.quota)
        self.simulator = Simulator(knobs, self.clock, credentials)
        self.simulator.world.history.listen(self._note_change)
        self.network = Network(self.simulator.app, faults, contextvars.copy_context())
        self.lives: list[Life] = []
        self.poisoned: dict[str, list[tuple[float, float]]] = {}
        self.frozen: list[tuple[float, float]] = []
        self.steps: list[tuple[float, float]] = [(0.0, 0.0)]
        self.troubled: list[tuple[float, float, str]] = []
        self.wanted: dict[str, list[tuple[float, str, float]]] = {}
        self.foreign: set[str] = set()
        self.refused_intruders = 0
        self.left_over: list[str] = []
        self.log: list[Line] = []
        self._ended = False
        self._hands: set[asyncio.Task[None]] = set()
        self._inside: dict[str, int] = {}
        self.locked: dict[str, list[tuple[float, float]]] = {}
        """When another session kept the row of each show locked."""
        self._file: dict[str, Item] = {}
        self._removed: dict[str, Item] = {}

    # The course of the world.

    async def run(self) -> None:
        """Let everything happen, to the quiet end."""
        remember_tasks(self.loop)
        self._begin()
        keeping = [self.loop.create_task(self._keep_a_worker()) for _ in range(self.scenario.workers)]
        for event in self.scenario.events:
            if event.name in self.faults.kept_back:
                continue
            await self.clock.sleep(event.at - self.loop.time())
            self.trace.note(self.loop.time(), f"! {event.name}")
            self._happen(event)
        await self.clock.sleep(self.scenario.lasts - self.loop.time())
        await self._finish(keeping)

    def _begin(self) -> None:
        if self.scenario.old:
            self.database.grow_old(self.scenario.old)
        for show in self.scenario.shows:
            if show.id in self.faults.kept_back:
                continue
            self.wanted[show.id] = [(0.0, "end", float(show.ends))]
            self._after(show.known_at, self._make_known, show)

    def _make_known(self, show: Show) -> None:
        if self.scenario.by_file:
            self._file[show.id] = Item(show, f"{TITLED}{show.id}", float(show.ends), show.row)
            self._write_file()
            return
        self.database.write(
            "INSERT INTO broadcasts"
            " (id, title, starts_at, ends_at, go_live, end_session, room, entry, source, live_within)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '30s')",
            show.row,
            f"{TITLED}{show.id}",
            _iso(show.starts),
            _iso(show.ends),
            "at_start" if show.at_start else "on_join",
            show.end_session,
            "shared" if show.entry else "own",
            show.entry,
            "schedule" if show.entry else "sql",
        )

    async def _finish(self, keeping: "Sequence[asyncio.Task[None]]") -> None:
        self._ended = True
        for life in self.lives:
            self.left_over += [] if life.is_dead else sorted(life.tasks())
            life.stop.set()
        await self.clock.sleep(5)
        for each in self.lives:
            each.die()
        for hand in self._hands:
            hand.cancel()
        for keeper in keeping:
            keeper.cancel()
        await asyncio.gather(*keeping, *self._hands, return_exceptions=True)
        await lapse(0)
        self.simulator.advance()

    # The worker.

    async def _keep_a_worker(self) -> None:
        """As a service manager does: whenever it ends, it is started again."""
        while not self._ended:
            life = Life(f"w{len(self.lives)}", self.clock)
            life.restart_after = RESTARTED_AFTER
            self.lives.append(life)
            self.trace.note(self.loop.time(), f"worker {life.name} begins")
            living = self.loop.create_task(self._live(life), name=life.name)
            while not (living.done() or life.is_dead or life.lost_lease_at):
                await asyncio.wait({living}, timeout=0.5)
            life.dead_at = life.dead_at or (self.clock.now() if living.done() else None)
            self.trace.note(self.loop.time(), f"worker {life.name} is gone")
            await self.clock.sleep(life.restart_after)

    async def _live(self, life: Life) -> None:
        life.enter()
        store = self.database.store(life)
        with suppress(Exception):
            leases = await self._leases(life, store)
            resources = Resources(
                name=life.name,
                clock=HostClock(self.clock, life, self.host),
                store=store,
                leases=leases,
                transport=Transport(self.network.way(life)),
                housekeeping=_on_clock,
            )
            app = await build(self.settings(), resources)
            await app.run(life.stop)

    async def _leases(self, life: Life, store: Store) -> Leases:
        """Return the leases of one worker; those of several are kept beside everything else it does."""
        if self.scenario.workers == 1:
            return Lease(life, await store.next_term("*", life.name))
        clock = HostClock(self.clock, life, self.host)
        keeper = DatabaseLeases(store, clock, life.name, {"default": "default"})
        keeper.alive()
        self.loop.create_task(supervise("leases", keeper.run, clock), name="leases")
        return keeper

    def settings(self) -> Settings:
        """Return how the worker is set up."""
        dyte = {"org_id": "canary-org", "api_key": SecretStr(API_SECRET)}
        kit = {"account_id": "a" * 32, "app_id": "canary-app", "api_token": SecretStr(API_SECRET)}
        own = dyte if self.scenario.flavour == "dyte" else kit
        quota = self.scenario.quota
        account = Account.model_validate(
            {"flavour": self.scenario.flavour, "calls_per_5_minutes": quota, **own}
        )
        return Settings(
            database_url=SecretStr("sqlite:////nowhere"),
            state_dir=self.folder,
            accounts={"default": account},
            installation="camp",
            http=Http(port=0),
            schedule=self._path if self.scenario.by_file else None,
        )

    # What happens to it all.

    def _happen(self, event: Event) -> None:
        self.faults.counts[event.kind] += 1
        with suppress(LookupError, Refused):
            getattr(self, f"_{event.kind}")(event)

    def _arrive(self, event: Event) -> None:
        self._inside[event.show] = turn = self._inside.get(event.show, 0) + 1
        self._hand(self._come_in(event.show, turn))

    async def _come_in(self, show: str, turn: int) -> None:
        while self._inside.get(show) == turn:
            meeting = self._linked(show)
            with suppress(LookupError, Refused):
                if meeting:
                    self.simulator.join(meeting, f"host of {show}")
                    return
            await self.clock.sleep(TRIES_DOOR_EVERY)

    def _leave(self, event: Event) -> None:
        self._inside[event.show] = self._inside.get(event.show, 0) + 1
        if meeting := self._linked(event.show):
            self.simulator.leave(meeting, f"host of {event.show}")

    def _drop(self, event: Event) -> None:
        if meeting := self._linked(event.show):
            self.simulator.drop(meeting)

    def _fail(self, event: Event) -> None:
        if meeting := self._linked(event.show):
            self.simulator.fail(meeting)

    def _end(self, event: Event) -> None:
        self._want(event, "end", event.value)
        if self.scenario.by_file:
            self._change_file(event.show, ends=event.value)
        else:
            statement = "UPDATE broadcasts SET ends_at = ? WHERE id = ?"
            self.database.write(statement, _iso(event.value), self._row(event.show))

    def _title(self, event: Event) -> None:
        self._want(event, "title", event.at)
        title = f"{TITLED}{event.show} anew"
        if self.scenario.by_file:
            self._change_file(event.show, title=title)
        else:
            statement = "UPDATE broadcasts SET title = ? WHERE id = ?"
            self.database.write(statement, title, self._row(event.show))

    def _rename(self, event: Event) -> None:
        """An operator gives the entry another key, and says what it was."""
        key = self._file[event.show].key
        self._change_file(event.show, key=f"r-{key}"[:LONGEST_KEY].rstrip("-"), was=key)

    def _rule(self, event: Event) -> None:
        """The entry gains a rule that has it at the same instant, or loses it."""
        self._change_file(event.show, rule=RULES[int(event.value)])

    def _change_file(self, show: str, **changes: Any) -> None:
        self._file[show] = replace(self._file[show], **changes)
        self._write_file()

    def _lock(self, event: Event) -> None:
        """Another session holds the row, and what became of it, for a while."""
        row, until = self._row(event.show), event.at + event.value
        self.locked.setdefault(event.show, []).append((event.at, until))
        self.database.lock(row)
        self._after(until, self.database.unlock, row)

    def _cancel(self, event: Event) -> None:
        self._want(event, "cancel", event.at)
        self._call_off(event.show, cancelled=True)

    def _uncancel(self, event: Event) -> None:
        self._want(event, "uncancel", event.at)
        self._call_off(event.show, cancelled=False)

    def _call_off(self, show: str, *, cancelled: bool) -> None:
        """As an operator does it: a re-applied schedule leaves it at that."""
        statement = "UPDATE broadcasts SET cancelled = ?, operator_fields = ? WHERE id = ?"
        self.database.write(statement, cancelled, '["cancelled"]', self._row(show))

    def _ask_stop(self, event: Event) -> None:
        self._want(event, "stop", event.at)
        self._ask(event, "stop", self._row(event.show))

    def _ask_sweep(self, event: Event) -> None:
        self._ask(event, "sweep", "")

    def _ask_reopen(self, event: Event) -> None:
        """Somebody wants to reopen what was never there."""
        self._ask(event, "reopen", "nobody")

    def _ask(self, event: Event, kind: str, broadcast_id: str) -> None:
        statement = "INSERT INTO requests (kind, broadcast_id, argument, asked_at) VALUES (?, ?, ?, ?)"
        argument = "15m" if kind == "reopen" else ""
        self.database.write(statement, kind, broadcast_id, argument, _iso(event.at))

    def _remove(self, event: Event) -> None:
        if event.show in self._file:
            self._removed[event.show] = self._file.pop(event.show)
            self._write_file()

    def _restore(self, event: Event) -> None:
        if event.show in self._removed:
            self._file[event.show] = self._removed.pop(event.show)
            self._write_file()

    def _holder(self) -> Life:
        """Return the worker that matters: the one with the lease, else the latest."""
        names = {row["holder"] for row in self.database.rows("SELECT holder FROM leases")}
        alive = [life for life in self.lives if not life.is_dead]
        holding = [life for life in alive if life.name in names]
        return [*self.lives[-1:], *alive, *holding][-1]

    def _kill(self, event: Event) -> None:
        life = self._holder()
        life.restart_after = event.value
        life.die()

    def _sigterm(self, event: Event) -> None:
        life = self._holder()
        life.restart_after = event.value
        life.stop.set()

    def _freeze(self, event: Event) -> None:
        life, until = self._holder(), event.at + event.value
        life.freeze()
        self.frozen.append((event.at, until))
        life.frozen.append((event.at, until))
        self._after(until, self._thaw, life)

    def _thaw(self, life: Life) -> None:
        """Let it go on, unless it was frozen again meanwhile for longer."""
        if all(until <= self.loop.time() + 0.001 for _, until in life.frozen):
            life.thaw()

    def _lose_lease(self, event: Event) -> None:
        """Another worker takes over; the old one goes on for a while and knows that it may not."""
        if self.scenario.workers > 1:
            self._freeze(replace(event, value=event.value + 20))
            return
        life = self._holder()
        life.restart_after = event.value
        life.lost_lease_at = life.lost_lease_at or self.clock.now()
        self._after(event.at + event.value + 60, life.die)

    def _intruder(self, _event: Event) -> None:
        """A second worker is refused by the lease before it does anything."""
        self.refused_intruders += any(not life.is_dead for life in self.lives)

    def _clock(self, event: Event) -> None:
        """The host's clock is wrong for a while, and is set right again."""
        self._set_ahead(event.value)
        self._after(event.at + WRONG_FOR, self._set_ahead, 0.0)

    def _unauthorized(self, event: Event) -> None:
        self._trouble(event, "provider")
        self.simulator.turn(credentials_state="unauthorized")
        self._after(event.at + event.value, lambda: self.simulator.turn(credentials_state="valid"))

    def _block(self, event: Event) -> None:
        self._trouble(event, "provider")
        self._refuse(httpx.Response(429, headers={"retry-after": str(int(event.value))}), event)

    def _down(self, event: Event) -> None:
        self._trouble(event, "provider")
        self.network.down = True
        self._after(event.at + event.value, lambda: setattr(self.network, "down", False))

    def _list_lag(self, event: Event) -> None:
        self.simulator.turn(list_lag_s=event.value, search_lag_s=event.value)

    def _stops_ignored(self, event: Event) -> None:
        self.simulator.turn(stop_ignored_first_n=int(event.value))
        self._after(event.at + 60, lambda: self.simulator.turn(stop_ignored_first_n=0))

    def _errored(self, event: Event) -> None:
        self.simulator.turn(errored_probability=1.0)
        self._after(event.at + event.value, lambda: self.simulator.turn(errored_probability=0.0))

    def _stuck(self, event: Event) -> None:
        self.simulator.turn(invoke_to_live_s=10_000.0)
        self._after(event.at + event.value, lambda: self.simulator.turn(invoke_to_live_s=15.0))

    def _db_gone(self, event: Event) -> None:
        self._trouble(event, "database")
        self.database.trouble = "gone"
        self._after(event.at + event.value, lambda: setattr(self.database, "trouble", ""))

    def _db_full(self, event: Event) -> None:
        self._trouble(event, "database")
        self.database.trouble = "full"
        self._after(event.at + event.value, lambda: setattr(self.database, "trouble", ""))

    def _foreign(self, _event: Event) -> None:
        """Somebody else's meeting on the same account goes on air, and stays."""
        world = self.simulator.world
        self.simulator.advance()
        tenant = next(iter(world.tenants.values()), None)
        if tenant is None:
            return
        meeting = world.create_meeting(
            tenant, {"title": "Somebody else's [othr-show]", "live_stream_on_start": True}
        )
        self.foreign.add(meeting.id)
        self.simulator.join(meeting.id, "stranger")

    def _poison(self, event: Event) -> None:
        """Something about this show makes every decision about it fail."""
        self.poisoned.setdefault(event.show, []).append((event.at, event.at + event.value))

    def is_poisoned(self, show: str) -> bool:
        now = self.loop.time()
        return any(since <= now < until for since, until in self.poisoned.get(show, []))

    # Tools.

    def _refuse(self, reply: httpx.Response, event: Event) -> None:
        self.network.refuses = reply
        self._after(event.at + event.value, lambda: setattr(self.network, "refuses", None))

    def _trouble(self, event: Event, whose: str) -> None:
        self.troubled.append((event.at, event.at + event.value, whose))

    def _set_ahead(self, seconds: float) -> None:
        self.host.ahead = seconds
        self.steps.append((self.loop.time(), seconds))

    def _want(self, event: Event, what: str, value: float) -> None:
        """Write down what somebody wants, if there is a row yet to change."""
        if event.at <= next(show.known_at for show in self.scenario.shows if show.id == event.show):
            raise LookupError(event.show)
        self.wanted[event.show].append((event.at, what, value))

    def _linked(self, show: str) -> str | None:
        """Return the meeting that the hosts' links lead to: links are out from `ready` on."""
        found = self.database.rows(
            "SELECT rooms.meeting_id FROM runs JOIN rooms ON rooms.key = runs.room_key"
            " WHERE runs.id = ? AND runs.state NOT IN ('planned', 'rejected')",
            self._row(show),
        )
        return found[0][0] if found else None

    def _row(self, show: str) -> str:
        """Return what the show's row is called now."""
        statement = "SELECT id FROM broadcasts WHERE ends_utc > ? AND title IN (?, ?)"
        found = self.database.rows(statement, _iso(0), f"{TITLED}{show}", f"{TITLED}{show} anew")
        own = (each.row for each in self.scenario.shows if each.id == show)
        return str(found[0][0]) if found else next(own, show)

    @property
    def _path(self) -> Path:
        return self.folder / "schedule.yaml"

    def _write_file(self) -> None:
        self._path.write_text("timezone: UTC\nbroadcasts:\n" + "".join(map(str, self._file.values())))

    def _after(self, at: float, act: Callable[..., object], *args: object) -> None:
        async def later() -> None:
            await self.clock.sleep(at - self.loop.time())
            act(*args)

        self._hand(later())

    def _hand(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._hands.add(task)
        task.add_done_callback(self._hands.discard)

    def _note_change(self, change: Change) -> None:
        at = (change.at - EPOCH).total_seconds()
        self.trace.note(at, f"{change.kind} {change.title} {change.value} {change.reason}".rstrip())


def _on_clock(duties: Sequence[Duty], clock: Clock) -> Housekeeping:
    return OnClock(duties, clock)


def _iso(seconds: float) -> str:
    return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%fZ}"


@contextmanager
def _heard(world: World) -> Iterator[None]:
    """Have what the workers log go to the world."""
    before = structlog.get_config()

    def hear(_logger: object, level: str, event: MutableMapping[str, Any]) -> NoReturn:
        life = acting()
        name = life.name if life else ""
        world.log.append(Line(world.loop.time(), level, str(event.pop("event")), dict(event), name))
        raise structlog.DropEvent

    structlog.configure(processors=[hear])
    try:
        yield
    finally:
        structlog.configure(**before)


class PoisonError(Exception):
    """What a fault of our own in deciding about one run raises."""


@contextmanager
def _failing(world: World) -> Iterator[None]:
    """Have decisions fail about the shows that are poisoned."""

    def decided(s: Situation) -> Decision:
        if world.is_poisoned(s.broadcast.title.removeprefix(TITLED).partition(" ")[0]):
            raise PoisonError(s.run.id)
        return truly_decided(s)

    with patch.object(reconciler, "decided", decided):
        yield


Made = Callable[[Scenario, Faults, VirtualLoop, Path], World]


def lived(scenario: Scenario, faults: Faults | None = None, made: Made = World) -> World:
    """Live through a scenario in virtual time and return the world as it is then."""
    loop = VirtualLoop()
    drawn = faults or Faults(scenario.seed, scenario.rates)
    with tempfile.TemporaryDirectory() as folder:
        try:
            asyncio.set_event_loop(loop)
            world = made(scenario, drawn, loop, Path(folder))
            with _heard(world), _failing(world):
                loop.run_until_complete(world.run())
            return world
        finally:
            asyncio.set_event_loop(None)
            loop.close()


def instant(seconds: float) -> datetime:
    """Return the true instant so many seconds after the beginning."""
    return EPOCH + timedelta(seconds=seconds)
