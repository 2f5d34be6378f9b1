"""What a worker does beside the passes, and how often."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from config.settings import Settings
from worker.alerting.alerts import Alerts
from worker.bootstrap.engine import Shared
from worker.bootstrap.resources import Resources
from worker.calendars.renewal import Whereabouts
from worker.engine.calendars import CalendarWatch
from worker.engine.database_reach import DatabaseCall, DatabaseReach
from worker.engine.event_delivery import EventDelivery
from worker.engine.month_cost import MonthCost
from worker.engine.participants import Participants
from worker.engine.reminders import Reminders
from worker.engine.schedule_file import Follower
from worker.engine.sweeper import Sweeper
from worker.gateway.quota_watch import QuotaWatch
from worker.installation.accounts import meeting_secrets
from worker.kit.clock import Clock
from worker.leases.contract import Leases
from worker.process.duty_watch import LOOK_EVERY, DutyWatch
from worker.process.housekeeping import Duty
from worker.process.morning_report import MorningReport
from worker.store.errors import LockedError, StoreUnavailableError
from worker.store.store import Store

BEAT_EVERY = timedelta(seconds=5)
REMIND_EVERY = timedelta(seconds=5)
POST_EVERY = timedelta(seconds=1)
POST_NOTHING_EVERY = timedelta(minutes=1)
"""Where events are posted nowhere; what was told of an address is taken back all the same."""
REPORT_EVERY = timedelta(seconds=10)
"""Between two looks whether a report is due."""
FOLLOW_EVERY = timedelta(seconds=2)
UNFOLLOWED_AT_MOST = timedelta(hours=1)
"""A schedule that is not followed for longer is critical: its horizon runs dry."""
QUOTA_EVERY = timedelta(seconds=10)
TELL_CHANGES_EVERY = timedelta(seconds=10)
HEED_EVERY = timedelta(seconds=10)
"""What an operator resolves is over at the channels within so long."""
LET_PASS_EVERY = timedelta(minutes=10)
TAKE_OVER_EVERY = timedelta(minutes=2)
"""A worker that froze may write what it told long after another took its place."""
PARTICIPANTS_EVERY = timedelta(hours=1)
COST_EVERY = timedelta(minutes=1)
"""Between two looks whether it is time to sum up the month."""
CALENDARS_EVERY = timedelta(seconds=10)
"""Between two looks for calendars that are due; each has its own period."""
CALENDARS_WITHIN = timedelta(minutes=30)
FORGET_EVERY = timedelta(hours=6)
FORGOTTEN_WITHIN = timedelta(hours=6)
"""Years of rows, deleted a part at a time, the first time that so much is to be forgotten."""
SWEPT_WITHIN = timedelta(minutes=30)
"""Every call of it may wait for the quota, one after the other."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What tells others of broadcasts, beside alerts."""

    reminders: Reminders
    events: EventDelivery
    report: MorningReport | None
    """None: nobody wants one."""

    async def close(self) -> None:
        """Leave what is under way."""
        await self.reminders.close()
        await self.events.close()


def duties(  # noqa: PLR0913, PLR0917  What does them.
    settings: Settings,
    shared: Shared,
    sweeper: Sweeper,
    outgoing: Outgoing,
    watches: Sequence[QuotaWatch],
    reach: DatabaseReach,
) -> list[Duty]:
    """Return what the worker does beside the passes."""
    resources, alerts = shared.resources, shared.alerts
    store, clock = resources.store, resources.clock
    ours = partial(_if_ours, resources.leases)
    found = [
        Duty("sweep", settings.poll.sweep, sweeper.duty, hangs_after=SWEPT_WITHIN),
        Duty("remind", REMIND_EVERY, outgoing.reminders.look),
        Duty("post_events", _posts_every(outgoing.events), outgoing.events.look),
        Duty("beat", BEAT_EVERY, partial(_beat, resources, reach)),
        Duty("quota", QUOTA_EVERY, partial(_look_at_each, watches)),
        Duty("tell_changes", TELL_CHANGES_EVERY, alerts.tell_changes),
        Duty("heed_operators", HEED_EVERY, partial(_heed_operators, alerts)),
        Duty("let_pass", LET_PASS_EVERY, alerts.let_pass),
        Duty("alerts", TAKE_OVER_EVERY, partial(_take_over, alerts, resources.leases)),
        Duty(
            "retention",
            FORGET_EVERY,
            ours(partial(_forget, store, clock, settings.keep)),
            hangs_after=FORGOTTEN_WITHIN,
        ),
    ]
    if outgoing.report:
        found.append(Duty("report", REPORT_EVERY, ours(outgoing.report.look)))
    follower = _follower(settings, settings.schedule, resources, alerts) if settings.schedule else None
    if follower:
        found += _following(settings, follower, resources, alerts)
    found.append(
        Duty("participants", PARTICIPANTS_EVERY, _participants(shared).look, hangs_after=SWEPT_WITHIN)
    )
    cost = MonthCost(store, settings.cost, follower, alerts, clock)
    found.append(Duty("month_cost", COST_EVERY, ours(cost.look)))
    duty_watch = DutyWatch(clock, alerts.tell, lambda: reach.is_there)
    return [*map(duty_watch.watched, found), Duty("duties", LOOK_EVERY, duty_watch.look)]


def _participants(shared: Shared) -> Participants:
    resources = shared.resources
    return Participants(
        rows=resources.store,
        gateways=shared.gateways,
        leases=resources.leases,
        clock=resources.clock,
        installation=shared.installation,
    )


def _posts_every(events: EventDelivery) -> timedelta:
    return POST_EVERY if events.endpoints else POST_NOTHING_EVERY


def _follower(settings: Settings, path: Path, resources: Resources, alerts: Alerts) -> Follower:
    store, clock = resources.store, resources.clock
    return Follower(path, store, settings.accounts, settings.horizon, alerts, clock, settings.notify)


def _following(settings: Settings, follower: Follower, resources: Resources, alerts: Alerts) -> list[Duty]:
    """Return what is done for the schedule file, and for the calendars that it follows."""
    ours, folder = partial(_if_ours, resources.leases), follower.path.parent
    look = partial(_look_at_calendars, _calendar_watch(settings, folder, resources, alerts), follower)
    return [
        Duty("follow", FOLLOW_EVERY, ours(follower.follow), UNFOLLOWED_AT_MOST),
        Duty("calendars", CALENDARS_EVERY, ours(look), hangs_after=CALENDARS_WITHIN),
        Duty("follow_again", timedelta(days=1), ours(follower.again)),
    ]


def _calendar_watch(settings: Settings, folder: Path, resources: Resources, alerts: Alerts) -> CalendarWatch:
    def whereabouts() -> Whereabouts:
        return Whereabouts(folder, meeting_secrets(resources.settings_again() or settings))

    return CalendarWatch(resources.store, settings.horizon, whereabouts, alerts, resources.clock)


async def _look_at_calendars(watch: CalendarWatch, follower: Follower) -> None:
    await watch.look(follower.following)


async def _beat(resources: Resources, reach: DatabaseReach) -> None:
    """Write that this worker is there; what comes of it says whether the database takes writes."""
    try:
        await resources.store.beat(resources.name, resources.clock.now())
    except LockedError:
        reach.answered(DatabaseCall.WRITE)
    except StoreUnavailableError as error:
        reach.silent(str(error), DatabaseCall.WRITE)
    else:
        reach.answered(DatabaseCall.WRITE)


async def _take_over(alerts: Alerts, leases: Leases) -> None:
    """Take back what others told of runs that are over; a database that is away is told elsewhere."""
    with suppress(StoreUnavailableError):
        await alerts.take_over(leases.held)


async def _heed_operators(alerts: Alerts) -> None:
    """Learn what was resolved by hand; a database that is away is told elsewhere."""
    with suppress(StoreUnavailableError):
        await alerts.heed_operators()


async def _look_at_each(watches: Sequence[QuotaWatch]) -> None:
    for watch in watches:
        watch.look()


def _if_ours(leases: Leases, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Have it done by the one worker that looks after what belongs to no account."""

    async def done() -> None:
        if leases.held():
            await work()

    return done


async def _forget(store: Store, clock: Clock, keep: timedelta) -> None:
    """Delete what was over before then, a part at a time, so that nothing else waits for it."""
    while await store.forget(clock.now() - keep):
        await clock.sleep(0.1)
