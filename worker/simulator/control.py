"""The control API under `/_simulator`: people, faults, time, and the truth. It asks for no credentials."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from worker.simulator.faults import Fault
from worker.simulator.meeting import Meeting
from worker.simulator.meter import Bill
from worker.simulator.physics import Refused

if TYPE_CHECKING:
    from worker.simulator.simulator import Simulator

_FAULTS = TypeAdapter(Fault | list[Fault])
_MEETING = "meeting"


@runtime_checkable
class MovableClock(Protocol):
    """A clock that stands still until it is moved by so many seconds."""

    def move(self, by: float) -> None:
        """Move it on."""
        ...


class _Wrong(Exception):  # noqa: N818 - becomes an answer
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def control_routes(simulator: "Simulator") -> list[Route]:
    """Return the routes of the control API over a simulator."""
    control = _Control(simulator)
    return [
        _route("GET", "/state", lambda _: control.state()),
        _route("GET", "/history", lambda _: [asdict(change) for change in simulator.history]),
        _route("GET", "/meter", lambda _: control.meter()),
        _route("GET", "/requests", lambda _: [asdict(request) for request in simulator.requests]),
        _route("DELETE", "/requests", lambda _: simulator.requests.clear()),
        _route("GET", "/knobs", lambda _: simulator.world.knobs.model_dump()),
        _route("PATCH", "/knobs", control.turn),
        _route("GET", "/faults", lambda _: control.coming_faults()),
        _route("POST", "/faults", control.script),
        _route("GET", "/deliveries", lambda _: [asdict(each) for each in simulator.deliveries.made]),
        _route("DELETE", "/faults", lambda _: simulator.faults.clear()),
        _route("POST", "/join", control.join),
        _route("POST", "/leave", control.leave),
        _route("POST", "/fail", control.fail),
        _route("POST", "/drop", control.drop),
        _route("POST", "/advance", control.advance),
    ]


class _Control:
    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def state(self) -> dict[str, Any]:
        self._simulator.advance()
        world = self._simulator.world
        rooms = [room for tenant in world.tenants.values() for room in tenant.meetings.values()]
        return {"now": world.now, "meetings": [_room(room) for room in rooms]}

    def meter(self) -> dict[str, Any]:
        simulator = self._simulator
        return _bill(simulator.bill()) | {
            "meetings": {name: _bill(each) for name, each in simulator.bills().items()}
        }

    def turn(self, given: Any) -> dict[str, Any]:
        self._simulator.turn(**given)
        return self._simulator.world.knobs.model_dump()

    def coming_faults(self) -> list[dict[str, Any]]:
        return [fault.model_dump() | {"left": left} for fault, left in self._simulator.faults.coming()]

    def script(self, given: Any) -> list[dict[str, Any]]:
        faults = _FAULTS.validate_python(given)
        self._simulator.script(*(faults if isinstance(faults, list) else [faults]))
        return self.coming_faults()

    def join(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"id": self._simulator.join(_named(given), given.get("person", "guest"))}

    def leave(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"left": self._simulator.leave(_named(given), given.get("person"))}

    def fail(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"failed": self._simulator.fail(_named(given), given.get("message"))}

    def drop(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"dropped": self._simulator.drop(_named(given))}

    def advance(self, given: dict[str, Any]) -> dict[str, Any]:
        seconds = given.get("seconds")
        if not isinstance(seconds, int | float) or seconds < 0:
            raise _Wrong(400, '"seconds" must be a number of seconds to move on by')
        if not isinstance(self._simulator.clock, MovableClock):
            raise _Wrong(409, "this simulator runs on a clock that cannot be moved")
        self._simulator.clock.move(seconds)
        self._simulator.advance()
        return {"now": self._simulator.world.now}


def _route(method: str, path: str, act: Callable[[Any], Any]) -> Route:
    async def answer(request: Request) -> Response:
        raw = await request.body()
        try:
            return _json(200, act(json.loads(raw or b"{}")))
        except (_Wrong, Refused) as wrong:
            return _json(wrong.status, {"error": str(wrong)})
        except LookupError as missing:
            return _json(404, {"error": str(missing)})
        except (ValidationError, ValueError, TypeError) as wrong:
            return _json(400, {"error": str(wrong)})

    return Route(path, answer, methods=[method])


def _named(given: dict[str, Any]) -> str:
    if not isinstance(given.get(_MEETING), str):
        raise _Wrong(400, '"meeting" must be the id of a meeting, or a part of its title')
    return str(given[_MEETING])


def _room(room: Meeting) -> dict[str, Any]:
    session, stream = room.session, room.livestream
    return {
        "id": room.id,
        "tenant": room.tenant,
        "title": room.title,
        "status": room.status,
        "live_stream_on_start": room.options["live_stream_on_start"],
        "session_id": session.id if session else None,
        "present": [person.name for person in session.present] if session else [],
        "livestream_id": stream.id if stream else None,
        "livestream_phase": stream.phase if stream else None,
        "on_air": stream is not None and stream.is_on_air,
        "livestreams": len(room.livestreams),
        "participants": len(room.participants),
    }


def _bill(used: Bill) -> dict[str, float]:
    return {
        "export_minutes": used.export_minutes,
        "participant_minutes": used.participant_minutes,
        "usd": used.usd,
    }


def _json(status: int, answer: Any) -> Response:
    return Response(json.dumps(answer, default=_plain), status, media_type="application/json")


def _plain(value: Any) -> str:
    return value.isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)
