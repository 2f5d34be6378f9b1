"""Lists, read whole: the first page says how many there are, and the others are asked for together.

Pages are read one beside the other while the provider goes on, so something may slip from one to the next.
Who is on such a list is on it; who is not may have slipped, and the list says nothing of them.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol, TypeVar

from worker.provider.errors import BadReplyError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MOST_PAGES = 50

Page = tuple[list[Any], int | None]
"""The items of a page, and how many there are in all; None: not said."""


class Ask(Protocol):
    """How each page is asked for: at once, or through a queue."""

    def __call__(self, send: Callable[[], Awaitable[T]], /) -> Awaitable[T]:
        """Ask, and return the answer."""
        ...


async def at_once(send: Callable[[], Awaitable[T]]) -> T:
    """Ask without waiting for anybody."""
    return await send()


class Listing(tuple[T_co, ...]):  # noqa: SLOT001  A tuple cannot have slots of its own.
    """The items of every page."""

    whole: bool
    """Whether what is not on it is not there: no page moved while it was read."""

    @classmethod
    def of(cls, items: Iterable[T_co], *, whole: bool) -> "Listing[T_co]":
        """Return these items."""
        made = cls(items)
        made.whole = whole
        return made


async def read(page: Callable[[int], Awaitable[Page]], ask: Ask) -> Listing[Any]:
    """Return the items of every page; `page` asks for one by its number, from 1 on.

    Raises:
        BadReplyError: the list has no end, or ends before it has what it says.
        ProviderError: a page was not answered.
    """
    items, total = await ask(lambda: page(1))
    if total is None:
        return await _unsaid(page, ask, items)
    if total == len(items):
        return Listing.of(items, whole=True)
    if total < len(items) or not items:
        raise BadReplyError(f"a list of {len(items)} that says {total}")
    return await _said(page, ask, items, total)


async def _said(
    page: Callable[[int], Awaitable[Page]], ask: Ask, items: list[Any], total: int
) -> Listing[Any]:
    """Read the other pages together."""
    numbers = range(2, math.ceil(total / len(items)) + 1)
    if len(numbers) >= MOST_PAGES:
        raise BadReplyError(f"a list that does not end after {MOST_PAGES} pages")
    rest = await asyncio.gather(*(ask(lambda number=each: page(number)) for each in numbers))  # type: ignore[misc]
    found = items + [each for part, _ in rest for each in part]
    stood_still = all(said == total for _, said in rest)
    if stood_still and len(found) != total:
        raise BadReplyError(f"a list of {len(found)} that says {total}")
    return Listing.of(_once(found), whole=stood_still and len(_once(found)) == total)


async def _unsaid(page: Callable[[int], Awaitable[Page]], ask: Ask, items: list[Any]) -> Listing[Any]:
    """Read on until a page is empty. One that brings nothing new is no page: the list has no end."""
    found, number = _once(items), 1
    while items:
        number += 1
        items, _ = await ask(lambda number=number: page(number))  # type: ignore[misc]
        more = _once([*found, *items])
        if number > MOST_PAGES or (items and len(more) == len(found)):
            raise BadReplyError(f"a list that does not end after {number} pages")
        found = more
    return Listing.of(found, whole=True)


def _once(items: list[Any]) -> list[Any]:
    """Return each item once, by its id; what has none is left for its reader to judge."""
    seen: dict[Any, Any] = {}
    for place, each in enumerate(items):
        key = each.get("id") if isinstance(each, dict) else None
        seen.setdefault(key if isinstance(key, str) else place, each)
    return list(seen.values())
