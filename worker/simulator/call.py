"""One call of the provider's API, and the table that says what answers it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from starlette.routing import compile_path

from worker.simulator.bodies import AnyBody, parsed
from worker.simulator.envelopes import Reply, success
from worker.simulator.knobs import Flavour, Knobs
from worker.simulator.meeting import Meeting, Tenant
from worker.simulator.paging import Page, Query, created_between, instant, page
from worker.simulator.physics import Refused
from worker.simulator.stream import Livestream, Moment
from worker.simulator.world import World

Thing = TypeVar("Thing")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BASE: dict[Flavour, re.Pattern[str]] = {
    "realtimekit": re.compile(r"/client/v4/accounts/([^/]+/realtime/kit/[^/]+)(/.*)"),
    "dyte": re.compile(r"/v2()(/.*)"),
    "realtime-v2": re.compile(r"/v2()(/.*)"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that got through to the service."""

    world: World
    tenant: Tenant
    params: Mapping[str, str]
    query: Query
    raw: bytes

    @property
    def knobs(self) -> Knobs:
        """How the provider behaves."""
        return self.world.knobs

    @property
    def meeting(self) -> Meeting:
        """The meeting of the path. Raises `Refused`: 400 for what is no id (realtimekit), 404 if unknown."""
        name = self.params["meeting"]
        if self.knobs.flavour == "realtimekit" and not _UUID.fullmatch(name):
            raise Refused(400, 'BAD_REQUEST: "meeting_id" must be a valid GUID')
        return found(self.tenant.meetings, name, "meeting")

    def body(self, model: type[AnyBody]) -> AnyBody:
        """Read the body. Raises `Refused` with 400."""
        return parsed(model, self.raw)

    def seen(self, stream: Livestream) -> Moment | None:
        """Return a livestream as reads show it now, or None while they do not."""
        return stream.seen(self.world.now - timedelta(seconds=self.knobs.status_lag_s))

    def listed(self, things: Iterable[Thing], created_at: Callable[[Thing], datetime]) -> list[Thing]:
        """Keep what lists show by now and the range asks for, newest first."""
        start, end = instant(self.query, "start_time"), instant(self.query, "end_time")
        lag = max(self.knobs.list_lag_s, self.knobs.search_lag_s if self.query.get("search") else 0)
        until = self.world.now - timedelta(seconds=lag)
        kept = [
            thing
            for thing in things
            if created_at(thing) <= until and created_between(created_at(thing), start, end)
        ]
        return kept[::-1]

    def page(self, things: Sequence[Thing]) -> Page[Thing]:
        """Cut out the page that is asked for."""
        return page(things, self.query, self.knobs)


def found(things: Mapping[str, Thing], name: str, noun: str) -> Thing:
    """Look a thing up. Raises `Refused` with 404."""
    thing = things.get(name)
    if thing is None:
        raise Refused(404, f"No {noun} found with id {name}")
    return thing


def paged(whole: Page[Thing], write: Callable[[Thing], object]) -> Reply:
    """Answer with a page."""
    return success([write(thing) for thing in whole.items], paging=whole.paging)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method and path with its answer."""

    method: str
    path: re.Pattern[str]
    answer: Callable[[Call], Reply]


def endpoint(method: str, path: str, answer: Callable[[Call], Reply]) -> Endpoint:
    """Say what answers a method and a path such as `/meetings/{meeting}`."""
    pattern, _, _ = compile_path(path)
    return Endpoint(method, pattern, answer)


def route(endpoints: Iterable[Endpoint], method: str, path: str) -> tuple[Endpoint, Mapping[str, str]] | None:
    """Find what answers, with the names in the path."""
    for each in endpoints:
        match = each.path.match(path) if each.method == method else None
        if match:
            return each, match.groupdict()
    return None


def resource(flavour: Flavour, path: str) -> tuple[str, str] | None:
    """Part a path into what names the tenant and what stands from `/meetings` on; None if it is neither."""
    match = _BASE[flavour].fullmatch(path)
    return (match[1].replace("/realtime/kit/", "/"), match[2]) if match else None
