"""The provider in one object: its world, its HTTP face, and the hands that meddle with both."""

from collections.abc import Sequence
from random import Random
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from worker.kit.clock import Clock, SystemClock
from worker.simulator.auth import Credentials
from worker.simulator.control import control_routes
from worker.simulator.deliveries import Deliveries
from worker.simulator.envelopes import success
from worker.simulator.faults import Fault, Faults
from worker.simulator.front import Front
from worker.simulator.history import Change
from worker.simulator.knobs import Knobs
from worker.simulator.meeting import Meeting, Tenant
from worker.simulator.meter import Bill, bill, total
from worker.simulator.requests import Requests
from worker.simulator.signing import Signing
from worker.simulator.world import World

KEY_PATH = "/.well-known/webhooks.json"


class Simulator:
    """One provider of one flavour. Whoever has the credentials may call it as any tenant."""

    def __init__(
        self,
        knobs: Knobs | None = None,
        clock: Clock | None = None,
        credentials: Credentials | None = None,
        signing: Signing | None = None,
    ) -> None:
        turned = knobs or Knobs()
        self.clock: Clock = clock or SystemClock()
        self.credentials = credentials or Credentials.throw_away()
        self.world = World(turned, self.clock.now())
        self.faults = Faults(Random(turned.seed))  # noqa: S311 - a simulation must repeat itself
        self.requests = Requests()
        front = Front(self.world, self.clock, self.credentials, self.faults, self.requests)
        self.deliveries = Deliveries(self.world.physics, self.world.tenants, self.clock, signing or Signing())
        self.key_reads = 0
        """How often the key was asked for that signs webhooks."""
        key = Route(KEY_PATH, self._published_key)
        control = Mount("/_simulator", routes=control_routes(self))
        self.app = Starlette(routes=[control, key, Mount("", app=front)])
        self.app.router.redirect_slashes = False

    @property
    def history(self) -> Sequence[Change]:
        """What has truly happened, oldest first."""
        return self.world.history.changes

    async def _published_key(self, _request: Request) -> Response:
        """Answer whoever asks: the key is public, and outside every quota."""
        self.key_reads += 1
        reply = success({"publicKey": self.deliveries.signing.public_pem()})
        return Response(reply.content, reply.status, media_type=reply.media_type)

    def advance(self) -> None:
        """Let everything happen that is due by the clock."""
        self.world.advance(self.clock.now())

    def turn(self, **knobs: Any) -> None:
        """Turn some knobs while it goes. Raises `pydantic.ValidationError` for what is no knob."""
        self.advance()
        self.world.knobs = self.world.knobs.turned(**knobs)

    def script(self, *faults: Fault) -> None:
        """Add faults to come."""
        for fault in faults:
            self.faults.script(fault)

    def join(self, meeting: str, person: str = "guest") -> str:
        """Let somebody join a meeting (id or part of its title); return the attendance's id.

        Raises `LookupError` if there is no such meeting, `Refused` if it is INACTIVE.
        """
        return self.world.presence.join(*self.find(meeting), person).id

    def leave(self, meeting: str, person: str | None = None) -> int:
        """Let one or all leave; return how many did. Raises `LookupError`."""
        _, room = self.find(meeting)
        return len(self.world.presence.leave(room, lambda each: person in {None, each.name, each.id}))

    def fail(self, meeting: str, message: str | None = None) -> bool:
        """Let the exporter fail; say whether one ran. Raises `LookupError`."""
        _, room = self.find(meeting)
        return self.world.exporter.fail(room, message or self.world.knobs.err_message)

    def drop(self, meeting: str) -> bool:
        """Let the livestream go off by itself; say whether one ran. Raises `LookupError`."""
        _, room = self.find(meeting)
        return self.world.exporter.drop(room)

    def find(self, meeting: str) -> tuple[Tenant, Meeting]:
        """Find a meeting by its id or a part of its title, the newest of several. Raises `LookupError`."""
        self.advance()
        found = [
            (tenant, room) for tenant in self.world.tenants.values() for room in tenant.matching(meeting)
        ]
        if not found:
            raise LookupError(f"no meeting has the id {meeting!r}, or that in its title")
        return max(found, key=lambda pair: pair[1].created_at)

    def bills(self) -> dict[str, Bill]:
        """Return what each meeting has used so far, by id."""
        self.advance()
        rooms = (room for tenant in self.world.tenants.values() for room in tenant.meetings.values())
        return {room.id: bill(room, self.world.now) for room in rooms}

    def bill(self) -> Bill:
        """Return what all has used so far."""
        return total(self.bills().values())
