"""How it stands with each quota group, as its worker last wrote it: for programs, and for the page."""

from worker.gateway.reservation import figures_in
from worker.store.readable import ReadableStore
from worker.web.api import replies


async def quotas(store: ReadableStore) -> tuple[replies.Quota, ...]:
    """Return the figures of each group that a worker holds or held."""
    groups = sorted({each.quota_group for each in (await store.standings()).terms})
    written = {group: figures_in(await store.reserved(group)) for group in groups}
    return tuple(replies.quota(group, *each) for group, each in written.items() if each)
