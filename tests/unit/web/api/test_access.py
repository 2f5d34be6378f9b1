"""Who may do what: no route does more than its scope, and nobody comes in by guessing."""

import asyncio
import re
from collections import Counter
from typing import Any

import pytest
from structlog.testing import capture_logs

from config.access import Scope
from tests.support.clock import settle
from tests.unit.store.sqlite_house import SqliteHouse
from tests.unit.web.api.interface_world import SHOW, TOKENS, Interface, every_endpoint, http_of
from worker.web.admission import MOST_WAITING
from worker.web.api.endpoint import Endpoint

BODIES: dict[str, Any] = {
    "addBroadcast": SHOW | {"id": "new"},
    "changeBroadcast": {"title": "Other"},
    "extendBroadcast": {"by": "15m"},
    "reopenBroadcast": {"length": "15m"},
}
SCHEDULE = "timezone: UTC\nbroadcasts: [{key: a, title: A, start: 2026-12-01T18:00, duration: 1h}]\n"
ALL = [(each, each.name) for each in every_endpoint()]


def address(endpoint: Endpoint) -> str:
    return re.sub(r"{\w+(:\w+)?}", lambda found: "1" if found[1] else "show", endpoint.path)


async def made(interface: Interface, endpoint: Endpoint, by: str | None) -> int:
    """Ask for it as well as can be."""
    how: dict[str, Any] = {"if_match": "*"} if endpoint.changes else {}
    if endpoint.takes_text:
        how["text"] = SCHEDULE
    elif endpoint.body:
        how["json"] = BODIES.get(endpoint.name, {})
    answer = await interface.ask(endpoint.method, address(endpoint), by=by, **how)
    return answer.status_code


def everything(interface: Interface) -> str:
    """Return all that is in the database."""
    tables = ("broadcasts", "requests", "alerts", "journal", "schedules", "runs")
    return repr([interface.house.sql(f"SELECT * FROM {table}") for table in tables])  # noqa: S608  Our words.


@pytest.fixture
async def filled(interface: Interface) -> Interface:
    await interface.house.taken_up("show")
    interface.house.sql("UPDATE runs SET state = 'ready'")
    interface.house.sql("UPDATE rooms SET meeting_id = 'meeting-1'")
    interface.house.sql(
        "INSERT INTO alerts (id, key, severity, title, text, cure, raised_at, subject_kind, subject_id)"
        " VALUES (1, 'broadcast/show/missed', 'critical', 'missed', 'Missed.', 'Look.',"
        " '2026-12-01T12:00:00.000000Z', 'broadcast', 'show')"
    )
    return interface


@pytest.mark.parametrize("endpoint", [each for each, _ in ALL], ids=[name for _, name in ALL])
@pytest.mark.parametrize("by", ["reader", "viewer", "linker", "ann"])
async def test_no_route_does_more_than_the_scope_of_a_token(
    filled: Interface, endpoint: Endpoint, by: str
) -> None:
    allowed = {"reader": {}, "viewer": {"playback"}, "linker": {"links"}, "ann": {"operate"}}[by]
    before = everything(filled)
    status = await made(filled, endpoint, by)
    assert (status == 403) == (endpoint.scope not in {Scope.READ, *map(Scope, allowed)})
    if by != "ann":
        assert everything(filled) == before


@pytest.mark.parametrize("endpoint", [each for each, _ in ALL], ids=[name for _, name in ALL])
@pytest.mark.parametrize("by", [None, "no-such-token-0123456789"])
async def test_no_route_answers_who_is_not_known(
    filled: Interface, endpoint: Endpoint, by: str | None
) -> None:
    before = everything(filled)
    assert await made(filled, endpoint, by) == 401
    assert everything(filled) == before


async def test_a_token_without_a_scope_reads_and_no_more(house: SqliteHouse) -> None:
    interface = Interface(house, http_of(scopes={}))
    assert (await interface.get("/broadcasts", by="ann")).status_code == 200
    assert (await interface.post("/broadcasts", SHOW, by="ann")).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
async def test_without_a_token_this_machine_reads_and_does_nothing_else(
    house: SqliteHouse, host: str
) -> None:
    interface = Interface(house, http_of(tokens={}, scopes={}))
    assert (await interface.get("/broadcasts", by=None, host=host)).status_code == 200
    assert (await interface.ask("POST", "/broadcasts", by=None, host=host, json=SHOW)).status_code == 403


async def test_a_page_elsewhere_that_has_a_browser_ask_this_machine_is_told_nothing(
    house: SqliteHouse,
) -> None:
    interface = Interface(house, http_of(tokens={}, scopes={}))
    assert (await interface.get("/broadcasts", by=None, host="rebound.example")).status_code == 401


@pytest.mark.parametrize("changed", [{"host": "10.1.2.3"}, {"token": "metrics-canary-0123"}])
async def test_where_others_may_reach_it_nobody_reads_without_a_token(
    house: SqliteHouse, changed: dict[str, str]
) -> None:
    interface = Interface(house, http_of(tokens={}, scopes={}, **changed))
    assert (await interface.get("/broadcasts", by=None)).status_code == 401


async def test_the_token_of_the_metrics_opens_nothing_here(house: SqliteHouse) -> None:
    interface = Interface(house, http_of(token="metrics-canary-0123"))  # noqa: S106  A canary.
    assert (await interface.get("/broadcasts", by="metrics-canary-0123")).status_code == 401


PROXY = {
    "proxy_header": "X-User",
    "proxy_from": "10.1.0.0/16",
    "proxy_scopes": "operate",
    "tokens": {},
    "scopes": {},
}


async def test_a_proxy_that_is_trusted_says_who_it_is(house: SqliteHouse) -> None:
    interface = Interface(house, http_of(**PROXY))
    made = await interface.ask("POST", "/broadcasts", by=None, peer="10.1.2.3", json=SHOW, x_user="mia")
    assert made.status_code == 201
    await interface.ask(
        "POST",
        "/broadcasts/show/extend",
        by=None,
        peer="10.1.2.3",
        json={"by": "5m"},
        x_user="mia",
        if_match="*",
    )
    assert interface.house.sql("SELECT who FROM journal") == [("mia",)]


@pytest.mark.parametrize(
    "how", [{"peer": "10.2.0.1", "x_user": "mia"}, {"peer": "10.1.2.3"}, {"peer": "127.0.0.1"}]
)
async def test_nobody_else_is_believed_and_a_proxy_that_says_nobody_is_nobody(
    house: SqliteHouse, how: dict[str, str]
) -> None:
    interface = Interface(house, http_of(**PROXY))
    assert (await interface.get("/broadcasts", by=None, **how)).status_code == 401


async def test_a_connection_from_no_address_is_no_proxy(house: SqliteHouse) -> None:
    interface = Interface(house, http_of(**PROXY))
    told = await interface.get("/broadcasts", by=None, peer="/run/a.socket", x_user="mia")
    assert told.status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_no_page_of_somebody_elses_orders_anything(house: SqliteHouse, site: str) -> None:
    """A proxy knows its users by a cookie, which a browser sends along whoever has it ask."""
    interface = Interface(house, http_of(**PROXY))
    mia: dict[str, Any] = {"by": None, "peer": "10.1.2.3", "x_user": "mia", "sec_fetch_site": site}
    for path in ("/alerts/1/resolve", "/broadcasts/show/links", "/schedule/plan"):
        assert (await interface.ask("POST", path, **mia)).status_code == 403
    assert (await interface.get("/broadcasts", **mia)).status_code == 200
    own = mia | {"sec_fetch_site": "same-origin"}
    assert (await interface.ask("POST", "/alerts/1/resolve", **own)).status_code == 404


async def test_a_wrong_token_waits_for_its_answer_and_is_logged_without_it(interface: Interface) -> None:
    with capture_logs() as logged:
        begun = interface.clock.monotonic()
        assert (await interface.get("/broadcasts", by="guess-canary-0123456789")).status_code == 401
    assert interface.clock.monotonic() - begun >= 1
    assert [each["event"] for each in logged] == ["wrong_tokens"]
    assert "guess-canary" not in repr(logged)


async def test_a_flood_of_wrong_tokens_keeps_no_operator_out(interface: Interface) -> None:
    interface.passes = False
    guesses = [asyncio.create_task(interface.get("/broadcasts", by=f"guess-{n}")) for n in range(50)]
    while sum(not each.done() for each in guesses) > MOST_WAITING:
        await settle()
    assert (await interface.get("/broadcasts", by="ann")).status_code == 200
    interface.clock.move(1)
    statuses = Counter([(await each).status_code for each in guesses])
    assert statuses[401] == MOST_WAITING
    assert statuses[429] + statuses[503] == 50 - MOST_WAITING


async def test_no_token_is_in_any_answer(filled: Interface) -> None:
    for endpoint, _ in ALL:
        answer = await filled.ask(endpoint.method, address(endpoint), by="ann", json={})
        assert not any(token in answer.text for token in TOKENS.values())
