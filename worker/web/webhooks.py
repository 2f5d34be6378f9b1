"""Where the provider posts what happens: signed, taken once, answered at once, and no word of it kept.

It asks for no token: the signature is better. Nobody else's post does anything but count.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from worker.engine.hints import Hint, Listener, Reception
from worker.provider import models
from worker.provider.errors import BadReplyError
from worker.provider.published_key import KeyUnavailableError, PublishedKey
from worker.provider.signature import Signed
from worker.provider.webhooks import EVENTS, Event
from worker.web.body import BodyError, read
from worker.web.deliveries import Deliveries

PATH = "/webhooks/provider"
DEFAULT = "default"
AT_ONCE = 8
"""Posts in hand; further ones are asked to come again, so that the other pages are still answered."""

_CLOSE = {"connection": "close"}
_AGAIN = {"retry-after": "10"}

Count = Callable[[str, Reception], None]


@dataclass(slots=True)
class Webhooks:
    """Takes what is posted for each account."""

    keys: Mapping[str, PublishedKey]
    """By account; accounts whose keys have one address share it."""
    listener: Listener
    count: Count
    _known: Deliveries = field(default_factory=Deliveries)
    _in_hand: int = 0

    def routes(self) -> list[Route]:
        """Return the addresses: one for the account `default`, or the only one, and one for each by name."""
        each = Route(f"{PATH}/{{account}}", self._post, methods=["POST"])
        return [Route(PATH, self._post, methods=["POST"]), each]

    async def _post(self, request: Request) -> Response:
        account = request.path_params.get("account") or self._default()
        if account not in self.keys:
            return _said(404, f"no such account: post to {PATH}/ACCOUNT", _CLOSE)
        if self._in_hand >= AT_ONCE:
            return _said(503, "too many requests at once", _AGAIN | _CLOSE)
        self._in_hand += 1
        try:
            return await self._taken(account, request)
        finally:
            self._in_hand -= 1

    def _default(self) -> str:
        return next(iter(self.keys)) if len(self.keys) == 1 else DEFAULT

    async def _taken(self, account: str, request: Request) -> Response:
        try:
            body = await read(request)
            is_signed = await self.keys[account].signed(_as_signed(body, request))
        except BodyError as error:
            self.count(account, Reception.REFUSED)
            return _said(error.status, str(error), _CLOSE)
        except KeyUnavailableError:
            self.count(account, Reception.UNCHECKED)
            return _said(503, "the provider's key cannot be fetched now", _AGAIN)
        if not is_signed:
            self.count(account, Reception.REFUSED)
            return _said(401, "not signed by the provider")
        return self._heard(account, body, _header(request, "uuid"))

    def _heard(self, account: str, body: bytes, delivery: str) -> Response:
        """Take what the provider signed; an event that nobody wants is no fault of the provider's."""
        try:
            event = models.event(body)
        except BadReplyError:
            self.count(account, Reception.REFUSED)
            return _said(400, "no event")
        if self._known.knows(delivery):
            self.count(account, Reception.DUPLICATE)
            return _said(200, "known")
        self.count(account, self._told(account, event))
        self._known.add(delivery)
        return _said(200, "taken")

    def _told(self, account: str, event: Event) -> Reception:
        if event.name not in EVENTS:
            return Reception.FOREIGN
        return self.listener.heard(Hint(account, event.name, event.meeting_id, event.stream_id))


def _as_signed(body: bytes, request: Request) -> Signed:
    """Return the body with its signature; one that is no base64 fits no key."""
    try:
        signature = base64.b64decode(_header(request, "signature"), validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    return Signed(body, signature, or_compact="dyte-signature" in request.headers)


def _header(request: Request, name: str) -> str:
    """Return a header of the provider's, by whichever of its names it came."""
    return request.headers.get(f"rtk-{name}") or request.headers.get(f"dyte-{name}") or ""


def _said(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{text}\n", status, headers)
