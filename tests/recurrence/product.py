"""What the product makes of a rule: whether it takes it, and its occurrences in seconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.schedule import local_time, rule
from jobs.schedule.entry import Entry
from jobs.schedule.recurrence import occurrences
from tests.recurrence.drawn import Case

MARGIN = timedelta(days=2)


def refusal(text: str) -> str | None:
    """Return why it is refused; None if it is not."""
    try:
        rule.parse(text)
    except ValueError as error:
        return str(error)
    return None


def broadcasts(case: Case, since: int, to: int) -> list[int]:
    """Return the starts of the entry's broadcasts from `since` to before `to`."""
    entry = Entry(
        key="webinar",
        title="Webinar",
        start=case.start,
        end=timedelta(seconds=1),
        zone=case.zone,
        repeat=rule.parse(case.rule),
    )
    found = occurrences(entry, _instant(since), _instant(to))
    return [int(each.broadcast.window.starts_at.timestamp()) for each in found]


def starts(case: Case, since: int, to: int) -> list[int]:
    """Return the same from the rule alone, which costs a tenth."""
    zone, read = ZoneInfo(case.zone), rule.parse(case.rule)
    near = (_instant(at).astimezone(zone).replace(tzinfo=None) for at in (since, to))
    first, last = next(near) - MARGIN, next(near) + MARGIN
    found: set[datetime] = set()
    for wall in read.walls(case.start, first, last):
        instant = local_time.instant(wall, zone)
        if not read.reaches(wall, instant):
            break
        found.add(instant)
    return [at for at in sorted(int(each.timestamp()) for each in found) if since <= at < to]


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
