"""How it stands with the quotas, read for the screens that say it."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worker.store.store import Store


async def quotas(store: "Store", now: datetime) -> tuple[str, ...]:
    """Return a line for each quota group whose worker has just written how it stands."""
    from worker.view.quotas import lines

    groups = {each.quota_group for each in (await store.standings()).terms}
    return lines({group: await store.reserved(group) for group in sorted(groups)}, now)
