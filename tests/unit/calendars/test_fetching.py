"""A calendar is fetched once, in time, from the internet; and no error says where from."""

import asyncio
import gzip
import os
import socket
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp.abc import ResolveResult

from tests.support.rude_server import Answer, always, reply, rude_server
from worker.calendars import fetching
from worker.calendars.fetching import NEVER_FETCHED, Fetched, FetchError, Validators, fetch, read_file
from worker.calendars.reach import is_far
from worker.kit.clock import SystemClock
from worker.kit.names import Names

PATH = "/private-canary-5ca1ab1e/basic.ics"
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
MIB = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"


async def fetched(answer: Answer, last: Validators = NEVER_FETCHED, deadline: float = 5.0) -> Fetched | None:
    async with rude_server(answer) as server:
        return await fetch(f"http://127.0.0.1:{server.port}{PATH}", last, deadline)


async def why_not(answer: Answer, last: Validators = NEVER_FETCHED, deadline: float = 5.0) -> str:
    with pytest.raises(FetchError) as found:
        await fetched(answer, last, deadline)
    error = found.value
    assert error.__context__ is None
    assert "canary" not in repr(error)
    assert "127.0.0.1" not in repr(error)
    return str(error)


def to(location: str) -> Answer:
    return always(reply(b"", "302 Found", f"location: {location}"))


async def endless(writer: asyncio.StreamWriter, _number: int) -> bool:
    writer.write(CHUNKED)
    while not writer.is_closing():
        writer.write(MIB)
        await writer.drain()
    return False


async def dribbling(writer: asyncio.StreamWriter, _number: int) -> bool:
    writer.write(OK + b"content-length: 1000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await SystemClock().sleep(0.02)
    return False


async def test_what_comes_is_kept_with_what_asks_for_another() -> None:
    found = await fetched(
        always(reply(BODY, "200 OK", 'etag: "7"', "last-modified: Tue, 01 Dec 2026 00:00:00 GMT"))
    )
    assert found == Fetched(BODY, Validators('"7"', "Tue, 01 Dec 2026 00:00:00 GMT"))
    assert "VCALENDAR" not in repr(found)


async def test_what_is_as_it_was_is_not_sent_again() -> None:
    last = Validators('"7"', "Tue, 01 Dec 2026 00:00:00 GMT")
    async with rude_server(always(reply(b"", "304 Not Modified"))) as server:
        assert await fetch(f"http://127.0.0.1:{server.port}{PATH}", last) is None
    (asked,) = (each.decode().lower() for each in server.seen)
    assert 'if-none-match: "7"' in asked
    assert "if-modified-since: tue, 01 dec 2026 00:00:00 gmt" in asked


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (always(reply(b"", "404 Not Found")), "the server answers 404"),
        (always(reply(b"", "304 Not Modified")), "the server answers 304"),
        (always(reply(b"", "204 No Content")), "the server answers 204"),
        (always(reply(gzip.compress(b"x" * 10_000_000), "200 OK", "content-encoding: gzip")), "compressed"),
        (endless, "longer than 5 MiB"),
        (always(OK + b"content-length: 99\r\n\r\nBEGIN"), "no answer that can be read"),
        (always(b"\x00\x01 nonsense\r\n\r\n"), "no answer that can be read"),
        (always(b""), "no answer that can be read"),
        (to("https://10.0.0.1/x"), "private address"),
        (to("https://169.254.169.254/latest"), "private address"),
        (to("https://[fd00::1]/x"), "private address"),
        (to("http://10.0.0.1/x"), "redirected to plain http"),
        (to("http://example.org/x"), "redirected to plain http"),
        (to("file:///etc/hostname"), "redirected to nowhere"),
        (to("/again"), "redirected more than 3 times"),
        (always(reply(b"", "302 Found")), "redirected to nowhere"),
    ],
)  # fmt: skip
async def test_a_server_that_means_ill_is_not_believed(answer: Answer, why: str) -> None:
    assert why in await why_not(answer)


async def test_what_dribbles_is_given_up_at_the_deadline() -> None:
    assert await why_not(dribbling, deadline=0.3) == "no whole answer within 0.3 s"


async def test_a_few_redirects_are_followed_and_credentials_stay_with_their_server() -> None:
    async with (
        rude_server(always(reply(BODY))) as there,
        rude_server(to(f"http://127.0.0.1:{there.port}/elsewhere")) as here,
    ):
        found = await fetch(f"http://studio:pass%20word@127.0.0.1:{here.port}{PATH}")
    assert found == Fetched(BODY)
    assert b"authorization: basic c3r1zglvonbhc3mgd29yza==" in here.seen[0].lower()
    assert b"authorization" not in there.seen[0].lower()


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1"])
async def test_a_name_that_leads_nearby_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Whatever it led to a moment ago: what is connected to is what is looked at."""

    async def resolve(_: object, host: str, port: int = 0, **_others: object) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    monkeypatch.setattr(Names, "resolve", resolve)
    async with rude_server(always(reply(BODY))) as server:
        with pytest.raises(FetchError, match="private address"):
            await fetch(f"https://calendar.example.org:{server.port}{PATH}")
    assert server.seen == []


NEAR = (
    "127.0.0.1 ::1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.1.1 100.64.0.1 0.0.0.0 255.255.255.255 224.0.0.1"
)
NEAR_6 = "fe80::1 fd00::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1::"


@pytest.mark.parametrize("address", f"{NEAR} {NEAR_6}".split())
def test_what_is_near_is_not_far(address: str) -> None:
    assert not is_far(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "2002:808:808::"])
def test_what_the_internet_reaches_is_far(address: str) -> None:
    assert is_far(ip_address(address))


def test_of_a_file_is_taken_what_a_file_may_hold(tmp_path: Path) -> None:
    (tmp_path / "shows.ics").write_bytes(BODY)
    assert read_file(tmp_path / "shows.ics") == BODY
    (tmp_path / "long.ics").write_bytes(b"x" * (fetching.MOST_BYTES + 1))
    os.mkfifo(tmp_path / "pipe.ics")
    for name, why in (
        ("long.ics", "longer than 5 MiB"),
        ("pipe.ics", "not a file"),
        ("none.ics", "No such file"),
    ):
        with pytest.raises(FetchError, match=why):
            read_file(tmp_path / name)
