"""Logs: events with fields, JSON or for a terminal, on stderr.

Redaction sees every event before it is rendered; nothing that writes a line waits for it or fails by it.
"""

import asyncio
import base64
import logging
import sys
import urllib.parse
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TextIO

import structlog

from config.setting_types import SHORTEST_SECRET
from worker.kit.clock import Clock, SystemClock
from worker.kit.line_writer import LineWriter
from worker.kit.repetition import Repetition
from worker.kit.text import visible

WRITTEN_WITHIN = 0.2
"""Seconds that the last lines get when the process ends."""
HIDDEN = "[hidden]"
OURS = ("worker", "config", "jobs")
TELLTALES = ("urllib3",)
"""Libraries whose warnings, too, name the address that they called: a token may stand in it."""

Event = MutableMapping[str, Any]

STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True)
BEFORE: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    STAMP,
    structlog.processors.format_exc_info,
]


class Redaction:
    """Hides known secrets wherever they stand, as they are, URL-encoded or in base64 (law 10)."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._forms: list[str] = []
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide these too from now on; what is too short to be a secret would take half of every line."""
        forms = {form for secret in secrets if len(secret) >= SHORTEST_SECRET for form in _forms(secret)}
        self._forms = sorted(forms.union(self._forms), key=len, reverse=True)

    def __call__(self, _logger: object, _method: str, event: Event) -> Event:
        """Hide the secrets in an event: a structlog processor."""
        for key, value in event.items():
            event[key] = self._clean(value)
        return event

    def text(self, text: str) -> str:
        """Return the text without any secret."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text

    def _clean(self, value: object) -> object:
        match value:
            case str():
                return self.text(value)
            case int() | float() | bool() | None:
                return value
            case dict():
                return {str(key): self._clean(each) for key, each in value.items()}
            case list() | tuple():
                return [self._clean(each) for each in value]
            case _:
                return self.text(str(value))


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    return {
        secret,
        urllib.parse.quote(secret, safe=""),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
    }


def legible(_logger: object, _method: str, event: Event) -> Event:
    """Make visible what others wrote, each event on one line: a structlog processor, for people's eyes.

    A traceback keeps its lines, and each begins with blanks, so that none passes for an event.
    """
    traceback = event.pop("exception", None)
    for key in list(event):
        event[visible(key)] = _legible(event.pop(key))
    if isinstance(traceback, str):
        event["exception"] = "\n".join(f"  {visible(line)}" for line in traceback.split("\n"))
    return event


def _legible(value: object) -> object:
    """Return the value with all text in it visible. Redaction has left only what JSON knows."""
    match value:
        case str():
            return visible(value)
        case dict():
            return {visible(key): _legible(each) for key, each in value.items()}
        case list():
            return [_legible(each) for each in value]
        case _:
            return value


def _is_for_operators(record: logging.LogRecord) -> bool:
    """Whether it is ours (by structlog, or by our packages' names), or a library's warning.

    What a library tells below that is for its own authors, and holds whatever it sends: addresses, headers.
    """
    is_ours = hasattr(record, "_logger") or record.name.partition(".")[0] in OURS
    return is_ours or record.levelno >= logging.WARNING


def _is_no_cut(record: logging.LogRecord) -> bool:
    """Whether this is more than somebody's request cut short because the worker leaves."""
    kind = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
    return kind is None or not issubclass(kind, asyncio.CancelledError)


@dataclass(frozen=True, slots=True)
class Logs:
    """Where the logs go."""

    redaction: Redaction
    """It can learn more secrets."""
    writer: LineWriter

    def close(self) -> None:
        """Have the last lines written, if somebody reads them at once."""
        self.writer.close(WRITTEN_WITHIN)


class _Handler(logging.Handler):
    """Gives each line to the writer. Whoever logs goes on, whatever becomes of the line."""

    def __init__(self, writer: LineWriter) -> None:
        super().__init__()
        self._writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._writer.write(self.format(record))
        except structlog.DropEvent:
            return
        except Exception:  # noqa: BLE001  No message may skip what its sender does next.
            self._writer.lose()


def configure(
    form: str, level: str, secrets: Iterable[str], stream: TextIO | None = None, clock: Clock | None = None
) -> Logs:
    """Send structlog's and the standard library's logs to `stream` (stderr) in one form.

    `form` is `json`, `console`, or `auto`: JSON when the stream is not a terminal.
    """
    out = stream or sys.stderr
    redaction, repetition = Redaction(secrets), Repetition(clock or SystemClock())
    render = _renderer(form, out)
    writer = LineWriter(
        out, partial(_lost, render), lambda: [_line(render, each) for each in repetition.overdue()]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=BEFORE,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redaction,
            repetition,
            render,
        ],
    )
    handler = _Handler(writer)
    handler.setFormatter(formatter)
    handler.addFilter(_is_no_cut)
    handler.addFilter(_is_for_operators)
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in TELLTALES:
        logging.getLogger(name).setLevel(logging.ERROR)
    # A duty tells of its own failure; what is left is that it was cancelled when the worker left.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*BEFORE, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        cache_logger_on_first_use=False,
    )
    return Logs(redaction, writer)


def _renderer(form: str, out: TextIO) -> structlog.typing.Processor:
    if form == "json" or (form == "auto" and not out.isatty()):
        return structlog.processors.JSONRenderer(default=str)
    plain = structlog.dev.plain_traceback
    lines = structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=plain)
    return lambda logger, name, event: lines(logger, name, legible(logger, name, event))


def _line(render: structlog.typing.Processor, event: Event) -> str:
    return str(render(None, "", event))


def _lost(render: structlog.typing.Processor, lines: int) -> str:
    event: Event = {"event": "log_lines_lost", "lines": lines, "level": "error"}
    return _line(render, STAMP(None, "", event))
