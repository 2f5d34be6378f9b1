"""Where the provider posts, and what is done about it."""

from functools import partial

from config.settings import Settings
from worker.accounts import account_of
from worker.bootstrap.means import Means
from worker.failsafe import Failsafe
from worker.hints import Hints
from worker.metrics import Metrics
from worker.passes import Passes
from worker.provider.published_key import PublishedKey
from worker.web.webhooks import Webhooks


def open_hints(failsafe: Failsafe, passes: Passes, means: Means) -> Hints:
    """Return what wakes the runs that are on air, or about to be."""
    return Hints(partial(_run_in, failsafe), partial(_wake, passes), means.clock)


def open_webhooks(settings: Settings, means: Means, hints: Hints, metrics: Metrics) -> Webhooks:
    """Return where the provider posts, for each account; accounts of one address share its key."""
    urls = {name: account_of(name, each).webhook_key for name, each in settings.accounts.items()}
    keys = {url: PublishedKey(url, means.transport, means.clock) for url in urls.values()}
    return Webhooks({name: keys[url] for name, url in urls.items()}, hints, metrics.posted)


def _run_in(failsafe: Failsafe, meeting_id: str) -> str | None:
    """Return the run that holds a meeting, by what is in memory: the database is not asked for a hint."""
    runs = (run for run in failsafe.on_air() if run.room.meeting_id == meeting_id)
    return next((run.id for run in runs), None)


def _wake(passes: Passes, run_id: str) -> None:
    """Make a pass now, if there is still something to do."""
    if passes.knows(run_id):
        passes.wake(run_id)
