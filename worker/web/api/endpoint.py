"""An address of the interface: who may ask, what is read of a request, and what comes back."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from config.access import Scope
from worker.web.access import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """A request that may be made, with everything in it read."""

    caller: Caller
    path: Mapping[str, Any]
    query: Any = None
    """The endpoint's `query` model."""
    body: Any = None
    """The endpoint's `body` model; for text, the text."""
    seen: frozenset[str] = frozenset()
    """Of which versions it is meant (`If-Match`); none: of whichever there is."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    value: Any
    """Of the endpoint's `reply` type."""
    version: str = ""
    """That of what is answered, for its ETag; empty: it has none."""
    status: int = 200
    location: str = ""
    """Where what was made, or asked for, can be read."""


Answer = Callable[[ApiRequest], Awaitable[Reply]]
"""Its docstring's first line is what the description says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address, with one method."""

    method: str
    path: str
    """Beneath `/api/v1`."""
    name: str
    """Its name in the description, by which clients that are made from it call it."""
    answer: Answer
    reply: Any
    """The type of what is answered, from which its description is made."""
    scope: Scope
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

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        return (inspect.getdoc(self.answer) or "").partition("\n")[0]

    @property
    def group(self) -> str:
        """What it is listed under."""
        return self.path.split("/")[1]


def read(path: str, name: str, answer: Answer, reply: Any, **more: Any) -> Endpoint:
    """Return an address that is looked at. `more`: further fields of Endpoint."""
    return Endpoint(
        **{"method": "GET", "scope": Scope.READ, **more}, path=path, name=name, answer=answer, reply=reply
    )


def post(path: str, name: str, answer: Answer, reply: Any, **more: Any) -> Endpoint:
    """Return an address that something is ordered at. `more`: further fields of Endpoint."""
    return read(path, name, answer, reply, **{"method": "POST", "scope": Scope.OPERATE, **more})
