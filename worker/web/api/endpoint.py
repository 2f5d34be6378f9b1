"""An address of the interface: who may ask, what is read of a request, and what comes back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from config.access import Scope
from worker.web.access import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that may be made, with everything in it read."""

    caller: Caller
    path: Mapping[str, str]
    query: Any = None
    """The endpoint's `query` model."""
    body: Any = None
    """The endpoint's `body` model; for text, the text."""
    if_match: str = ""
    """Which version is to be changed, as the caller saw it; `*`: whichever there is. Empty: none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    value: Any
    """Of the endpoint's `reply` type."""
    tag: str = ""
    """The version of what is answered; empty: it has none."""
    status: int = 200
    location: str = ""
    """Where what was made, or asked for, can be read."""


Answer = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address, with one method."""

    method: str
    path: str
    """Beneath `/api/v1`."""
    name: str
    """Its name in the description, by which clients that are made from it call it."""
    summary: str
    scope: Scope
    answer: Answer
    reply: Any
    """The type of what is answered, from which its description is made."""
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    takes_text: bool = False
    """Whether what is posted is a schedule, as YAML."""
    statuses: tuple[int, ...] = (200,)
    """What says that it was done."""
    problems: tuple[int, ...] = ()
    """What else it may answer, beside what every address may."""
    changes: bool = False
    """Whether it changes one thing that has a version: then the caller says which one it saw."""
    tag: str = field(default="broadcasts")
    """What it is listed under."""
