"""An account's way to a provider whose answers are laid out by hand."""

from jobs.budget import Budget
from worker.caller import Caller
from worker.channel import Channel
from worker.clock import Clock
from worker.lists import Lists
from worker.meeting_secrets import MeetingSecrets
from worker.performer import Performer
from worker.provider.client import ProviderClient
from worker.watcher import Watcher

NO_BUDGET_SAID = Budget()


def channel_of(
    client: ProviderClient, clock: Clock, *, tenant: str = "", budget: Budget = NO_BUDGET_SAID
) -> Channel:
    """Return the parts of one account, put together as bootstrap does."""
    caller = Caller(clock, budget)
    lists = Lists(client, caller, clock, "test")
    watcher = Watcher(client, caller, lists, clock)
    performer = Performer(client, caller, MeetingSecrets({}, lambda: None, clock))
    return Channel("default", tenant, client, caller, performer, watcher, lists)
