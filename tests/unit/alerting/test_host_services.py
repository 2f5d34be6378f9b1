"""Messages to hosts through apprise: what arrived, what certainly did not, and what nobody knows."""

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jobs.contact import Contact
from jobs.reminder_text import Letter
from jobs.reminders import Delivery
from tests.support.processes import free_port
from worker.alerting import host_services as module
from worker.alerting.host_services import AppriseHostServices, Told, host_services
from worker.alerting.services import ChannelError

pytest.importorskip("apprise")
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""apprise imports it."""

CANARY = "canary-of-the-link"
LETTER = Letter("Show: a connection error, timed out", f"https://meet.example.org/{CANARY}")
"""Its subject reads like trouble, and must not be taken for it."""


@contextmanager
def answering(status: int) -> Iterator[str]:
    """Serve a hook that answers so; 0: it breaks off once it has heard everything."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.path + self.rfile.read(int(self.headers["content-length"])).decode())
            if status:
                self.send_response(status)
                self.end_headers()
            else:
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    heard: list[str] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"json://127.0.0.1:{server.server_address[1]}/{{to}}?retry=3&optional=yes"
        server.shutdown()
    assert len(heard) == 1, "whatever its address says, a message is sent once"
    assert heard[0].startswith("/anna@example.org{")


async def came_of_it(url: str, deadline: float = 15.0) -> Told:
    services = host_services({"hook": url})
    services.deadline = deadline
    return await services.send(Contact("HOOK:anna@example.org"), LETTER)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Delivery.SENT),
        (404, Delivery.FAILED),
        (500, Delivery.FAILED),
        (504, Delivery.UNKNOWN),
        (0, Delivery.UNKNOWN),
    ],
)
async def test_what_a_service_answers_says_what_is_known(status: int, outcome: Delivery) -> None:
    with answering(status) as url:
        assert (await came_of_it(url)).outcome is outcome


async def test_what_could_not_be_reached_was_told_nothing() -> None:
    for scheme in ("json", "mailto"):
        url = f"{scheme}://u:password@127.0.0.1:{free_port()}/?to={{to}}&from=a@example.org"
        told = await came_of_it(url)
        assert told == Told(Delivery.FAILED, "the service could not be reached, or refused the message")


async def test_what_hangs_is_not_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        told = await came_of_it(f"json://127.0.0.1:{silent.getsockname()[1]}/{{to}}", deadline=0.2)
    assert told == Told(Delivery.UNKNOWN, "no answer within 0.2 s")


async def test_a_service_that_hangs_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def send(url: str, _: Letter) -> Told:
        if "slow" in url:
            over.wait(10)
        return Told(Delivery.SENT)

    monkeypatch.setattr(module, "_send", send)
    services = AppriseHostServices({"slow": "slow://{to}", "fast": "fast://{to}"}, deadline=1)
    hanging = [services.send(Contact("slow:x"), LETTER) for _ in range(module.AT_ONCE + 1)]
    *others, last = await asyncio.gather(*hanging)
    assert {each.outcome for each in others} == {Delivery.UNKNOWN}
    assert last == Told(Delivery.FAILED, "16 earlier messages of this service still hang")
    assert await services.send(Contact("fast:x"), LETTER) == Told(Delivery.SENT)
    over.set()


async def test_a_service_that_is_not_set_is_named() -> None:
    told = await host_services({}).send(Contact("mail:anna@example.org"), LETTER)
    assert told == Told(Delivery.FAILED, "CUELIGHT_NOTIFY__MAIL is not set")


async def test_nobody_else_hears_what_apprise_logs_of_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with answering(404) as url:
        await came_of_it(url)
    assert [
        each for each in caplog.records if each.threadName != "MainThread" and each.name == "apprise"
    ] == []
    assert CANARY not in caplog.text
    logging.getLogger("apprise").warning("of an alert")
    assert "of an alert" in caplog.text


def test_an_address_that_apprise_does_not_understand_is_refused_without_being_told() -> None:
    with pytest.raises(ChannelError, match="CUELIGHT_NOTIFY__MAIL: apprise does not understand") as refused:
        host_services({"mail": "nonsense-canary://{to}"})
    assert "canary" not in str(refused.value)
    assert "canary" not in repr(AppriseHostServices({"mail": "nonsense-canary://{to}"}))
