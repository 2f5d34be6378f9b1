"""What a worker does beside the passes, and how often."""

from datetime import timedelta
from functools import partial

from config.settings import Settings
from worker.alerts import Alerts
from worker.bootstrap.means import Means
from worker.clock import Clock
from worker.follower import Follower
from worker.housekeeping import Duty
from worker.store.store import Store
from worker.sweeper import Sweeper

BEAT_EVERY = timedelta(seconds=5)
FOLLOW_EVERY = timedelta(seconds=2)
LET_PASS_EVERY = timedelta(minutes=10)
FORGET_EVERY = timedelta(hours=6)


def duties(settings: Settings, means: Means, alerts: Alerts, sweeper: Sweeper) -> list[Duty]:
    """Return what the worker does beside the passes."""
    store, clock = means.store, means.clock
    found = [
        Duty("sweep", settings.poll.sweep, sweeper.duty),
        Duty("beat", BEAT_EVERY, lambda: store.beat(means.name, clock.now())),
        Duty("let_pass", LET_PASS_EVERY, alerts.let_pass),
        Duty("retention", FORGET_EVERY, partial(_forget, store, clock, settings.keep)),
    ]
    if settings.schedule:
        follower = Follower(settings.schedule, store, settings.accounts, settings.horizon, alerts, clock)
        found.append(Duty("follow", FOLLOW_EVERY, follower.follow))
        found.append(Duty("follow_again", timedelta(days=1), follower.again))
    return found


async def _forget(store: Store, clock: Clock, keep: timedelta) -> None:
    """Delete what was over before then, a part at a time, so that nothing else waits for it."""
    while await store.forget(clock.now() - keep):
        await clock.sleep(0.1)
