"""What a host is sent, with a link in it that was minted just now and is kept nowhere (law 10)."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from jobs.model import Broadcast, Room
from jobs.reminder_text import Letter, cancellation, reminder
from jobs.reminders import CANCELLED, Due
from worker.gateway import host_links
from worker.gateway.account import Gateway
from worker.gateway.permit import Admit
from worker.leases.contract import Leases, refusal
from worker.provider.errors import ProviderError


class NotMintedError(Exception):
    """There is no link to send; the text says why."""


@dataclass(slots=True, kw_only=True)
class Letters:
    """Writes them, each for one host alone."""

    gateways: Mapping[str, Gateway]
    leases: Leases
    join_urls: Mapping[str, str]
    """The template of a host's link, by account."""
    _people: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Who was added to a broadcast's meeting: one list for all its hosts. No secret is in it."""
    _listing: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def to(self, wanted: Broadcast, room: Room, due: Due) -> Letter:
        """Return what the host is to be told, with the link in it if there is one.

        Raises:
            WithdrawnError: the quota, or the lease, let no call leave.
            ProviderError: the provider gave no token.
            NotMintedError: there is nobody, or no address, to mint one for.
        """
        if due.reminder.what == CANCELLED:
            return cancellation(wanted, due)
        template = self.join_urls.get(room.account)
        if not template:
            raise NotMintedError(f"CUELIGHT_ACCOUNTS__{room.account.upper()}__JOIN_URL is not set")
        gateway, meeting = self._gateway(room), room.meeting_id or ""
        try:
            participant = await self._participant(gateway, wanted.id, meeting, due.host.id)
            token = await host_links.token(gateway, meeting, participant, self._admit(gateway))
        except (ProviderError, NotMintedError):
            self.forget(wanted.id)
            raise
        return reminder(wanted, due, host_links.url(template, token, meeting))

    def forget(self, broadcast_id: str) -> None:
        """Ask anew, the next time, who was added to its meeting."""
        self._people.pop(broadcast_id, None)
        self._listing.pop(broadcast_id, None)

    def _gateway(self, room: Room) -> Gateway:
        """Return the way to its account: a meeting of one tenant is nowhere at another."""
        gateway = self.gateways.get(room.account)
        if gateway is None or room.tenant not in ("", gateway.tenant):
            raise NotMintedError(f"its meeting is not one of account {room.account!r} as it is set up now")
        return gateway

    async def _participant(self, gateway: Gateway, broadcast_id: str, meeting: str, host: str) -> str:
        async with self._listing[broadcast_id]:
            if (people := self._people.get(broadcast_id)) is None:
                people = await host_links.participants(gateway, meeting, self._admit(gateway))
                self._people[broadcast_id] = people
        if host not in people:
            raise NotMintedError("the meeting does not know this host")
        return people[host]

    def _admit(self, gateway: Gateway) -> Admit:
        return partial(refusal, gateway.account, self.leases.held)
