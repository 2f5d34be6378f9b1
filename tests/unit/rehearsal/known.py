"""What is known of broadcasts that were rehearsed, made by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.settings import Prices
from jobs.conditions import Severity
from jobs.model import Broadcast, Window
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from worker.rehearsal.alarm_book import Told
from worker.rehearsal.cast import Level, Visit
from worker.rehearsal.evidence import Airing, Evidence
from worker.rehearsal.faults import Fault
from worker.rehearsal.report import Line, Quota, Report
from worker.rehearsal.verdict import beside, findings

HOUR = timedelta(hours=1)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def broadcast(
    id_: str = "show", starts: datetime = NOON, lasts: timedelta = HOUR, **options: object
) -> Broadcast:
    title = str(options.pop("title", id_.title()))
    return Broadcast(id=id_, title=title, window=Window(starts, starts + lasts), **options)  # type: ignore[arg-type]  # Any options of one.


def airing(begins: float, ends: float | None, starts: datetime = NOON) -> Airing:
    """Return a stream that was on air from so many seconds after the start of its broadcast until then."""
    live_at = starts + seconds(begins)
    return Airing(live_at - seconds(15), live_at, None if ends is None else starts + seconds(ends))


def told(
    name: str, after: float, over: float | None = None, *, about: str = "show", critical: bool = True
) -> Told:
    severity = Severity.CRITICAL if critical else Severity.WARNING
    over_at = None if over is None else NOON + seconds(over)
    return Told(name, severity, about, f"what {name} says", "Look.", NOON + seconds(after), over_at)


def known(
    *airings: Airing,
    of: Broadcast | None = None,
    comes: float | None = -300,
    alerts: Sequence[Told] = (),
    state: State = State.ENDED,
) -> Evidence:
    """Return what is known of one; by default of an hour whose hosts came five minutes before the start."""
    wanted = of or broadcast()
    window = wanted.window
    visits = (
        () if comes is None else (Visit(window.starts_at + seconds(comes), window.ends_at + seconds(45)),)
    )
    return Evidence(broadcast=wanted, visits=visits, state=state, airings=airings, told=tuple(alerts))


def well(id_: str = "show", **options: object) -> Evidence:
    """Return what is known of one that went as it should."""
    return known(airing(20, 3605), of=broadcast(id_, **options))  # type: ignore[arg-type]  # As above.


def report(
    *evidence: Evidence,
    level: Level = Level.NONE,
    faults: Sequence[Fault] = (),
    others: Sequence[Told] = (),
    zone: str = "UTC",
) -> Report:
    ids = frozenset(each.broadcast.id for each in evidence)
    return Report(
        begins_at=NOON - HOUR,
        ends_at=NOON + timedelta(days=7),
        zone=ZoneInfo(zone),
        level=level,
        seed=1,
        lines=tuple(Line(each, findings(each, faults)) for each in evidence),
        faults=tuple(faults),
        others=tuple(others),
        quotas=(Quota("default", ("default",), 600, 1200, 300, NOON),),
        remarks=(),
        beside=beside(others, ids, faults),
        export_minutes=sum(each.minutes for each in evidence),
        prices=Prices(),
    )
