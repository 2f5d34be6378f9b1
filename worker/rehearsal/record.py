"""What a rehearsal leaves behind: what was written, what was told, and what truly happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.rehearsal.accounts import host_of
from worker.rehearsal.alarm_book import Told
from worker.rehearsal.scene import Scene, Script
from worker.simulator.history import Change
from worker.store.records import Overview


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that counted against one quota."""

    group: str
    accounts: tuple[str, ...]
    limit: int
    """So many are allowed in any five minutes."""
    at: Sequence[datetime]
    """When each left, in the order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that is known when it is over."""

    script: Script
    rows: Mapping[str, Overview]
    told: Sequence[Told]
    history: Sequence[Change]
    """What truly happened at the providers, in the order of time."""
    calls: Sequence[Calls]
    export_minutes: float
    """Streamed and recorded, as the provider counts them."""


async def recorded(scene: Scene) -> Record:
    """Return what the scene knows at its end."""
    providers = scene.providers.by_host.values()
    for each in providers:
        each.advance()
    changes = [change for each in providers for change in each.history]
    return Record(
        script=scene.script,
        rows={row.id: row for row in await scene.store.overview()},
        told=scene.alarms.told(),
        history=sorted(changes, key=lambda change: change.at),
        calls=_calls(scene),
        export_minutes=sum(each.bill().export_minutes for each in providers),
    )


def _calls(scene: Scene) -> list[Calls]:
    groups: dict[str, list[str]] = {}
    accounts = scene.settings.accounts
    for name, account in accounts.items():
        groups.setdefault(account.quota, []).append(name)
    return [
        Calls(
            group=group,
            accounts=tuple(names),
            limit=accounts[names[0]].calls_per_5_minutes,
            at=sorted(
                at for host in {host_of(accounts[each]) for each in names} for at in scene.sent_to(host)
            ),
        )
        for group, names in groups.items()
    ]
