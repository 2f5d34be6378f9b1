"""Hosts' links over HTTP: the one answer for which the provider is asked, and which is secret."""

from collections.abc import Callable
from dataclasses import dataclass

from config.access import Scope
from worker.operations import links
from worker.operations.operator import Operator
from worker.provider.client import ProviderClient
from worker.provider.errors import ProviderError
from worker.web.api import replies
from worker.web.api.endpoint import ApiRequest, Endpoint, Reply, post
from worker.web.api.operators import Operators
from worker.web.api.requests import Nothing
from worker.web.problem import ProblemError

AT_ONCE = 2
"""Answers for which the provider is asked at the same time."""

Client = Callable[[str], tuple[ProviderClient, str | None] | None]
"""Returns how an account's provider is spoken to, and its template for links; None: it is not set up here."""


@dataclass(slots=True)
class Links:
    """Mints links while they are sent."""

    operators: Operators
    client: Client
    _in_hand: int = 0

    def endpoints(self) -> list[Endpoint]:
        """Return the address. It is posted to, so that no browser asks for it ahead and no proxy keeps it."""
        how = {"scope": Scope.LINKS, "body": Nothing, "problems": (404, 409, 502)}
        return [post("/broadcasts/{id}/links", "mintLinks", self._mint, replies.Links, **how)]

    async def _mint(self, request: ApiRequest) -> Reply:
        """Make a link for each host. Secret: whoever has one comes in as that host."""
        if self._in_hand >= AT_ONCE:
            raise ProblemError(503, "links are being made for others")
        self._in_hand += 1
        try:
            return Reply(await self._minted(self.operators.of(request), request.path["id"]))
        except ProviderError as error:
            raise ProblemError(502, f"the provider: {error}") from None
        finally:
            self._in_hand -= 1

    async def _minted(self, by: Operator, broadcast_id: str) -> replies.Links:
        row = await links.enterable(by, broadcast_id)
        found = self.client(row.account)
        if found is None:
            raise ProblemError(409, f"account {row.account} is not set up here")
        client, template = found
        made = await links.links(client, row, await links.hosts_of(by, row), template)
        return replies.Links(tuple(replies.Link(each.host, each.url) for each in made))
