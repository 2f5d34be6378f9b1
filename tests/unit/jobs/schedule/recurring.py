"""An entry with its usual fields, what it makes of itself, and rules and times to draw from."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from jobs.model import Broadcast
from jobs.schedule import rule
from jobs.schedule.entry import Entry
from jobs.schedule.recurrence import occurrences

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = "Europe/Berlin"
ZONES = [
    "UTC",
    BERLIN,
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Cairo",
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def entry(**fields: Any) -> Entry:
    usual: Mapping[str, Any] = {
        "key": "webinar",
        "title": "Webinar",
        "start": local("2026-12-01T18:00"),
        "end": HOUR,
        "zone": BERLIN,
    }
    text = fields.pop("repeat", None)
    return Entry(**{**usual, "repeat": rule.parse(text) if text else None, **fields})


def made(item: Entry, after: str = "2026-01-01", until: str = "2028-01-01") -> list[Broadcast]:
    return [each.broadcast for each in occurrences(item, at(after), at(until))]


def ids(item: Entry, after: str = "2026-01-01", until: str = "2028-01-01") -> list[str]:
    return [each.id for each in made(item, after, until)]


RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO,WE,FR",
        "FREQ=WEEKLY;BYDAY=TU,TH",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=3;WKST=WE;BYDAY=MO,SU",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=-1",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=HOURLY;INTERVAL=5",
        "FREQ=HOURLY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;BYHOUR=2,14",
        "FREQ=DAILY;COUNT=200",
        "FREQ=WEEKLY;COUNT=30;INTERVAL=2",
    ]
)
WALLS = st.datetimes(local("2020-01-01"), local("2035-01-01")).map(
    lambda at: at.replace(second=0, microsecond=0)
)
