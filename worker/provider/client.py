"""One method for each endpoint that the worker needs (API reference, section 2)."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from jobs.run.observations import (
    NO_RECORDING,
    NO_SESSION,
    NO_STREAM,
    Airing,
    Meeting,
    Participant,
    Recording,
    Session,
    Stream,
    StreamStatus,
)
from worker.kit.clock import Clock
from worker.kit.skew import between
from worker.provider import airing, models
from worker.provider.attendance import Attendance, attendance
from worker.provider.call_record import CallRecord
from worker.provider.errors import AbsentError, BadReplyError, ProviderError, RefusedError
from worker.provider.flavours import Account
from worker.provider.listing import Ask, Listing, Page, at_once, read
from worker.provider.replies import data, document, ratelimit
from worker.provider.secrecy import without_secrets
from worker.provider.transport import Reply, Transport
from worker.provider.webhooks import EVENTS, Webhook

T = TypeVar("T")

PAGE = 100
"""Items to a page: the assumed maximum (API reference, section 2)."""
LONGEST_REASON = 200
"""Characters. It is cut after the credentials are out of it, or a part of one could stay."""

LONGEST_NUMBER = 64
"""Characters of what to name to the vendor's support; cut as late as the reason is."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class ProviderClient:
    """Speaks to the provider for one account. It never repeats a call; that is the next pass's business."""

    def __init__(
        self,
        account: Account,
        transport: Transport,
        clock: Clock,
        on_call: Callable[[CallRecord], None] = lambda _: None,
        on_quota: Callable[[int, float], None] = lambda _left, _seconds: None,
    ) -> None:
        self._account = account
        self._transport = transport
        self._clock = clock
        self._on_call = on_call
        self._on_quota = on_quota

    @property
    def account(self) -> Account:
        """The account that calls are made for, with the credentials of the next call."""
        return self._account

    def renew(self, account: Account) -> None:
        """Use other credentials of the same tenant from the next call on."""
        self._account = account

    async def create_meeting(
        self, title: str, options: Mapping[str, Any], *, live_stream_on_start: bool
    ) -> Meeting:
        """POST /meetings."""
        body = {**options, "title": title, "live_stream_on_start": live_stream_on_start}
        return await self._call(_data(models.meeting), "POST", "/meetings", json=body)

    async def search_meetings(
        self, text: str, since: datetime | None = None, ask: Ask = at_once
    ) -> Listing[Meeting]:
        """GET /meetings?search=: a loose search; compare the titles. `since`: only those created later."""
        query = {"search": text} | ({"start_time": since.isoformat()} if since else {})
        found = await self._pages(ask, "/meetings", **query)
        return Listing.of(map(models.meeting, found), whole=found.whole)

    async def meeting(self, meeting_id: str) -> Meeting | None:
        """GET /meetings/{m}; None: there is no such meeting."""
        try:
            return await self._call(_data(models.meeting), "GET", "/meetings/{}", meeting_id)
        except AbsentError:
            return None

    async def patch_meeting(self, meeting_id: str, fields: Mapping[str, Any]) -> Meeting:
        """PATCH /meetings/{m}: only the fields given."""
        read = _data(models.meeting)
        return await self._call(read, "PATCH", "/meetings/{}", meeting_id, json=dict(fields))

    async def participants(self, meeting_id: str, ask: Ask = at_once) -> tuple[Participant, ...]:
        """GET /meetings/{m}/participants: everyone ever added, not who is present."""
        found = await self._pages(ask, "/meetings/{}/participants", meeting_id)
        return tuple(map(models.participant, found))

    async def add_participant(self, meeting_id: str, name: str, preset: str, custom_id: str) -> Participant:
        """POST /meetings/{m}/participants. The token in the answer is dropped."""
        body = {"name": name, "preset_name": preset, "custom_participant_id": custom_id}
        read = _data(models.participant)
        return await self._call(read, "POST", "/meetings/{}/participants", meeting_id, json=body)

    async def remove_participant(self, meeting_id: str, participant_id: str) -> None:
        """DELETE /meetings/{m}/participants/{p}; one that is not there is removed already."""
        try:
            await self._call(_done, "DELETE", "/meetings/{}/participants/{}", meeting_id, participant_id)
        except AbsentError:
            return

    async def participant_token(self, meeting_id: str, participant_id: str) -> str:
        """POST /meetings/{m}/participants/{p}/token: a fresh secret, for its own host alone."""
        route = "/meetings/{}/participants/{}/token"
        return await self._call(_data(models.token), "POST", route, meeting_id, participant_id, json={})

    async def active_session(self, meeting_id: str) -> Session:
        """GET /meetings/{m}/active-session."""
        try:
            read = _data(models.session)
            return await self._call(read, "GET", "/meetings/{}/active-session", meeting_id)
        except AbsentError:
            return NO_SESSION

    async def kick_all(self, meeting_id: str) -> None:
        """POST /meetings/{m}/active-session/kick-all: ends the session, and the exporter with it."""
        await self._call(_done, "POST", "/meetings/{}/active-session/kick-all", meeting_id, json={})

    async def start_stream(self, meeting_id: str) -> None:
        """POST /meetings/{m}/livestreams. What it returns is secret, or read better elsewhere."""
        await self._call(_done, "POST", "/meetings/{}/livestreams", meeting_id, json={})

    async def active_stream(self, meeting_id: str) -> Stream:
        """GET /meetings/{m}/active-livestream; a 404 by the service itself, and no other, is no stream."""
        try:
            read = _data(models.stream)
            stream = await self._call(read, "GET", "/meetings/{}/active-livestream", meeting_id)
        except AbsentError:
            return NO_STREAM
        if stream.meeting_id not in (None, meeting_id):
            raise BadReplyError("a livestream of another meeting")
        return stream

    async def active_recording(self, meeting_id: str) -> Recording:
        """GET /recordings/active-recording/{m}: a recording that goes on, or a push by RTMP."""
        try:
            read = _data(models.recording)
            return await self._call(read, "GET", "/recordings/active-recording/{}", meeting_id)
        except AbsentError:
            return NO_RECORDING

    async def stop_recording(self, recording_id: str) -> None:
        """PUT /recordings/{id}: end it. What it returns names where it is kept."""
        await self._call(_done, "PUT", "/recordings/{}", recording_id, json={"action": "stop"})

    async def airings(self, meeting_id: str) -> tuple[Airing, ...]:
        """GET /meetings/{m}/livestream: what was LIVE there, of the newest hundred; a 404 is nothing."""
        params = {"page_no": "1", "per_page": str(PAGE)}
        read = _data(airing.airings)
        try:
            return await self._call(read, "GET", "/meetings/{}/livestream", meeting_id, params=params)
        except AbsentError:
            return ()

    async def stop_stream(self, meeting_id: str) -> None:
        """POST /meetings/{m}/active-livestream/stop."""
        await self._call(_done, "POST", "/meetings/{}/active-livestream/stop", meeting_id, json={})

    async def streams(self, status: StreamStatus, ask: Ask = at_once) -> Listing[Stream]:
        """GET /livestreams?status=: those of every meeting of this account."""
        found = await self._pages(ask, "/livestreams", status=status.value)
        return Listing.of(models.readable(found, models.stream), whole=found.whole)

    async def live_sessions(self, ask: Ask = at_once) -> Listing[Session]:
        """GET /sessions?status=LIVE: those of every meeting of this account."""
        found = await self._pages(ask, "/sessions", status="LIVE")
        return Listing.of(models.readable(found, models.session), whole=found.whole)

    async def attendances(self, title: str, since: datetime, ask: Ask = at_once) -> Listing[Attendance]:
        """GET /sessions?search=: those begun since then, by the titles of their meetings; a loose search."""
        query = {"search": title, "start_time": since.isoformat(), "sort_by": "createdAt"}
        found = await self._pages(ask, "/sessions", **query)
        return Listing.of(models.readable(found, attendance), whole=found.whole)

    async def presets(self, search: str = "") -> frozenset[str]:
        """GET /presets?search=: the names of what is found, loosely; of all where nothing is searched."""
        query = {"search": search} if search else {}
        return frozenset(models.readable(await self._pages(at_once, "/presets", **query), models.preset))

    async def webhooks(self) -> tuple[Webhook, ...]:
        """GET /webhooks: all of this account, whoever registered them. The list has no pages."""
        found, _ = await self._call(models.page, "GET", "/webhooks")
        return tuple(models.readable(found, models.webhook))

    async def create_webhook(self, name: str, url: str) -> Webhook:
        """POST /webhooks: have the events that are worth a look posted there."""
        body = {"name": name, "url": url, "events": list(EVENTS), "enabled": True}
        return await self._call(_data(models.webhook), "POST", "/webhooks", json=body)

    async def delete_webhook(self, webhook_id: str) -> None:
        """DELETE /webhooks/{id}; one that is not there is deleted already."""
        try:
            await self._call(_done, "DELETE", "/webhooks/{}", webhook_id)
        except AbsentError:
            return

    async def _pages(self, ask: Ask, route: str, *ids: str, **query: str) -> Listing[Any]:
        """Return the items of every page.

        Raises:
            BadReplyError: the list has no end, or ends before it has what it says.
        """

        async def page(number: int) -> Page:
            params = {**query, "page_no": str(number), "per_page": str(PAGE)}
            return await self._call(models.page, "GET", route, *ids, params=params)

        return await read(page, ask)

    async def _call(
        self, read: Callable[[dict[str, Any]], T], method: str, route: str, *ids: str, **content: Any
    ) -> T:
        """Make one call and read its answer; whatever comes of it is told to `on_call`."""
        account = self._account
        url = account.address + route.format(*map(_checked, ids))
        began, sent_at = self._clock.monotonic(), self._clock.now()
        reply, error = None, None
        try:
            answer = await self._transport.send(method, url, account.authorization, **content)
            reply = without_secrets(answer, account)
            self._hear_of_quota(reply)
            return read(document(reply))
        except ProviderError as raised:
            error = raised
            _complete(raised, reply, account)
            raise
        finally:
            self._on_call(self._record(method, route, began, sent_at, reply, error))

    def _hear_of_quota(self, reply: Reply) -> None:
        if said := ratelimit(reply.headers.get("ratelimit")):
            self._on_quota(*said)

    def _record(  # noqa: PLR0913, PLR0917  All that is known of a call.
        self,
        method: str,
        route: str,
        began: float,
        sent_at: datetime,
        reply: Reply | None,
        error: ProviderError | None,
    ) -> CallRecord:
        return CallRecord(
            account=self._account.name,
            method=method,
            route=route,
            seconds=self._clock.monotonic() - began,
            status=reply.status if reply else None,
            request_id=reply.request_id[:LONGEST_NUMBER] if reply else "",
            error=error,
            skew=between(sent_at, self._clock.now(), reply.headers.get("date")) if reply else None,
        )


def _complete(error: ProviderError, reply: Reply | None, account: Account) -> None:
    """Add what is known of the answer; what the transport told of one that it did not take is hidden here."""
    if reply and error.status is None:
        error.status, error.request_id = reply.status, reply.request_id
    error.request_id = account.hidden_in(error.request_id)[:LONGEST_NUMBER]
    error.reason = account.hidden_in(error.reason)[:LONGEST_REASON]
    error.args = (error.reason,)


def _data(read: Callable[[Any], T]) -> Callable[[dict[str, Any]], T]:
    """Return what reads the `data` of an answer."""
    return lambda found: read(data(found))


def _done(_found: dict[str, Any]) -> None:
    """Read nothing of an answer: that it is a success is all."""


def _checked(part: str) -> str:
    """Return an id that may stand in a path."""
    if not _ID.match(part):
        raise RefusedError("not an id of the provider's")
    return part
