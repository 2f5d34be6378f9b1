"""Everything that belongs to one account: how it is called, and how it is watched."""

from dataclasses import dataclass

from worker.gateway.lists import Lists
from worker.gateway.performer import Performer
from worker.gateway.queue import CallQueue
from worker.gateway.reads import Reader
from worker.provider.client import ProviderClient


@dataclass(frozen=True, slots=True)
class Gateway:
    """One account's way to the provider. Accounts of one quota group share the caller."""

    account: str
    tenant: str
    client: ProviderClient
    queue: CallQueue
    performer: Performer
    reader: Reader
    lists: Lists
