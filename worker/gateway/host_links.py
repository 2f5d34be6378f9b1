"""The hosts' way in: a link for each, minted when it is wanted and kept nowhere (law 10)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

from jobs.run.decision import Urgency
from worker.gateway.account import Gateway
from worker.gateway.permit import Admit

T = TypeVar("T")


async def participants(gateway: Gateway, meeting_id: str, admit: Admit) -> Mapping[str, str]:
    """Return the provider's id of everybody who was added to the meeting, by ours; each page in turn.

    Raises:
        ProviderError: the provider did not answer, or refused.
        WithdrawnError: it was not asked.
    """

    def ask(send: Callable[[], Awaitable[T]], /) -> Awaitable[T]:
        return gateway.queue.call(Urgency.PREPARE, send, admit)

    return {each.custom_id: each.id for each in await gateway.client.participants(meeting_id, ask)}


async def token(gateway: Gateway, meeting_id: str, participant_id: str, admit: Admit) -> str:
    """Return a fresh token with which one host comes in: a secret.

    Raises:
        ProviderError: the provider did not answer, or refused.
        WithdrawnError: it was not asked.
    """

    async def mint() -> str:
        return await gateway.client.participant_token(meeting_id, participant_id)

    return await gateway.queue.call(Urgency.PREPARE, mint, admit)


def url(template: str | None, secret: str, meeting_id: str) -> str:
    """Return a host's link, token and meeting escaped in it; without a template the token."""
    if not template:
        return secret
    return template.replace("{meeting}", quote(meeting_id, safe="")).replace(
        "{token}", quote(secret, safe="")
    )
