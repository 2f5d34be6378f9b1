"""What the measured provider tells of a burst: when each broadcast's calls arrived, and how many came."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Instants are epoch seconds, in no order."""

    calls: Mapping[str, int]
    worst: int
    """Calls in the worst window of the quota."""
    refused: int
    created: tuple[float, ...]
    opened: tuple[float, ...]
    live: tuple[float, ...]
    stopped: tuple[float, ...]
    closed: tuple[float, ...]
    doubled: int
    """Broadcasts with more than one meeting."""


def parse(report: Mapping[str, Any]) -> Arrivals:
    """Read the provider's report."""
    lives = list(report["broadcasts"].values())

    def instants(name: str) -> tuple[float, ...]:
        return tuple(each[name] for each in lives if each[name] is not None)

    return Arrivals(
        calls=report["calls"],
        worst=report["worst"],
        refused=report["refused"],
        created=instants("created_at"),
        opened=instants("opened_at"),
        live=instants("live_at"),
        stopped=instants("stopped_at"),
        closed=instants("closed_at"),
        doubled=sum(each["made"] > 1 for each in lives),
    )
