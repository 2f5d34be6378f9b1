"""How it stands with the quotas, as the workers last wrote it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worker.store.store import Store

RECENT = timedelta(seconds=60)
"""What is older says nothing of now: a worker writes it whenever it reserves calls."""


async def quotas(store: "Store", now: datetime) -> list[str]:
    """Return a line for each quota group whose worker has just written how it stands."""
    groups = sorted({each.quota_group for each in (await store.standings()).terms})
    lines = [shown(group, await store.reserved(group), now) for group in groups]
    return [line for line in lines if line]


def shown(group: str, text: str, now: datetime) -> str:
    """Return what is written of a group as a line; empty if it is nothing, or old."""
    from worker.gateway.reservation import figures_in

    found = figures_in(text)
    if found is None or abs(now - found[1]) >= RECENT:
        return ""
    figures, at = found
    ago = max(0, int((now - at).total_seconds()))
    return (
        f"quota {group}: {figures.used:,} of {figures.used + figures.left:,} calls used in 5 min, "
        f"{figures.spoken_for:,} fall due in the next 5; {ago} s ago"
    )
