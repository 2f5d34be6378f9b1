"""A calendar is read in a process of its own, which has so much time, memory and say and no more."""

import asyncio
from typing import Any

import pytest

from tests.unit.calendars.feeds import GOOGLE, SINCE, UNTIL
from worker.calendars import apart
from worker.calendars.apart import read_apart
from worker.calendars.feed import Feed, UnreadableError

NEVER = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"


async def as_read(data: bytes, within: float = apart.WITHIN) -> Feed:
    return await read_apart(data, SINCE, UNTIL, "Europe/Berlin", within)


async def test_what_is_read_apart_is_what_is_read() -> None:
    feed = await as_read(
        GOOGLE.feed(GOOGLE.event(), GOOGLE.event("", "DTSTART;VALUE=DATE:20261201", uid="2"))
    )
    assert [each.title for each in feed.instances] == ["Show"]
    assert [each.reason for each in feed.refused] == ["it lasts all day, and has no time to begin at"]


async def test_a_page_to_log_in_is_told_as_one() -> None:
    with pytest.raises(UnreadableError, match="a web page"):
        await as_read(b"<html>")


async def test_a_rule_that_never_fires_costs_a_second_and_its_event_alone() -> None:
    feed = await as_read(GOOGLE.feed(GOOGLE.event("20261201T180000", NEVER), GOOGLE.event(uid="2")))
    assert len(feed.instances) == 1
    assert [each.reason for each in feed.refused] == ["its rule takes too long to expand"]


async def test_what_takes_longer_than_it_may_is_ended() -> None:
    never = GOOGLE.feed(*(GOOGLE.event("20261201T180000", NEVER, uid=str(number)) for number in range(9)))
    with pytest.raises(UnreadableError, match=r"longer than 0\.5 s"):
        await as_read(never, within=0.5)


async def test_what_takes_more_memory_than_there_is_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = "import worker.calendars.child as child; child.MEMORY = 96 << 20; child.main()"
    monkeypatch.setattr(apart, "PROGRAM", ("-c", limited))
    with pytest.raises(UnreadableError, match="too much memory"):
        await as_read(GOOGLE.feed("X-FILLED:" + "x" * 20_000_000 + "\n"))


async def test_a_reader_that_says_too_much_or_nothing_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for program, why in (
        ("while True: print('x' * 9999)", "too long"),
        ("1 / 0", "takes too long"),
        ("print(1)", "takes too long"),
    ):
        monkeypatch.setattr(apart, "PROGRAM", ("-c", program))
        with pytest.raises(UnreadableError, match=why):
            await as_read(b"")


async def test_the_reader_is_told_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN", "canary")
    told = "import os, json; print(json.dumps({'unreadable': ' '.join(sorted(os.environ))}))"
    monkeypatch.setattr(apart, "PROGRAM", ("-c", told))
    with pytest.raises(UnreadableError) as found:
        await as_read(b"")
    assert "CUELIGHT" not in str(found.value)
    assert "PYTHONPATH" in str(found.value)


async def test_no_reader_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, begin = list[asyncio.subprocess.Process](), asyncio.create_subprocess_exec

    async def remembered(*program: Any, **how: Any) -> asyncio.subprocess.Process:
        begun.append(await begin(*program, **how))
        return begun[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", remembered)
    with pytest.raises(UnreadableError):
        await as_read(GOOGLE.feed(GOOGLE.event()), within=0.01)
    (child,) = begun
    assert child.returncode is not None
