"""Servers that would send a call elsewhere, or have one call read another's answer. Over real sockets."""

import asyncio
from itertools import islice

import pytest

from tests.support.leaks import shown
from tests.support.rude_server import Answer, after, always, reply, rude_server
from worker.kit.clock import SystemClock
from worker.provider.errors import BadReplyError, Effect, ProviderError, UnansweredError
from worker.provider.transport import Reply, Transport

CLOCK = SystemClock()
SECRET = "canary-of-an-api-token"  # noqa: S105  A canary.
OLD, NEW = b'{"success": true, "data": {"status": "IDLE"}}', b'{"success": true, "data": {"status": "LIVE"}}'
REDIRECTS = ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "300 Choices")
METHODS = ("GET", "POST", "PATCH", "DELETE")


async def sent(transport: Transport, port: int, method: str = "GET") -> Reply:
    content = {} if method in {"GET", "DELETE"} else {"json": {"title": "t"}}
    return await transport.send(method, f"http://127.0.0.1:{port}/meetings", f"Bearer {SECRET}", **content)


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("method", METHODS)
async def test_a_redirect_is_not_followed_and_nobody_else_sees_the_credentials(
    status: str, method: str
) -> None:
    async with rude_server(always(reply(NEW))) as thief:
        location = f"location: http://user:pass@127.0.0.1:{thief.port}/meetings"
        async with rude_server(always(reply(b"", status, location), stays=True)) as rude:
            transport = Transport(deadline=2)
            assert (await sent(transport, rude.port, method)).status == int(status[:3])
            await transport.close()
    assert (len(rude.seen), thief.seen) == (1, [])


@pytest.mark.parametrize("location", ["/meetings", "http://[::1", "mailto:x"])
@pytest.mark.parametrize("status", REDIRECTS)
async def test_a_redirect_to_itself_or_to_nowhere_is_asked_once(status: str, location: str) -> None:
    async with rude_server(always(reply(b"", status, f"location: {location}"), stays=True)) as rude:
        transport = Transport(deadline=2)
        await sent(transport, rude.port, "POST")
        await transport.close()
    assert len(rude.seen) == 1


async def unasked_at_once(writer: asyncio.StreamWriter, _number: int) -> bool:
    writer.write(reply(OLD) + reply(OLD))
    await writer.drain()
    return True


async def unasked_a_little_later(writer: asyncio.StreamWriter, number: int) -> bool:
    await unasked_at_once(writer, number)
    await CLOCK.sleep(0.05)
    return await unasked_at_once(writer, number)


async def cut_a_little_later(writer: asyncio.StreamWriter, _number: int) -> bool:
    writer.write(reply(OLD))
    await writer.drain()
    await CLOCK.sleep(0.05)
    writer.write(b"HTTP/1.1 20")
    return True


UNASKED: dict[str, Answer] = {
    "in the same breath": unasked_at_once,
    "while the connection is kept": unasked_a_little_later,
    "in part": cut_a_little_later,
    "after an empty body": always(b"HTTP/1.1 204 No\r\n\r\n" + reply(OLD), stays=True),
    "after a body of length 0": always(
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" + reply(OLD), stays=True
    ),
    "through a header": always(
        reply(OLD, "200 OK", f"x-y: z\r\ncontent-length: 0\r\n\r\n{OLD!r}"), stays=True
    ),
}


@pytest.mark.parametrize("name", UNASKED)
async def test_an_answer_that_nobody_asked_for_answers_no_later_call(name: str) -> None:
    async with rude_server(after(UNASKED[name], reply(NEW))) as rude:
        transport = Transport(deadline=2)
        try:
            await sent(transport, rude.port)
        except ProviderError as error:
            assert isinstance(error, BadReplyError)  # noqa: PT017  It may be seen to be split at once.
        await CLOCK.sleep(0.1)
        assert (await sent(transport, rude.port)).body == NEW
        await transport.close()


async def test_an_answer_that_comes_too_late_answers_no_later_call() -> None:
    async def late(writer: asyncio.StreamWriter, _number: int) -> bool:
        await CLOCK.sleep(1.1)
        writer.write(reply(OLD))
        return True

    async with rude_server(after(late, reply(NEW))) as rude:
        transport = Transport(deadline=1)
        with pytest.raises(UnansweredError):
            await sent(transport, rude.port, "POST")
        await CLOCK.sleep(0.2)
        assert (await sent(transport, rude.port)).body == NEW
        await transport.close()
    assert len(rude.seen) == 2


async def test_many_calls_at_once_get_each_its_own_answer_beside_one_that_hangs() -> None:
    others_are_answered = asyncio.Event()

    async def echo(writer: asyncio.StreamWriter, number: int) -> bool:
        if number == 1:
            await others_are_answered.wait()
            return False
        writer.write(reply(str(number).encode()))
        return True

    async with rude_server(echo) as rude:
        transport = Transport()
        calls = [asyncio.ensure_future(sent(transport, rude.port)) for _ in range(40)]
        found = [await each for each in islice(asyncio.as_completed(calls), 39)]
        (hanging,) = (each for each in calls if not each.done())
        others_are_answered.set()
        with pytest.raises(UnansweredError):
            await hanging
        await transport.close()
    assert len({each.body for each in found}) == 39
    assert len(rude.seen) == 40


@pytest.mark.parametrize("method", METHODS)
async def test_a_half_closed_connection_is_lost_and_shows_nothing(method: str) -> None:
    async def half_close(writer: asyncio.StreamWriter, _number: int) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{")
        writer.write_eof()
        return True

    async with rude_server(after(half_close, reply(NEW))) as rude:
        transport = Transport(deadline=2)
        with pytest.raises(UnansweredError) as raised:
            await sent(transport, rude.port, method)
        assert (await sent(transport, rude.port)).body == NEW
        await transport.close()
    assert raised.value.effect is Effect.UNKNOWN
    assert SECRET not in shown(raised.value)
