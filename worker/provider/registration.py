"""Has the provider post to us: registered once for each address, and nobody else's touched (law 8)."""

from dataclasses import dataclass
from enum import StrEnum

from jobs.marker import marker, of_installation
from worker.provider.client import ProviderClient
from worker.provider.webhooks import EVENTS, Webhook


class Did(StrEnum):
    """What came of registering an address."""

    REGISTERED = "registered"
    KEPT = "kept"
    """It was registered already, as it should be."""
    REPLACED = "replaced"
    """It was registered, but for other events, twice, or disabled."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A webhook of ours as it is now, and which ones it replaced."""

    webhook: Webhook
    did: Did
    removed: tuple[str, ...]


class ForeignError(Exception):
    """The webhook is not ours, so that it is not for us to change."""

    def __init__(self, webhook: Webhook) -> None:
        super().__init__(f"{webhook.id} ({webhook.name or 'unnamed'}) is not ours")


def is_ours(webhook: Webhook, tag: str) -> bool:
    """Whether this installation registered it: its tag stands at the end of the name, as in a title."""
    return of_installation(webhook.name, tag)


async def register(client: ProviderClient, tag: str, url: str) -> Registered:
    """Have the events that are worth a look posted there; a second time it changes nothing.

    Raises:
        ForeignError: somebody else registered this address.
        ProviderError: the provider did not do it. It may be tried again.
    """
    there = [each for each in await client.webhooks() if each.url.rstrip("/") == url]
    for each in there:
        if not is_ours(each, tag):
            raise ForeignError(each)
    good = next(filter(_is_as_wanted, there), None)
    kept = good or await client.create_webhook(f"cuelight{marker(tag, client.account.name, url)}", url)
    others = tuple(each.id for each in there if each.id != kept.id)
    for each_id in others:
        await client.delete_webhook(each_id)
    done = Did.REPLACED if others else Did.KEPT if good else Did.REGISTERED
    return Registered(kept, done, others)


async def remove(client: ProviderClient, tag: str, webhook_id: str) -> bool:
    """Have nothing posted there any more; say whether there was such a webhook.

    Raises:
        ForeignError: it is not ours.
        ProviderError: the provider did not do it. It may be tried again.
    """
    found = next((each for each in await client.webhooks() if each.id == webhook_id), None)
    if found is None:
        return False
    if not is_ours(found, tag):
        raise ForeignError(found)
    await client.delete_webhook(webhook_id)
    return True


def _is_as_wanted(webhook: Webhook) -> bool:
    return webhook.enabled and sorted(webhook.events) == sorted(EVENTS)
