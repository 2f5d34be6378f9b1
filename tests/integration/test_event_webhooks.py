"""Another system is told of a broadcast's whole life by webhooks, whatever happens to worker and receiver."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.support.postgres import Postgres
from tests.support.processes import CLOCK, Provider, Worker, simulator, soon, wait_until, worker
from tests.support.webhook_receiver import WebhookReceiver, webhook_receiver
from worker.store.schema.migration import migrate

pytestmark = pytest.mark.processes

SECRET = "whsec_Y2FuYXJ5LW9mLXNpZ25pbmctMDEyMzQ1Njc4OQ=="  # noqa: S105  A canary.
KEY = SECRET.removeprefix("whsec_")
PATH = "/canary-path"
LIFE = [f"broadcast.{each}" for each in ("planned", "ready", "starting", "live", "stopping", "ended")]
SOON = timedelta(seconds=8)
"""Less than the ten seconds for which an event is held back where a number before it is missing."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with simulator() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def host(request: pytest.FixtureRequest, tmp_path: Path, provider: Provider) -> Iterator[Worker]:
    """A worker that has not begun."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield stack.enter_context(worker(tmp_path, provider))
            return
        server: Postgres = request.getfixturevalue("postgres")
        name = stack.enter_context(server.database())
        migrate(server.url(name))
        made = stack.enter_context(worker(tmp_path, provider, CUELIGHT_DATABASE_URL=server.url(name)))
        made.elsewhere = partial(server.sql, database=name)
        yield made


def begin(host: Worker, *urls: str) -> None:
    """Start it, and wait until it knows from where on each address is told what happens."""
    host.environment |= {"CUELIGHT_WEBHOOKS__URLS": json.dumps(urls), "CUELIGHT_WEBHOOKS__SECRET": SECRET}
    host.start()
    wait_until(
        "it has begun", lambda: len(host.sql("SELECT endpoint FROM webhook_positions")) == len(urls), 30
    )


def moves(host: Worker) -> list[tuple[int, str]]:
    """Return the number and the type of each move and order, as the journal has them."""
    rows = host.sql("SELECT id, kind, after FROM journal WHERE kind IN ('move', 'order') ORDER BY id")
    return [(seq, f"broadcast.{after or 'order'}") for seq, _, after in rows]


def is_told(receiver: WebhookReceiver, type_: str) -> bool:
    return type_ in receiver.types()


def assert_nothing_leaked(host: Worker) -> None:
    rows = str(host.sql("SELECT endpoint, seq FROM webhook_positions"))
    for secret in (KEY, PATH.strip("/")):
        assert secret not in host.log() + rows


def test_a_life_is_told_in_order_though_the_receiver_refuses_and_the_worker_is_killed(host: Worker) -> None:
    with (
        webhook_receiver(PATH, SECRET, refusals=2) as receiver,
        socket.create_server(("127.0.0.1", 0)) as deaf,
    ):
        begin(host, receiver.url, f"http://127.0.0.1:{deaf.getsockname()[1]}{PATH}")
        lasts = 12 if host.elsewhere is None else 45
        host.insert("show", soon(5), soon(5 + lasts), prepare="1h")
        wait_until("it is told that it is live", partial(is_told, receiver, "broadcast.live"), 30)
        host.kill()
        host.start()
        host.await_state("show", "ended", within=80)
        wait_until("it is told that it ended", partial(is_told, receiver, "broadcast.ended"))
        told = receiver.once()
        assert [(each["data"]["seq"], each["type"]) for each in told] == moves(host)
        assert receiver.types() == LIFE
        assert (receiver.forged, receiver.refusals) == ([], 0)
        assert set(receiver.refused) == {receiver.taken[0][0]}
        assert len({message_id for message_id, *_ in receiver.taken}) == len(LIFE)
        began = CLOCK.monotonic()
        assert host.stop() == 0
        assert CLOCK.monotonic() - began < 3.5
    assert_nothing_leaked(host)


def test_it_is_told_within_seconds_and_of_orders_too(host: Worker) -> None:
    with webhook_receiver(PATH, SECRET) as receiver:
        begin(host, receiver.url)
        host.insert("show", soon(600), soon(900), prepare="1h")
        host.await_state("show", "ready")
        host.cuelight("extend", "show", "15m")
        host.cuelight("cancel", "show")
        host.await_state("show", "cancelled")
        wait_until("it is told", partial(is_told, receiver, "broadcast.cancelled"))
        assert [(each["data"]["seq"], each["type"]) for each in receiver.once()] == moves(host)
        assert receiver.types().count("broadcast.order") == 2
        late = [
            (told["type"], at - datetime.fromisoformat(told["timestamp"])) for _, told, at in receiver.taken
        ]
        assert [each for each in late if each[1] > SOON] == []
        assert all("http" not in json.dumps(told) for told in receiver.once())
    assert_nothing_leaked(host)
