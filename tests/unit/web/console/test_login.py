"""Who comes in, and what is done in whose name."""

import asyncio
import re

import pytest

from tests.unit.store.sqlite_house import SqliteHouse
from tests.unit.web.api.interface_world import TOKENS, Interface, http_of
from tests.unit.web.console.visitor import Visitor, heading
from worker.web.console.sessions import LASTS

ORDERS = ("extend", "stop", "cancel", "reopen")
READ = ("/", "/fortnight", "/schedule", "/workers", "/log", "/broadcasts/show", "/live")
POSTED = (*(f"/orders/{each}/show" for each in ORDERS), "/schedule/plan", "/schedule/apply")


def everything(interface: Interface) -> str:
    tables = ("broadcasts", "requests", "journal", "schedules")
    return repr([interface.house.sql(f"SELECT * FROM {table}") for table in tables])  # noqa: S608  Our words.


async def test_whoever_has_not_logged_in_sees_nothing_and_changes_nothing(visitor: Visitor) -> None:
    await visitor.interface.house.taken_up("show")
    before = everything(visitor.interface)
    for path in READ:
        answer = await visitor.get(path)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login"), path
        assert answer.text == ""
    for path in POSTED:
        assert (await visitor.post(path, {})).status_code == 303
    assert everything(visitor.interface) == before


async def test_whoever_may_only_look_is_offered_no_order_and_none_is_done(visitor: Visitor) -> None:
    await visitor.interface.house.taken_up("show")
    await visitor.log_in("reader")
    page = (await visitor.get("/broadcasts/show")).text
    assert "(read only)" in page
    secret = page.split('name="form" value="')[1].split('"')[0]
    before = everything(visitor.interface)
    for path in POSTED:
        if path == "/schedule/plan":
            continue
        assert path not in page
        answer = await visitor.post(path, {"form": secret, "text": "timezone: UTC", "number": "0"})
        assert (answer.status_code, heading(answer)) == (403, "The token does not allow this"), path
    assert everything(visitor.interface) == before


async def test_where_a_show_can_be_watched_is_for_those_who_may(visitor: Visitor) -> None:
    await visitor.interface.house.taken_up("show")
    visitor.interface.house.sql("UPDATE runs SET playback_url = 'https://canary.example/watch'")
    for name, sees in (("reader", False), ("viewer", True)):
        await visitor.log_in(name)
        assert ("canary.example" in (await visitor.get("/broadcasts/show")).text) is sees


async def test_a_wrong_token_waits_and_is_told_and_is_not_repeated(visitor: Visitor) -> None:
    page = await visitor.get("/login")
    sent = asyncio.ensure_future(visitor.send(page, "/login", token="canary-wrong"))  # noqa: S106  A canary.
    await asyncio.wait([sent], timeout=0.2)
    assert not sent.done()
    answer = await visitor.interface._in_time(sent)
    assert answer.status_code == 401
    assert "no token of" in answer.text
    assert "canary-wrong" not in answer.text
    assert "cuelight_session" not in visitor.client.cookies


async def test_the_cookie_is_read_by_no_script_sent_by_no_other_site_and_holds_no_token(
    visitor: Visitor,
) -> None:
    page = await visitor.get("/login", **{"x-forwarded-proto": "https"})
    assert "Secure" in page.headers["set-cookie"]
    visitor = Visitor(visitor.interface)
    page = await visitor.get("/login")
    answer = await visitor.send(page, "/login", token=TOKENS["ann"])
    for said in (page.headers["set-cookie"], answer.headers["set-cookie"]):
        assert "HttpOnly" in said
        assert "SameSite=strict" in said
        assert "expires" not in said.lower()
        assert TOKENS["ann"] not in said


async def test_a_session_is_over_after_a_night_and_once_its_token_is_another(
    visitor: Visitor, house: SqliteHouse
) -> None:
    await visitor.log_in("ann")
    kept = visitor.client.cookies["cuelight_session"]
    assert (await visitor.get("/")).status_code == 200
    others = Visitor(Interface(house, http_of(tokens=TOKENS | {"ann": "another-canary-0123456789"})))
    others.client.cookies.set("cuelight_session", kept)
    assert (await others.get("/")).status_code == 303
    visitor.interface.clock.move(LASTS + 1)
    assert (await visitor.get("/")).status_code == 303


@pytest.mark.parametrize("how", ["another name", "cut", "of a token"])
async def test_a_cookie_that_was_made_up_lets_nobody_in(visitor: Visitor, how: str) -> None:
    await visitor.log_in("reader")
    kept = visitor.client.cookies["cuelight_session"]
    visitor.client.cookies.clear()
    made = {"another name": kept.replace("reader", "ann"), "cut": kept[:-3], "of a token": TOKENS["ann"]}[how]
    visitor.client.cookies.set("cuelight_session", made)
    assert (await visitor.get("/")).status_code == 303


async def test_a_form_of_another_site_orders_nothing(visitor: Visitor) -> None:
    await visitor.interface.house.taken_up("show")
    await visitor.log_in("ann")
    page = await visitor.get("/orders/cancel/show")
    before = everything(visitor.interface)
    path = "/orders/cancel/show"
    assert (await visitor.post(path, {"seen": "1.1"})).status_code == 403
    assert (await visitor.post(path, {"form": "guessed"})).status_code == 403
    answer = await visitor.client.post(path, json={"form": "guessed"})
    assert answer.status_code == 415
    secret = re.findall(r'name="form" value="(.*?)"', page.text)[0]
    answer = await visitor.post(path, {"form": secret}, **{"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert everything(visitor.interface) == before


async def test_the_cookie_of_a_browser_opens_no_door_of_the_interface(visitor: Visitor) -> None:
    await visitor.interface.house.taken_up("show")
    await visitor.log_in("ann")
    answer = await visitor.client.post("/api/v1/broadcasts/show/stop", json={}, headers={"if-match": "*"})
    assert answer.status_code == 401


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example", "/login", ""])
async def test_nobody_is_sent_elsewhere_after_logging_in(visitor: Visitor, where: str) -> None:
    page = await visitor.client.get("/login", params={"next": where})
    answer = await visitor.send(page, "/login", token=TOKENS["ann"])
    assert answer.headers["location"] == "/"
    sent = await visitor.send(page, "/login", token=TOKENS["ann"], next=where)
    assert sent.headers["location"] == "/"


async def test_whoever_logs_out_is_out(visitor: Visitor) -> None:
    await visitor.log_in("ann")
    answer = await visitor.send(await visitor.get("/"), "/logout")
    assert answer.status_code == 303
    assert (await visitor.get("/")).status_code == 303


async def test_where_no_token_is_set_this_machine_looks_and_orders_nothing(house: SqliteHouse) -> None:
    await house.taken_up("show")
    visitor = Visitor(Interface(house, http_of(tokens={}, scopes={})))
    page = await visitor.get("/broadcasts/show")
    assert "anybody on this machine (read only)" in page.text
    assert (await visitor.get("/orders/stop/show")).status_code == 403
    elsewhere = Visitor(visitor.interface, host="evil.example")
    assert (await elsewhere.get("/")).status_code == 303


async def test_whoever_a_proxy_has_logged_in_is_called_by_his_name(house: SqliteHouse) -> None:
    await house.taken_up("show")
    http = http_of(proxy_header="x-user", proxy_from="127.0.0.1", proxy_scopes="operate")
    visitor = Visitor(Interface(house, http))
    visitor.client.headers["x-user"] = "carla"
    assert (await visitor.press("show", "extend")).status_code == 303
    assert house.sql("SELECT who FROM journal WHERE kind = 'order'") == [("carla",)]
