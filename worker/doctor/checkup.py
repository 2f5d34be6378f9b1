"""All checks, one after the other: what fails in one does not hide the others."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from config.quotas import quotas_of
from config.settings import Settings
from worker.doctor import (
    accounts,
    crowds,
    database,
    folder,
    machine,
    pages,
    plans,
    presets,
    server,
    setup,
    skew,
)
from worker.doctor.finding import Finding, Grade, problem, skipped
from worker.installation.accounts import accounts_of
from worker.installation.database import database_path
from worker.kit.clock import Clock, SystemClock
from worker.kit.service_manager import state_directories
from worker.leases import file
from worker.provider.flavours import Account
from worker.provider.transport import Transport

Look = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class World:
    """What the checks look at beside the settings."""

    clock: Clock
    transport: Transport
    mounts: Callable[[], str] = file.mounts
    free: folder.Free = folder.free
    fetch: pages.Fetch = pages.fetch


async def examine_here(settings: Settings, config: Path | None) -> list[Finding]:
    """Check everything on this machine, with its own clock."""
    transport = Transport()
    try:
        return await examine(settings, config, World(SystemClock(), transport))
    finally:
        await transport.close()


async def examine(settings: Settings, config: Path | None, world: World) -> list[Finding]:
    """Check everything. Nothing is changed by it."""
    wanted = presets.Wanted()
    own = {
        "settings": lambda: [setup.loaded(settings, config)],
        **_of_machine(),
        "state folder": lambda: _folder(settings, world),
        "database": lambda: _database(settings, world, wanted),
        "schedule": lambda: plans.look(
            settings.schedule,
            _flavours(settings),
            settings.horizon,
            world.clock.now(),
            settings.secrets,
            wanted.add,
            settings.notify if settings.accounts else None,
        ),
        "HTTP pages": lambda: pages.look_at_all(settings.http, world.fetch),
    }
    found = [each for name, look in own.items() for each in _caught(name, look)]
    return [*found, *await _accounts(settings, world, wanted)]


def without_settings(problems: Sequence[str]) -> list[Finding]:
    """Tell what is wrong with the settings, and check what needs none."""
    rest = [each for name, look in _of_machine().items() for each in _caught(name, look)]
    names = ("state folder", "database", "schedule", "HTTP pages", "accounts", "clock")
    return [*setup.refused(problems), *rest, *(skipped(name, "the settings are needed") for name in names)]


def _flavours(settings: Settings) -> dict[str, str]:
    return {name: each.flavour.value for name, each in settings.accounts.items()}


def _of_machine() -> dict[str, Look]:
    return {
        "versions": lambda: [machine.versions()],
        "time zones": lambda: [machine.time_zones()],
        "proxy": machine.unused_proxies,
    }


def _folder(settings: Settings, world: World) -> Iterable[Finding]:
    path = _sqlite(settings)
    if path is None:
        return []
    who_else = folder.look_who_else(path, settings.state_dir, state_directories())
    return [*folder.look(path.parent, world.mounts(), world.free), *who_else]


def _database(settings: Settings, world: World, wanted: presets.Wanted) -> Iterable[Finding]:
    path, now = _sqlite(settings), world.clock.now()
    foresee = crowds.Crowds(quotas_of(settings.accounts), settings.horizon, now, wanted.add).look
    if path is None:
        return server.look(settings.database_url.get_secret_value(), now, foresee)
    return database.look(path, now, foresee)


def _sqlite(settings: Settings) -> Path | None:
    """Return the file that the database is, if it is one."""
    is_file = settings.database_url.get_secret_value().startswith("sqlite://")
    return database_path(settings) if is_file else None


async def _accounts(settings: Settings, world: World, wanted: presets.Wanted) -> list[Finding]:
    known = accounts_of(settings).values()
    asked = (accounts.ask(each, world.transport, world.clock) for each in known)
    heard = await asyncio.gather(*asked, return_exceptions=True)
    answered = [each for each in heard if isinstance(each, accounts.Heard)]
    failed = [_failed("accounts", each) for each in heard if isinstance(each, Exception)]
    skews = [each.skew for each in answered if each.skew]
    well = [
        each
        for each, found in zip(known, heard, strict=True)
        if isinstance(found, accounts.Heard) and found.finding.verdict is Grade.OK
    ]
    named = await asyncio.gather(*(_presets(each, wanted, world) for each in well))
    return [*(each.finding for each in answered), *failed, *chain(*named), skew.told(skews)]


async def _presets(account: Account, wanted: presets.Wanted, world: World) -> list[Finding]:
    try:
        return await presets.look(account, wanted, world.transport, world.clock)
    except Exception as error:  # noqa: BLE001  As below.
        return [_failed("presets", error)]


def _caught(name: str, look: Look) -> list[Finding]:
    """Look; a check that cannot be made is a finding like any other."""
    try:
        return list(look())
    except Exception as error:  # noqa: BLE001  Whatever it is, it must not hide the other findings.
        return [_failed(name, error)]


def _failed(name: str, error: Exception) -> Finding:
    return problem(name, f"the check failed: {type(error).__name__}: {error}", "Please report this.")
