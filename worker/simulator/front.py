"""The provider's HTTP face: quota, authorization, faults, then the service itself."""

import asyncio
import math
from collections import defaultdict
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from worker.kit.clock import Clock
from worker.simulator import envelopes
from worker.simulator.auth import Caller, Credentials, identify
from worker.simulator.bodies import as_json
from worker.simulator.call import Call, resource, route
from worker.simulator.envelopes import Reply
from worker.simulator.faults import NO_FAULT, Fault, Faults
from worker.simulator.limits import Quota
from worker.simulator.physics import Refused
from worker.simulator.requests import Received, Requests
from worker.simulator.routes_livestreams import LIVESTREAMS
from worker.simulator.routes_meetings import MEETINGS
from worker.simulator.routes_recordings import RECORDINGS
from worker.simulator.routes_sessions import SESSIONS
from worker.simulator.routes_webhooks import WEBHOOKS
from worker.simulator.world import World

_ENDPOINTS = (*LIVESTREAMS, *SESSIONS, *MEETINGS, *RECORDINGS, *WEBHOOKS)


@dataclass(frozen=True, slots=True)
class _Arrived:
    request: Request
    raw: bytes
    noted: Received
    caller: Caller | None


class Front:
    """An ASGI application with the vendor's paths."""

    def __init__(
        self, world: World, clock: Clock, credentials: Credentials, faults: Faults, requests: Requests
    ) -> None:
        self._world = world
        self._clock = clock
        self._credentials = credentials
        self._faults = faults
        self._requests = requests
        self._quotas: defaultdict[str, Quota] = defaultdict(Quota)
        self._under_way: set[asyncio.Task[Reply]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it hang, or drop its connection."""
        arrived = await self._arrive(Request(scope, receive))
        reply, fault = self._gate(arrived), NO_FAULT
        if reply is None:
            fault = self._faults.befall(arrived.noted.method, arrived.noted.resource or "", self._world.knobs)
            reply = await self._performed(arrived, fault)
        await self._clock.sleep(self._world.knobs.latency_s + fault.latency_s)
        match fault.then:
            case "answer":
                await self._respond(arrived, reply)(scope, receive, send)
            case "hang":
                arrived.noted.outcome = "hung"
                await _gone(receive)
            case "drop":
                arrived.noted.outcome = "dropped"
                await _drop(scope, receive)

    async def _arrive(self, request: Request) -> _Arrived:
        self._world.advance(self._clock.now())
        knobs, at = self._world.knobs, self._clock.now()
        noted = Received(self._requests.next_number(), at, request.method, request.url.path, None, {}, None)
        self._requests.append(noted)
        raw = await request.body()
        named = resource(knobs.flavour, noted.path)
        noted.resource = named[1] if named else None
        noted.query, noted.body = dict(request.query_params), as_json(raw)
        authorization = request.headers.get("authorization", "")
        return _Arrived(request, raw, noted, identify(authorization, knobs.flavour, self._credentials))

    def _gate(self, arrived: _Arrived) -> Reply | None:
        knobs = self._world.knobs
        if arrived.caller is None or knobs.credentials_state == "unauthorized":
            return envelopes.unauthorized(knobs)
        seconds = self._quotas[arrived.caller.secret].spend(self._clock.now(), knobs)
        if seconds is not None:
            return envelopes.too_many(knobs, math.ceil(seconds))
        return envelopes.forbidden(knobs) if knobs.credentials_state == "forbidden" else None

    async def _performed(self, arrived: _Arrived, fault: Fault) -> Reply:
        """Perform a call to its end even if the caller gives up: it is on its way."""
        performing = asyncio.create_task(self._outcome(arrived, fault))
        self._under_way.add(performing)
        performing.add_done_callback(self._under_way.discard)
        return await asyncio.shield(performing)

    async def _outcome(self, arrived: _Arrived, fault: Fault) -> Reply:
        await self._clock.sleep(fault.delay_s)
        self._world.advance(self._clock.now())
        arrived.noted.had_effect = fault.has_effect
        reply = self._serve(arrived) if fault.has_effect else Reply(200, b"")
        if fault.body is not None:
            reply = Reply(fault.status or 200, fault.body.encode(), fault.media_type)
        elif fault.status is not None or not fault.has_effect:
            reply = envelopes.refusal(
                self._world.knobs, fault.status or 503, "simulated fault", fault.envelope
            )
        return Reply(reply.status, reply.content, reply.media_type, {**reply.headers, **fault.headers})

    def _serve(self, arrived: _Arrived) -> Reply:
        knobs, noted = self._world.knobs, arrived.noted
        named = resource(knobs.flavour, noted.path)
        routed = route(_ENDPOINTS, noted.method, named[1]) if named else None
        if named is None or routed is None:
            return envelopes.no_route(knobs, noted.path)
        tenant_name = named[0] or (arrived.caller.org_id if arrived.caller else None) or ""
        tenant = self._world.tenant(tenant_name)
        endpoint, params = routed
        try:
            return endpoint.answer(Call(self._world, tenant, params, noted.query, arrived.raw))
        except Refused as refused:
            return envelopes.refusal(knobs, refused.status, refused.message)

    def _respond(self, arrived: _Arrived, reply: Reply) -> Response:
        arrived.noted.status, arrived.noted.outcome = reply.status, "answered"
        headers = dict(reply.headers) | self._edge_headers(arrived)
        return Response(reply.content, reply.status, headers, reply.media_type)

    def _edge_headers(self, arrived: _Arrived) -> dict[str, str]:
        number = f"{arrived.noted.number:016x}"
        if self._world.knobs.flavour != "realtimekit":
            return {"x-request-id": number}
        if arrived.caller is None:
            return {"cf-ray": f"{number}-SIM"}
        quota = self._quotas[arrived.caller.secret]
        return {"cf-ray": f"{number}-SIM", **quota.headers(self._clock.now(), self._world.knobs)}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _drop(scope: Scope, receive: Receive) -> None:
    """Cut the connection. In process there is none to cut: the caller gets a ConnectionResetError."""
    abort = scope.get("state", {}).get("abort")
    if abort is None:
        raise ConnectionResetError("the simulated provider dropped the connection")
    abort()
    await _gone(receive)
