"""How it stands with the quotas, as the workers last wrote it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from worker.gateway.reservation import figures_in

RECENT = timedelta(seconds=60)
"""What is older says nothing of now: a worker writes it whenever it reserves calls."""


def lines(reserved: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """Return a line for each quota group whose worker has just written how it stands.

    `reserved` is what is written of each group.
    """
    found = (shown(group, text, now) for group, text in sorted(reserved.items()))
    return tuple(line for line in found if line)


def shown(group: str, text: str, now: datetime) -> str:
    """Return what is written of a group as a line; empty if it is nothing, or old."""
    found = figures_in(text)
    if found is None or abs(now - found[1]) >= RECENT:
        return ""
    figures, at = found
    ago = max(0, int((now - at).total_seconds()))
    return (
        f"quota {group}: {figures.used:,} of {figures.used + figures.left:,} calls used in 5 min, "
        f"{figures.spoken_for:,} are due in the next 5; {ago} s ago"
    )
