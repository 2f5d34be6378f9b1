"""No secret leaves by a log line, in whatever form."""

import asyncio
import base64
import contextlib
import io
import json
import logging
import os
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import structlog

from tests.support import quiet_logs
from tests.support.clock import HandClock
from tests.support.foreign import FORGED, HOSTILE, obeyed
from worker.kit import logs
from worker.kit.line_writer import MOST_WAITING, LineWriter
from worker.kit.logs import Logs
from worker.kit.repetition import EVERY, MOST_KNOWN, Repetition

CANARY = "canary/+secret=="


class Written(io.StringIO):
    """What is written, once all that was logged is."""

    clock = HandClock()
    logs: Logs

    def getvalue(self) -> str:
        assert self.logs.writer.flush(5)
        return super().getvalue()


@pytest.fixture
def written() -> Iterator[Written]:
    stream = Written()
    stream.logs = logs.configure("json", "info", [CANARY], stream, stream.clock)
    yield stream
    forget(stream.logs)


def forget(configured: Logs) -> None:
    configured.close()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    quiet_logs.configure()


@pytest.mark.parametrize(
    "form",
    [CANARY, urllib.parse.quote(CANARY, safe=""), base64.b64encode(CANARY.encode()).decode()],
)
def test_a_secret_is_hidden_in_values_lists_and_the_event_itself(written: Written, form: str) -> None:
    log = structlog.get_logger("test")
    event = f"event {form}"
    log.info(event, url=f"https://x/?k={form}", many=[form, {"deep": form}], odd=ValueError(form))
    logging.getLogger("another.library").warning("says %s", form)
    assert form not in written.getvalue()
    assert written.getvalue().count(logs.HIDDEN) == 6


def test_what_is_shorter_than_a_secret_garbles_no_line(written: Written) -> None:
    redaction = logs.Redaction(["e", "", "worker1"])
    redaction.learn(["o", "12345678"])
    assert redaction.text("the worker1 of no 12345678") == f"the worker1 of no {logs.HIDDEN}"
    assert not written.getvalue()


def test_a_traceback_shows_neither_secrets_nor_locals(written: Written) -> None:
    def fail(token: str) -> None:
        held = token.upper()
        raise RuntimeError(f"with {token}, {len(held)}")

    try:
        fail(CANARY)
    except RuntimeError:
        structlog.get_logger("test").critical("failed", exc_info=True)
    line = json.loads(written.getvalue())
    assert "RuntimeError" in line["exception"]
    assert CANARY not in written.getvalue()
    assert CANARY.upper() not in written.getvalue()


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "requests", "a.library.of.tomorrow"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_at_debug_level_no_library_tells_what_it_sends(name: str, level: int) -> None:
    stream = io.StringIO()
    logger, before = logging.getLogger(name), logging.getLogger(name).level
    configured = logs.configure("json", "debug", [], stream)
    logger.setLevel(logging.DEBUG)
    try:
        logger.log(level, '"POST /services/%s HTTP/1.1" 200', CANARY)
        structlog.get_logger("worker.anything").debug("a detail of ours")
        logger.warning("a warning of theirs")
    finally:
        logger.setLevel(before)
    assert configured.writer.flush(5)
    forget(configured)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [
        "a detail of ours",
        "a warning of theirs",
    ]


def test_a_library_whose_warnings_hold_addresses_warns_of_nothing(written: Written) -> None:
    logging.getLogger("urllib3.connectionpool").warning("Retrying after a refusal: /services/T0/B0")
    assert not written.getvalue()


def test_lines_are_json_with_an_instant_and_a_level(written: Written) -> None:
    structlog.get_logger("test").warning("something", run="show")
    line = json.loads(written.getvalue())
    assert (line["event"], line["level"], line["run"]) == ("something", "warning", "show")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    ("error", "lines"), [(asyncio.CancelledError("leaving"), 0), (ValueError("a fault"), 1)]
)
def test_a_request_cut_short_is_no_fault_and_a_fault_is(
    written: Written, error: BaseException, lines: int
) -> None:
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)
    assert len(written.getvalue().splitlines()) == lines


@pytest.mark.parametrize("form", ["text", "json", "auto"])
def test_a_line_shows_what_others_wrote_and_obeys_none_of_it(form: str) -> None:
    stream = io.StringIO()
    configured = logs.configure(form, "info", [], stream)
    structlog.get_logger("test").warning(
        HOSTILE, title=HOSTILE, many=[{HOSTILE: HOSTILE}], odd=ValueError(HOSTILE)
    )
    logging.getLogger("another.library").warning("says %s", HOSTILE)
    assert configured.writer.flush(5)
    forget(configured)
    assert obeyed(stream.getvalue()) == []
    assert len(stream.getvalue().splitlines()) == 2


def test_no_line_of_a_traceback_passes_for_an_event() -> None:
    stream = io.StringIO()
    configured = logs.configure("text", "info", [], stream)
    try:
        int(HOSTILE)
    except ValueError as error:
        error.add_note(HOSTILE)
        structlog.get_logger("test").exception("failed")
    assert configured.writer.flush(5)
    forget(configured)
    first, *others = stream.getvalue().splitlines()
    assert "failed" in first
    assert f"  {FORGED}" in others
    assert all(line.startswith("  ") for line in others)
    assert "\x1b" not in stream.getvalue()


@dataclass
class Pipe:
    """A pipe to whoever reads the log, if anybody does."""

    reads: int
    logs: Logs

    def lines(self, last: str) -> list[dict[str, object]]:
        """Read until a line with this event."""
        text = b""
        while f'"event": "{last}"'.encode() not in text or not text.endswith(b"\n"):
            text += os.read(self.reads, 65536)
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reads, writes = os.pipe()
    with os.fdopen(writes, "w", encoding="utf-8") as stream:
        configured = logs.configure("json", "info", [CANARY], stream)
        yield Pipe(reads, configured)
        os.close(reads)
        forget(configured)


def soon_done(work: Callable[[], object]) -> bool:
    """Return whether it does not take for ever."""
    doing = threading.Thread(target=work, daemon=True)
    doing.start()
    doing.join(10)
    return not doing.is_alive()


def many(lines: int) -> None:
    for number in range(lines):
        structlog.get_logger("test").info("a line", number=number, long="x" * 200, canary=CANARY)


def test_nobody_who_logs_waits_for_a_reader_that_stalls_and_what_is_lost_is_said(pipe: Pipe) -> None:
    logged = 2 * MOST_WAITING
    assert soon_done(lambda: many(logged))
    assert not pipe.logs.writer.flush(0)
    found: list[dict[str, object]] = []
    reading = threading.Thread(target=lambda: found.extend(pipe.lines("again")), daemon=True)
    reading.start()
    assert pipe.logs.writer.flush(10)
    structlog.get_logger("test").info("again")
    reading.join(10)
    (lost,) = [each["lines"] for each in found if each["event"] == "log_lines_lost"]
    assert isinstance(lost, int)
    assert lost + sum(each["event"] == "a line" for each in found) == logged
    assert {each.get("canary") for each in found} == {logs.HIDDEN, None}


def test_nobody_fails_for_a_reader_that_is_gone(pipe: Pipe) -> None:
    gone = os.dup(pipe.reads)
    os.dup2(os.open(os.devnull, os.O_RDONLY), pipe.reads)
    os.close(gone)
    many(3)
    assert pipe.logs.writer.flush(5)
    assert pipe.logs.writer._lost == 3


def test_nothing_waits_for_more_than_a_moment_in_the_end(pipe: Pipe) -> None:
    many(MOST_WAITING)
    assert soon_done(pipe.logs.close)


def test_an_event_that_cannot_be_worded_is_lost_and_harms_nobody(written: Written) -> None:
    class Unspeakable:
        def __str__(self) -> str:
            raise RuntimeError

    structlog.get_logger("test").info("odd", value=Unspeakable())
    structlog.get_logger("test").info("even")
    assert [json.loads(line)["event"] for line in written.getvalue().splitlines()] == [
        "log_lines_lost",
        "even",
    ]


def test_what_is_said_again_and_again_is_said_once_a_minute_with_how_often(written: Written) -> None:
    asyncio_says = logging.getLogger("asyncio").error
    for _ in range(2048):
        asyncio_says("socket.accept() out of system resource")
    asyncio_says("something else")
    assert len(written.getvalue().splitlines()) == 2
    written.clock.move(EVERY)
    asyncio_says("socket.accept() out of system resource")
    assert json.loads(written.getvalue().splitlines()[-1])["repeated"] == 2048


def test_what_is_not_said_any_more_is_counted_all_the_same() -> None:
    clock = HandClock()
    repetition = Repetition(clock)
    for number in range(3):
        with contextlib.suppress(structlog.DropEvent):
            repetition(None, "", {"event": "again", "timestamp": str(number)})
    assert repetition.overdue() == []
    clock.move(EVERY)
    assert repetition.overdue() == [{"event": "again", "timestamp": "2", "repeated": 2}]
    clock.move(EVERY)
    assert repetition.overdue() == []
    assert not repetition._said


def test_no_count_is_forgotten_for_want_of_room() -> None:
    repetition = Repetition(HandClock())
    for number in (0, 0, *range(1, MOST_KNOWN + 1)):
        with contextlib.suppress(structlog.DropEvent):
            repetition(None, "", {"event": "one of many", "number": number})
    assert len(repetition._said) == MOST_KNOWN
    assert repetition.overdue() == [{"event": "one of many", "number": 0, "repeated": 1}]


def test_overdue_lines_are_written_with_the_next_one() -> None:
    stream = io.StringIO()
    owed = ["overdue"]
    writer = LineWriter(stream, str, lambda: [owed.pop()] if owed else [])
    writer.write("a line")
    assert writer.close(5)
    assert sorted(stream.getvalue().split()) == ["a", "line", "overdue"]
