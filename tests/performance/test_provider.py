import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.performance.answers import Asked, answer, kind_of
from tests.performance.provider import Connection, Provider
from tests.performance.world import Pace, World


@dataclass
class Timeline:
    """Time that is moved by hand."""

    at: float = 1000.0
    coming: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def later(self, seconds: float, happens: Callable[[], object]) -> None:
        self.coming.append((self.at + seconds, happens))

    def move(self, seconds: float) -> None:
        until = self.at + seconds
        while due := sorted((each for each in self.coming if each[0] <= until), key=lambda each: each[0]):
            self.coming.remove(due[0])
            self.at, happens = due[0]
            happens()
        self.at = until


@dataclass
class Stage:
    time: Timeline = field(default_factory=Timeline)
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.world = World(Pace(), self.time.now, self.time.later)

    def call(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        target, _, query = path.partition("?")
        kind, meeting = kind_of(method, target)
        status, text = answer(self.world, kind, Asked(meeting, query, json.dumps(body).encode()))
        return status, json.loads(text)

    def stream(self) -> str | int:
        status, found = self.call("GET", "/meetings/m0/active-livestream")
        return str(found["data"]["status"]) if status == 200 else status


def test_a_meeting_goes_on_air_after_it_is_opened_and_off_after_it_is_stopped() -> None:
    stage = Stage()
    stage.call("POST", "/meetings", title="one [ab3k-7f3k2m9q]", live_stream_on_start=True)
    stage.call("PATCH", "/meetings/m0", status="INACTIVE")
    stage.time.move(10)
    assert stage.stream() == 404
    stage.call("PATCH", "/meetings/m0", live_stream_on_start=True, status="ACTIVE")
    seen = []
    for seconds in (1.9, 0.2, 3.0):
        stage.time.move(seconds)
        seen.append(stage.stream())
    assert seen == [404, "INVOKED", "LIVE"]
    assert stage.call("POST", "/meetings/m0/active-livestream/stop")[0] == 200
    stage.call("PATCH", "/meetings/m0", live_stream_on_start=False, status="INACTIVE")
    stage.time.move(2)
    assert stage.stream() == 404
    assert stage.world.told() == {
        "one": {
            "made": 1,
            "created_at": 1000.0,
            "opened_at": 1010.0,
            "live_at": 1015.0,
            "stopped_at": 1015.1,
            "closed_at": 1015.1,
            "off_at": 1017.1,
        },
    }


def test_lists_hold_what_is_on_air_page_by_page() -> None:
    stage = Stage()
    for number in range(150):
        stage.call("POST", "/meetings", title=f"show {number}")
        stage.call("PATCH", f"/meetings/m{number}", live_stream_on_start=True, status="ACTIVE")
    stage.time.move(6)
    for path in ("/livestreams?status=LIVE", "/sessions?status=LIVE"):
        _, second = stage.call("GET", f"{path}&page_no=2&per_page=100")
        assert (len(second["data"]), second["paging"]["total_count"]) == (50, 150)
    _, invoked = stage.call("GET", "/livestreams?status=INVOKED&per_page=100")
    assert (invoked["data"], invoked["paging"]["total_count"]) == ([], 0)


def test_what_does_not_exist_is_answered_by_the_service_itself() -> None:
    stage = Stage()
    for path in ("/meetings/m7", "/meetings/m7/nonsense", "/nonsense"):
        status, found = stage.call("GET", path)
        assert (status, found["success"], found["error"]["code"]) == (404, False, 404)


class Wire(asyncio.Transport):
    """Keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return False


async def test_requests_are_answered_however_they_are_cut() -> None:
    body = b'{"title":"cut"}'
    head = b"POST /meetings HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    stream = head + body + b"GET /_report HTTP/1.1\r\nHost: x\r\n\r\n"
    for cut in range(len(stream)):
        provider = Provider(asyncio.get_running_loop(), Pace(answer=0))
        wire, connection = Wire(), Connection(provider)
        connection.connection_made(wire)
        connection.data_received(stream[:cut])
        connection.data_received(stream[cut:])
        assert wire.written.count(b"HTTP/1.1 20") == 2
        assert json.loads(wire.written.rpartition(b"\r\n\r\n")[2])["broadcasts"]["cut"]["made"] == 1
