"""The report that is sent by itself, put together."""

from datetime import datetime

from config.settings import Settings
from worker.alerting.deliveries import Deliveries
from worker.bootstrap.resources import Resources
from worker.operations.reporting import gathered
from worker.process.morning_report import MorningReport
from worker.view.report import Report, report


def open_morning_report(
    settings: Settings, resources: Resources, deliveries: Deliveries
) -> MorningReport | None:
    """Return what sends it; None: nobody asked for it."""

    async def reported(since: datetime, until: datetime) -> Report:
        known = await gathered(resources.store, since, until)
        return report(known, since, until, settings.cost)

    if settings.report.at is None:
        return None
    return MorningReport(
        wanted=settings.report,
        daily=settings.report.at,
        rows=resources.store,
        gathered=reported,
        deliveries=deliveries,
        leases=resources.leases,
        clock=resources.clock,
    )
