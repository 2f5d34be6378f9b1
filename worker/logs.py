"""Logs: events with fields, JSON or for a terminal, on stderr. Redaction is the last thing that sees them."""

import asyncio
import base64
import logging
import sys
import urllib.parse
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import structlog

from worker.kit.text import visible

HIDDEN = "[hidden]"
OURS = ("worker", "config", "jobs")
TELLTALES = ("urllib3",)
"""Libraries whose warnings, too, name the address that they called: a token may stand in it."""

Event = MutableMapping[str, Any]


class Redaction:
    """Hides known secrets wherever they stand, as they are, URL-encoded or in base64 (law 10)."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._forms: list[str] = []
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide these too from now on."""
        forms = {form for secret in secrets if secret for form in _forms(secret)}
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


def configure(form: str, level: str, secrets: Iterable[str], stream: TextIO | None = None) -> Redaction:
    """Send structlog's and the standard library's logs to `stream` (stderr) in one form.

    `form` is `json`, `console`, or `auto`: JSON when the stream is not a terminal. Returned is what hides
    the secrets: it can learn more of them.
    """
    out = stream or sys.stderr
    as_json = form == "json" or (form == "auto" and not out.isatty())
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    redaction = Redaction(secrets)
    lines = structlog.dev.ConsoleRenderer(
        colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    render: list[structlog.typing.Processor] = (
        [structlog.processors.JSONRenderer(default=str)] if as_json else [legible, lines]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redaction, *render],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    handler.addFilter(_is_no_cut)
    handler.addFilter(_is_for_operators)
    for name in TELLTALES:
        logging.getLogger(name).setLevel(logging.ERROR)
    # A duty tells of its own failure; what is left is that it was cancelled when the worker left.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        cache_logger_on_first_use=False,
    )
    return redaction
