"""What the workers of a world log."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import structlog

from worker.rehearsal.life import acting


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a worker's log, with the true time."""

    at: float
    level: str
    event: str
    values: dict[str, Any] = field(repr=False)
    life: str = ""
    """Whose line it is."""


@contextmanager
def heard(log: list[Line], time: Callable[[], float]) -> Iterator[None]:
    """Have what the workers log go to this list."""
    before = structlog.get_config()

    def hear(_logger: object, level: str, event: MutableMapping[str, Any]) -> NoReturn:
        life = acting()
        name = life.name if life else ""
        log.append(Line(time(), level, str(event.pop("event")), dict(event), name))
        raise structlog.DropEvent

    structlog.configure(processors=[hear])
    try:
        yield
    finally:
        structlog.configure(**before)
