"""An account's way to a provider whose answers are laid out by hand."""

from jobs.quota.budget import Budget
from worker.gateway.account import Gateway
from worker.gateway.lists import Lists
from worker.gateway.meeting_secrets import MeetingSecrets
from worker.gateway.performer import Performer
from worker.gateway.queue import CallQueue
from worker.gateway.reads import Reader
from worker.kit.clock import Clock
from worker.provider.client import ProviderClient

NO_BUDGET_SAID = Budget()


def gateway_of(
    client: ProviderClient, clock: Clock, *, tenant: str = "", budget: Budget = NO_BUDGET_SAID
) -> Gateway:
    """Return the parts of one account, put together as bootstrap does."""
    queue = CallQueue(clock, budget)
    lists = Lists(client, queue, clock, "test")
    reader = Reader(client, queue, lists, clock)
    performer = Performer(client, queue, MeetingSecrets({}, lambda: None, clock))
    return Gateway("default", tenant, client, queue, performer, reader, lists)
