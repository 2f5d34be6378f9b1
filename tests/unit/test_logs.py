"""No secret leaves by a log line, in whatever form."""

import asyncio
import base64
import io
import json
import logging
import urllib.parse
from collections.abc import Iterator

import pytest
import structlog

from tests.support.foreign import FORGED, HOSTILE, obeyed
from worker import logs

CANARY = "canary/+secret=="


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure("json", "info", [CANARY], stream)
    yield stream
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "form",
    [CANARY, urllib.parse.quote(CANARY, safe=""), base64.b64encode(CANARY.encode()).decode()],
)
def test_a_secret_is_hidden_in_values_lists_and_the_event_itself(written: io.StringIO, form: str) -> None:
    log = structlog.get_logger("test")
    event = f"event {form}"
    log.info(event, url=f"https://x/?k={form}", many=[form, {"deep": form}], odd=ValueError(form))
    logging.getLogger("another.library").warning("says %s", form)
    assert form not in written.getvalue()
    assert written.getvalue().count(logs.HIDDEN) == 6


def test_a_traceback_shows_neither_secrets_nor_locals(written: io.StringIO) -> None:
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
    logs.configure("json", "debug", [], stream)
    logger.setLevel(logging.DEBUG)
    try:
        logger.log(level, '"POST /services/%s HTTP/1.1" 200', CANARY)
        structlog.get_logger("worker.anything").debug("a detail of ours")
        logger.warning("a warning of theirs")
    finally:
        logger.setLevel(before)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [
        "a detail of ours",
        "a warning of theirs",
    ]


def test_a_library_whose_warnings_hold_addresses_warns_of_nothing(written: io.StringIO) -> None:
    logging.getLogger("urllib3.connectionpool").warning("Retrying after a refusal: /services/T0/B0")
    assert not written.getvalue()


def test_lines_are_json_with_an_instant_and_a_level(written: io.StringIO) -> None:
    structlog.get_logger("test").warning("something", run="show")
    line = json.loads(written.getvalue())
    assert (line["event"], line["level"], line["run"]) == ("something", "warning", "show")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    ("error", "lines"), [(asyncio.CancelledError("leaving"), 0), (ValueError("a fault"), 1)]
)
def test_a_request_cut_short_is_no_fault_and_a_fault_is(
    written: io.StringIO, error: BaseException, lines: int
) -> None:
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)
    assert len(written.getvalue().splitlines()) == lines


@pytest.mark.parametrize("form", ["text", "json", "auto"])
def test_a_line_shows_what_others_wrote_and_obeys_none_of_it(form: str) -> None:
    stream = io.StringIO()
    logs.configure(form, "info", [], stream)
    structlog.get_logger("test").warning(
        HOSTILE, title=HOSTILE, many=[{HOSTILE: HOSTILE}], odd=ValueError(HOSTILE)
    )
    logging.getLogger("another.library").warning("says %s", HOSTILE)
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    structlog.reset_defaults()
    assert obeyed(stream.getvalue()) == []
    assert len(stream.getvalue().splitlines()) == 2


def test_no_line_of_a_traceback_passes_for_an_event() -> None:
    stream = io.StringIO()
    logs.configure("text", "info", [], stream)
    try:
        int(HOSTILE)
    except ValueError as error:
        error.add_note(HOSTILE)
        structlog.get_logger("test").exception("failed")
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    structlog.reset_defaults()
    first, *others = stream.getvalue().splitlines()
    assert "failed" in first
    assert f"  {FORGED}" in others
    assert all(line.startswith("  ") for line in others)
    assert "\x1b" not in stream.getvalue()
