"""Everything that belongs to one account: how it is called, and how it is watched."""

from dataclasses import dataclass

from worker.caller import Caller
from worker.lists import Lists
from worker.performer import Performer
from worker.provider.client import ProviderClient
from worker.watcher import Watcher


@dataclass(frozen=True, slots=True)
class Channel:
    """One account's way to the provider. Accounts of one quota group share the caller."""

    account: str
    tenant: str
    client: ProviderClient
    caller: Caller
    performer: Performer
    watcher: Watcher
    lists: Lists
