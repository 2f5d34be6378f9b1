"""A page of all that ever was: the first is that of the latest starts."""

from collections.abc import Sequence
from dataclasses import dataclass

PAGE = 200
"""Broadcasts on a page: years of them would take seconds to read, and longer to look through."""


class NoSuchPageError(LookupError):
    """There are fewer pages."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of all ids, in their order."""

    ids: Sequence[str]
    left: int
    """How many began earlier than those on it."""


def page(ids: Sequence[str], number: int) -> Page:
    """Return a page of these, which are in the order of their starts.

    Raises:
        NoSuchPageError: there is none with this number; there always is a first.
    """
    until = PAGE * number
    found = ids[max(0, len(ids) - until) : max(0, len(ids) - until + PAGE)]
    if not found and number > 1:
        pages = -(-len(ids) // PAGE)
        raise NoSuchPageError(f"no page {number}: {len(ids):,} broadcasts fill {pages}")
    return Page(found, max(0, len(ids) - until))
