"""How much `status` shows: what matters now, or a page of all that ever was."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.store.records import Overview
    from worker.store.store import Store

RECENT = timedelta(hours=12)
"""What was over before is shown with --all or --since only."""
PAGE = 200
"""Broadcasts on a page: years of them would take seconds to read, and longer to look through."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Which broadcasts are shown."""

    everything: bool = False
    since: datetime | None = None
    """What was over before is left out; None: as `everything` says."""
    page: int | None = None
    """The first is that of the latest starts; None: the first for people, all of them for programs."""

    def __post_init__(self) -> None:
        if self.page is not None and not self.of_history:
            raise click.UsageError("--page goes with --all or --since")

    @property
    def of_history(self) -> bool:
        """Whether more is shown than what matters now."""
        return self.everything or self.since is not None

    async def ids(self, store: "Store") -> Sequence[str]:
        """Return the ids of all that is meant, on whatever page."""
        if self.of_history:
            return await store.listed(self.since)
        return await store.listed(SystemClock().now() - RECENT)

    async def parts(self, store: "Store") -> AsyncIterator[list["Overview"]]:
        """Yield what programs are told, a part at a time: all of it, unless they ask for a page."""
        ids = await self.ids(store)
        async for part in store.overviews(ids if self.page is None else self._shown(ids)):
            yield part

    async def shown(self, store: "Store") -> tuple[list["Overview"], str]:
        """Return what people are shown, and what is said of the rest."""
        ids = await self.ids(store)
        wanted = self._shown(ids) if self.of_history else ids
        rows = [each async for part in store.overviews(wanted) for each in part]
        left = len(ids) - self._until if self.of_history else 0
        return rows, self._of_the_rest(left) if left > 0 else ""

    @property
    def _until(self) -> int:
        return PAGE * (self.page or 1)

    def _shown(self, ids: Sequence[str]) -> Sequence[str]:
        """Return the ids on the page.

        Raises:
            ClickException: there is no such page.
        """
        found = ids[max(0, len(ids) - self._until) : max(0, len(ids) - self._until + PAGE)]
        if not found and self._until > PAGE:
            pages = -(-len(ids) // PAGE)
            raise click.ClickException(f"there is no page {self.page}: {len(ids):,} broadcasts fill {pages}")
        return found

    def _of_the_rest(self, left: int) -> str:
        narrowed = f"--since {self.since:%Y-%m-%dT%H:%M:%SZ}" if self.since else "--all"
        following = f"`cuelight status {narrowed} --page {(self.page or 1) + 1}`"
        return f"{left:,} more began earlier: {following}, or --since with a later instant"
