"""A rehearsal in an operator's words, by the clock of its zone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.conditions import Severity
from jobs.schedule import durations
from worker.rehearsal.alarm_book import Told
from worker.rehearsal.cast import Level
from worker.rehearsal.evidence import Gap
from worker.rehearsal.report import Line, Quota, Report
from worker.rehearsal.verdict import Weight

HEADINGS = ("", "broadcast", "window", "on air", "off air", "drops", "alerts")
MARKS = {Weight.REMARK: "ok", Weight.PROBLEM: "problem", Weight.BROKEN: "BROKEN"}
"""How a broadcast went, in a word."""


def heading(report: Report) -> str:
    """Return what was rehearsed."""
    begin, end = (each.astimezone(report.zone) for each in (report.begins_at, report.ends_at))
    what = f"{counted(len(report.lines), 'broadcast')} from {begin:%a %d %b %Y %H:%M} to {end:%a %d %b %H:%M}"
    return f"Rehearsed {what} ({report.zone.key}), faults {report.level}, seed {report.seed}"


def cells(line: Line, report: Report) -> tuple[str, ...]:
    """Return a row of the table, in the order of the headings."""
    return (
        MARKS[line.weight],
        line.known.broadcast.id,
        window(line, report),
        on_air(line, report),
        off_air(line, report),
        drops(line),
        alerts(line.known.told),
    )


def window(line: Line, report: Report) -> str:
    """Return when it is wanted, with the day of its end where that is another."""
    wanted = line.known.broadcast.window
    begin, end = wanted.starts_at.astimezone(report.zone), wanted.ends_at.astimezone(report.zone)
    return f"{begin:%a %d %b %H:%M}-{end:%H:%M}"


def on_air(line: Line, report: Report) -> str:
    """Return when it was on air first, and how long after its start."""
    live_at = line.known.live_at
    if live_at is None or line.late is None:
        return str(line.known.state) if line.known.state else "never"
    return f"{clock(live_at, report)} {signed(line.late)}"


def off_air(line: Line, report: Report) -> str:
    """Return when it was off, and how long after its end."""
    if line.known.is_on_air:
        return "STILL ON AIR"
    off_at = line.known.off_at
    return f"{clock(off_at, report)} {signed(line.off_late)}" if off_at and line.off_late is not None else ""


def drops(line: Line) -> str:
    """Return how often it was off the air within its window, and for how long each time."""
    return ", ".join(map(away, line.known.gaps))


def away(gap: Gap) -> str:
    """Return how long it was off the air."""
    return spoken(gap.back_at - gap.at) if gap.back_at else "not back"


def alerts(told: tuple[Told, ...]) -> str:
    """Return the alerts by name, those that were critical with a mark, and how often each was raised."""
    names = Counter(f"{each.name}{'!' if each.severity is Severity.CRITICAL else ''}" for each in told)
    return ", ".join(f"{name} x{times}" if times > 1 else name for name, times in names.items())


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one broadcast or of several."""

    weight: Weight
    text: str
    cure: str
    """Empty: nothing is to be done."""


def said(report: Report) -> Iterator[Said]:
    """Yield the findings, the worst first; what is the same of several is said once."""
    whose: dict[tuple[Weight, str, str], list[str]] = {}
    for each in report.findings:
        whose.setdefault((each.weight, each.text, each.cure), []).append(each.about)
    for (weight, text, cure), about in whose.items():
        others = f" and {len(about) - 1:,} more" if len(about) > 1 else ""
        yield Said(weight, f"{about[0]}{others}: {text}", cure)


def quota(used: Quota, report: Report) -> str:
    """Return what was used of a quota."""
    if used.peak_at is None:
        return f"quota {used.group}: no calls"
    at = f"{used.peak_at.astimezone(report.zone):%a %d %b %H:%M}"
    most = f"at most {used.peak:,} in 5 min ({used.share:.0%} of {used.limit:,}), from {at}"
    return f"quota {used.group}: {counted(used.calls, 'call')}, {most}"


def faults(report: Report) -> Iterator[str]:
    """Yield what went wrong, in the order of time."""
    for each in report.faults:
        whose = f" ({each.broadcast_id})" if each.broadcast_id else ""
        yield f"{each.at.astimezone(report.zone):%a %d %b %H:%M:%S}  {each.text}{whose}"


def totals(report: Report) -> Iterator[str]:
    """Yield what it all came to."""
    critical, warnings = report.alerts(Severity.CRITICAL), report.alerts(Severity.WARNING)
    gaps = sum(len(line.known.gaps) for line in report.lines)
    yield (
        f"{report.aired:,} of {counted(len(report.lines), 'broadcast')} aired; {counted(gaps, 'drop')};"
        f" {counted(critical, 'critical alert')}, {counted(warnings, 'warning')}"
    )
    recorded = round(report.export_minutes) - round(report.streamed_minutes)
    beside = f" ({recorded:,} of them recorded)" if recorded > 0 else ""
    cost = f"about {report.cost:,.2f} {report.prices.currency}"
    yield f"export: {report.export_minutes:,.0f} min{beside}, {cost}"
    yield from (quota(each, report) for each in report.quotas)


def verdict(report: Report) -> str:
    """Return how it ended, in a sentence."""
    count = Counter(each.weight for each in report.findings)
    if count[Weight.BROKEN]:
        return f"Not as it should be: {counted(count[Weight.BROKEN], 'law')} of cuelight broken, see above."
    if not count[Weight.PROBLEM]:
        return "Everything aired, went off in time, and no critical alert is left."
    seen = counted(count[Weight.PROBLEM], "problem")
    if report.level is Level.HARSH:
        return f"{seen}, as harsh faults cause them; no stream was early, doubled, or left on air unreported."
    return f"{seen}: see above."


def clock(instant: datetime, report: Report) -> str:
    """Return the time of day."""
    return f"{instant.astimezone(report.zone):%H:%M:%S}"


def signed(length: timedelta) -> str:
    """Return a length with its sign, to the second."""
    return f"{'-' if length < timedelta(0) else '+'}{spoken(abs(length))}"


def spoken(length: timedelta) -> str:
    """Return a length to the second."""
    return durations.format(timedelta(seconds=round(length.total_seconds())))


def counted(number: int, noun: str) -> str:
    """Return a number of things."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
