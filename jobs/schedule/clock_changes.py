"""The occurrences of an entry that a change of the clocks concerns."""

from datetime import datetime, time, timedelta

from jobs.schedule import local_time
from jobs.schedule.entry import Entry
from jobs.schedule.local_time import zone_of
from jobs.schedule.recurrence import Cause, LeftOut, Occurrence, considered

_DAY = timedelta(days=1)


def changing_clocks(entry: Entry, since: datetime, to: datetime) -> list[Occurrence | LeftOut]:
    """Return what a change of the clocks is to be remarked on for, looking at the days of changes alone."""
    zone = zone_of(entry.zone)
    times = _times(entry)
    odd = (local_time.odd_times(zone, year) for year in range(since.year, to.year + 1))
    days = [day for of_year in odd for day, quarters in of_year.items() if times is None or times & quarters]
    midnights = (local_time.instant(datetime.combine(day, time(0)), zone) for day in days)
    near = (
        each
        for midnight in midnights
        if since - _DAY <= midnight <= to
        for each in considered(entry, midnight, midnight + _DAY)
        if (each.cause is Cause.MISSING if isinstance(each, LeftOut) else each.remarks)
    )
    return list({each.broadcast.id: each for each in near}.values())


def _times(entry: Entry) -> frozenset[time] | None:
    """Return the times of day, by quarters, at which it starts or ends by the clock; None: at many."""
    if entry.repeat and (entry.repeat.several_a_day or entry.repeat.parts.keys() & {"byhour", "byminute"}):
        return None
    changes = entry.changes.values()
    moments = [entry.start, *entry.also, *(each.start for each in changes), *(each.end for each in changes)]
    zone = zone_of(entry.zone)
    walls = (
        local_time.wall(each, zone).time() for each in (*moments, entry.end) if isinstance(each, datetime)
    )
    ends = (each for each in (*moments, entry.end) if isinstance(each, time))
    return frozenset(local_time.quarter(each) for each in (*walls, *ends))
