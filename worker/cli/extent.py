"""How much `status` shows: what matters now, or a page of all that ever was."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from worker.kit.clock import SystemClock
from worker.view.board import RECENT, current
from worker.view.page import NoSuchPageError, Page, page

if TYPE_CHECKING:
    from worker.store.records import Overview
    from worker.store.store import Store


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
        async for part in store.overviews(ids if self.page is None else self._page(ids).ids):
            yield part

    async def shown(self, store: "Store") -> tuple[list["Overview"], str]:
        """Return what people are shown, and what is said of the rest."""
        ids = await self.ids(store)
        if not self.of_history:
            return current(await _read(store, ids)), ""
        found = self._page(ids)
        return await _read(store, found.ids), self._of_the_rest(found.left)

    def _page(self, ids: Sequence[str]) -> Page:
        """Return the ids on the page.

        Raises:
            ClickException: there is no such page.
        """
        try:
            return page(ids, self.page or 1)
        except NoSuchPageError as error:
            raise click.ClickException(str(error)) from None

    def _of_the_rest(self, left: int) -> str:
        if not left:
            return ""
        narrowed = f"--since {self.since:%Y-%m-%dT%H:%M:%SZ}" if self.since else "--all"
        following = f"`cuelight status {narrowed} --page {(self.page or 1) + 1}`"
        return f"{left:,} more began earlier: {following}, or --since with a later instant"


async def _read(store: "Store", ids: Sequence[str]) -> list["Overview"]:
    return [each async for part in store.overviews(ids) for each in part]
