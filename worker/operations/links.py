"""The hosts' links to a broadcast. Whoever has one comes in as that host."""

from collections.abc import Collection
from dataclasses import dataclass, field

from worker.gateway.host_links import url
from worker.operations.operator import Operator
from worker.operations.refusals import NotInStateError
from worker.provider.client import ProviderClient
from worker.store.records import Overview


@dataclass(frozen=True, slots=True)
class HostLink:
    """The way in for one host."""

    host: str
    url: str = field(repr=False)
    """Secret. Where the account has no template for it, the token alone."""


async def enterable(operator: Operator, broadcast_id: str) -> Overview:
    """Return the row of a broadcast whose meeting hosts can be given links to.

    Raises:
        UnknownBroadcastError: there is none with this id.
        NotInStateError: it has no meeting yet.
    """
    row = await operator.known(broadcast_id)
    if row.meeting_id is None or row.state in (None, "planned", "rejected"):
        state = row.state or "new"
        raise NotInStateError(f"{broadcast_id} is {state}: there are no links before it is ready")
    return row


async def hosts_of(operator: Operator, row: Overview) -> Collection[str]:
    """Return the ids of the hosts that were added to the meeting for this broadcast."""
    record = await operator.store.load(row.id)
    return record.run.room.hosts if record else ()


async def links(
    client: ProviderClient, row: Overview, hosts: Collection[str], template: str | None
) -> list[HostLink]:
    """Return a fresh link for each of these hosts, and for nobody else who was ever added to the meeting.

    Raises:
        NotInStateError: the broadcast has no hosts.
        ProviderError: the provider did not answer, or refused.
    """
    meeting = row.meeting_id or ""
    people = [each for each in await client.participants(meeting) if each.custom_id in hosts]
    if not people:
        raise NotInStateError(f"{row.id} has no hosts: give it some with `hosts:`")
    return [
        HostLink(each.custom_id, url(template, await client.participant_token(meeting, each.id), meeting))
        for each in people
    ]
