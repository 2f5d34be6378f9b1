"""New credentials are taken over when the old ones are refused, and only those of the same tenant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from tests.support.clock import HandClock
from worker.gateway.credentials import EVERY, RenewedCredentials
from worker.provider.client import ProviderClient
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import Transport

OLD = Account(name="default", flavour=FLAVOURS["dyte"], secret="canary-old", org_id="org")  # noqa: S106
NEW = replace(OLD, secret="canary-new")  # noqa: S106


@dataclass
class Kept:
    """What is set up now, and how often it was read."""

    accounts: dict[str, Account] = field(default_factory=lambda: {"default": NEW})
    reads: int = 0

    def read(self) -> Mapping[str, Account]:
        self.reads += 1
        return self.accounts


def world() -> tuple[Kept, HandClock, ProviderClient, RenewedCredentials]:
    kept, clock = Kept(), HandClock()
    client = ProviderClient(OLD, Transport(), clock)
    return kept, clock, client, RenewedCredentials(kept.read, {"default": client}, clock)


async def test_new_credentials_are_used_from_the_next_call_on() -> None:
    _, _, client, rotation = world()
    rotation.refused("default")
    assert client.account == NEW


async def test_they_are_looked_for_again_and_again_but_not_at_every_refusal() -> None:
    kept, clock, client, rotation = world()
    kept.accounts = {"default": OLD}
    for _ in range(5):
        rotation.refused("default")
    assert kept.reads == 1
    kept.accounts = {"default": NEW}
    clock.move(EVERY)
    rotation.refused("default")
    assert (kept.reads, client.account) == (2, NEW)


@pytest.mark.parametrize(
    "accounts",
    [
        {"default": replace(NEW, org_id="another")},
        {"default": replace(NEW, base_url="http://127.0.0.1:9/elsewhere")},
        {"other": NEW},
        {},
    ],
    ids=["another tenant", "another address", "gone", "settings in error"],
)
async def test_nothing_else_is_taken_over(accounts: dict[str, Account]) -> None:
    kept, _, client, rotation = world()
    kept.accounts = accounts
    rotation.refused("default")
    assert client.account == OLD
