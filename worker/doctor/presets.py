"""The presets that hosts of the days ahead name: one that is not there leaves them without a link."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from config.problems import likely
from jobs.model import Broadcast
from worker.doctor.finding import Finding, ok, problem, skipped, warning
from worker.doctor.hiding import hides
from worker.kit.clock import Clock
from worker.provider.client import ProviderClient
from worker.provider.errors import ProviderError
from worker.provider.flavours import Account
from worker.provider.transport import Transport

NAME = "presets"
MOST_NAMED = 3
"""So many broadcasts of a preset are named; of the others, how many they are."""


@dataclass(slots=True)
class Wanted:
    """Which presets are named, by account, with the broadcasts whose hosts name them."""

    _of: defaultdict[str, defaultdict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    def add(self, broadcasts: Iterable[Broadcast]) -> None:
        """Learn what these name."""
        for each in broadcasts:
            for host in each.hosts:
                self._of[each.account][host.preset].add(each.id)

    def of(self, account: str) -> Mapping[str, set[str]]:
        """Return what is named at one account."""
        return self._of.get(account, {})


async def look(account: Account, wanted: Wanted, transport: Transport, clock: Clock) -> list[Finding]:
    """Ask for each preset that is named, one read for each, and tell of those that are not there."""
    named = wanted.of(account.name)
    if not named:
        return [skipped(_name(account), "no host of an upcoming broadcast names one")]
    client = ProviderClient(account, transport, clock)
    try:
        found = await asyncio.gather(*(client.presets(each) for each in sorted(named)))
        missing = [each for each, names in zip(sorted(named), found, strict=True) if each not in names]
        there = await client.presets() if missing else frozenset()
    except ProviderError as error:
        text = hides(account).text(f"they could not be asked for: {error}")
        return [warning(_name(account), text, "See the account's result.")]
    told = [_missing(account, each, sorted(named[each]), there) for each in missing if each not in there]
    return told or [ok(_name(account), f"the {len(named)} named by hosts of upcoming broadcasts exist")]


def _missing(account: Account, preset: str, ids: list[str], there: frozenset[str]) -> Finding:
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    who = f"{', '.join(ids[:MOST_NAMED])}{more}"
    text = f"no preset {preset!r}, which hosts of {who} need{likely(preset, there)}"
    cure = "Correct it in the schedule, or create it in the provider's dashboard: these hosts get no link."
    return problem(_name(account), text, cure)


def _name(account: Account) -> str:
    return f"{NAME} {account.name}"
