"""How a host is told of a broadcast: by which service, at which address, how long before the start."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

USUAL = (timedelta(hours=24), timedelta(minutes=15))
"""How long before the start a host is reminded where nothing is said."""
SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=366)
MOST = 8
"""Reminders of one broadcast to one host."""

_FORM = re.compile(r"([A-Za-z0-9]+(?:_[A-Za-z0-9]+)*):([^\s\x00-\x1f\x7f-\x9f\u2028-\u202e]{1,250})")


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a host is told, when, and by which clock."""

    to: str
    """`SERVICE:ADDRESS`; the service is one of the settings."""
    leads: tuple[timedelta, ...] = USUAL
    """How long before the start, the longest first."""
    zone: str = ""
    """The time zone in which the host reads times; empty: that of the entry, or UTC."""

    @property
    def service(self) -> str:
        """The name of the service, in small letters."""
        return self.to.partition(":")[0].lower()

    @property
    def address(self) -> str:
        """The address there."""
        return self.to.partition(":")[2]


def address(text: str) -> str:
    """Read where a host is told.

    Raises:
        ValueError: it is no service and address, with the cure.
    """
    if not _FORM.fullmatch(text):
        raise ValueError("write a service and an address there, as in mail:anna@example.org")
    return text


def leads(found: Sequence[timedelta]) -> tuple[timedelta, ...]:
    """Return how long before the start a host is reminded, the longest first.

    Raises:
        ValueError: there are none, too many, two alike, or one is out of range.
    """
    if not 1 <= len(found) <= MOST:
        raise ValueError(f"{len(found)} reminders: write 1 to {MOST}, as in [24h, 15m]")
    if not all(SHORTEST <= each <= LONGEST for each in found):
        raise ValueError("a reminder is 1m to 366d before the start")
    if len(set(found)) < len(found):
        raise ValueError("two reminders at the same time: remove one")
    return tuple(sorted(found, reverse=True))
