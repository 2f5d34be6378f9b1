"""What was wrong with a broadcast: a law broken, something that viewers missed, or only worth knowing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from jobs.conditions import Severity
from jobs.quota.foreseen import CURE
from jobs.run.lifecycle import State
from jobs.schedule import durations
from worker.rehearsal.alarm_book import Told
from worker.rehearsal.cast import is_late
from worker.rehearsal.evidence import Evidence
from worker.rehearsal.faults import Fault, Mishap

EARLY = timedelta(seconds=0.2)
"""A stream that starts sooner than so long before its start breaks a law."""
OFF_WITHIN = timedelta(seconds=30)
"""After its end a stream is off within so long, or a critical alert is out."""
OFF_AFTER_RETURN = timedelta(seconds=60)
"""The same, counted from when a worker is there again after one died."""
LIVE_WITHIN = timedelta(seconds=60)
"""On air within so long of its start, or of the hosts' coming to the door if that is later."""
BACK_WITHIN = timedelta(seconds=60)
REFUSALS_WEIGH = timedelta(minutes=6)
"""A provider that refused every call has the worker count its quota as used for so long after."""


class Weight(IntEnum):
    """How bad a finding is."""

    REMARK = 0
    """To know, and perhaps to mend."""
    PROBLEM = 1
    """Viewers missed something; among few faults a sound schedule has none."""
    BROKEN = 2
    """What never may be, whatever goes wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a broadcast, or about none, with what to do."""

    about: str
    """A broadcast's id, or what else it is about."""
    weight: Weight
    text: str
    cure: str = ""


def findings(evidence: Evidence, faults: Sequence[Fault]) -> tuple[Finding, ...]:
    """Return what there is to say of a broadcast, the worst first."""
    found = [each for check in _CHECKS for each in check(evidence, faults)]
    return tuple(sorted(found, key=lambda each: -each.weight))


def beside(told: Sequence[Told], ids: frozenset[str], faults: Sequence[Fault]) -> tuple[Finding, ...]:
    """Return what there is to say of alerts that are about no broadcast: a short quota, or never over."""
    others = [each for each in told if each.about not in ids]
    return (*_short(others, faults), *_left_open(others))


def _short(told: Sequence[Told], faults: Sequence[Fault]) -> Iterator[Finding]:
    """Yield each quota that did not carry what was due, once; a provider that refused all calls is none."""
    shown = set[str]()
    for each in told:
        refused = any(
            fault.kind is Mishap.TOO_MANY and fault.at <= each.at <= fault.until + REFUSALS_WEIGH
            for fault in faults
        )
        if each.name == "quota_short" and not refused and each.about not in shown:
            shown.add(each.about)
            yield Finding(each.about, Weight.PROBLEM, f"the alert quota_short was raised: {each.text}", CURE)


def _left_open(told: Sequence[Told]) -> Iterator[Finding]:
    for each in told:
        if each.severity is Severity.CRITICAL and each.over_at is None:
            yield Finding(each.about, Weight.PROBLEM, _is_open(each), each.cure)


def _is_open(told: Told) -> str:
    return f"the alert {told.name} is open at the end: {told.text}"


def _early(e: Evidence, _: Sequence[Fault]) -> Iterator[Finding]:
    for airing in e.airings:
        by = e.broadcast.window.starts_at - airing.started_at
        if by > EARLY:
            yield _broken(e, f"it was on air {_spoken(by)} before its start")


def _two(e: Evidence, _: Sequence[Fault]) -> Iterator[Finding]:
    for before, after in zip(e.airings, e.airings[1:], strict=False):
        if before.off_at is None or after.started_at < before.off_at:
            yield _broken(e, "two of its streams were on air at once")


def _off(e: Evidence, faults: Sequence[Fault]) -> Iterator[Finding]:
    ends = e.broadcast.window.ends_at
    if e.is_on_air:
        yield _broken(e, "it is on air still, minutes after its end")
        return
    late = e.off_at - ends if e.off_at else timedelta(0)
    bound = off_bound(ends, faults)
    if e.off_at and e.off_at > bound and not e.was_alarmed(ends, bound):
        yield _broken(e, f"it went off {_spoken(late)} after its end, and no critical alert said so")
    elif late > OFF_WITHIN:
        text = f"it went off {_spoken(late)} after its end"
        yield Finding(e.broadcast.id, Weight.PROBLEM, text, _cure(ends, e.off_at or ends, faults))


def off_bound(ends: datetime, faults: Sequence[Fault]) -> datetime:
    """Return by when a stream with this end is off or alarmed: later if no worker was there meanwhile."""
    bound = ends + OFF_WITHIN
    for each in faults:
        if each.kind is Mishap.KILL and each.at <= bound and each.until >= ends - OFF_WITHIN:
            bound = max(bound, each.until + OFF_AFTER_RETURN)
    return bound


def _aired(e: Evidence, _: Sequence[Fault]) -> Iterator[Finding]:
    if e.live_at is not None:
        return
    if e.state is State.REJECTED:
        text, cure = f"it cannot be run: {e.why}", "Correct its entry."
    elif not e.visits:
        text = "it never aired: no host came"
        cure = (
            "Agree with the hosts on somebody to stand in, and who calls them when `nobody_here` is raised."
        )
    else:
        text, cure = f"it never aired: {e.why}", "See its alerts below."
    yield Finding(e.broadcast.id, Weight.PROBLEM, text, cure)


def _in_time(e: Evidence, faults: Sequence[Fault]) -> Iterator[Finding]:
    if e.live_at is None or not e.visits:
        return
    due = max(e.broadcast.window.starts_at, e.visits[0].comes_at)
    if e.live_at > due + LIVE_WITHIN:
        since = "its hosts came" if is_late(e.broadcast, e.visits) else "its start"
        text = f"it was on air only {_spoken(e.live_at - due)} after {since}"
        yield Finding(e.broadcast.id, Weight.PROBLEM, text, _cure(due, e.live_at, faults))


def _hosts(e: Evidence, _: Sequence[Fault]) -> Iterator[Finding]:
    if is_late(e.broadcast, e.visits):
        late = _spoken(e.visits[0].comes_at - e.broadcast.window.starts_at)
        told = "the alert nobody_here said so" if any(each.name == "nobody_here" for each in e.told) else ""
        text = f"its hosts came {late} after its start" + (f"; {told}" if told else "")
        yield Finding(e.broadcast.id, Weight.REMARK, text)


def _gaps(e: Evidence, _: Sequence[Fault]) -> Iterator[Finding]:
    for gap in e.gaps:
        if gap.back_at is None:
            yield Finding(e.broadcast.id, Weight.PROBLEM, "it went off before its end, and never came back")
        elif gap.back_at - gap.at > BACK_WITHIN:
            text = f"its stream was away for {_spoken(gap.back_at - gap.at)}"
            yield Finding(e.broadcast.id, Weight.REMARK, text)


def _alarmed(e: Evidence, _: Sequence[Fault]) -> Iterator[Finding]:
    for each in e.told:
        is_said = each.name == "missed" and e.live_at is None
        if each.severity is Severity.CRITICAL and each.over_at is None and not is_said:
            yield Finding(e.broadcast.id, Weight.PROBLEM, _is_open(each), each.cure)


_CHECKS: tuple[Callable[[Evidence, Sequence[Fault]], Iterator[Finding]], ...] = (
    _early,
    _two,
    _off,
    _aired,
    _in_time,
    _hosts,
    _gaps,
    _alarmed,
)


def _cure(since: datetime, until: datetime, faults: Sequence[Fault]) -> str:
    """Return what is to be done about what came late: about a fault nothing, else it is the quota's doing."""
    if any(each.at <= until and each.until >= since - OFF_WITHIN for each in faults):
        return "Nothing in the schedule: this is what the faults at that time do."
    return f"If the quota did not carry it: {CURE[0].lower()}{CURE[1:]}"


def _broken(e: Evidence, text: str) -> Finding:
    return Finding(
        e.broadcast.id, Weight.BROKEN, text, "This is a fault of cuelight: report it with the seed."
    )


def _spoken(length: timedelta) -> str:
    """Return a length to the second."""
    return durations.format(timedelta(seconds=round(length.total_seconds())))
