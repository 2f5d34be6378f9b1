"""Alerts: what an operator must hear of: told and delivered at once, rows when the database takes them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from jobs.alarms import Condition, Severity
from jobs.subject import OF_THE_PROCESS, Subject
from worker.alert_writer import AlertRows, AlertWriter, Changed, Raised, Resolved
from worker.clock import Clock
from worker.kit.text import visible
from worker.lease import INSTALLATION
from worker.outbox.message import Message
from worker.store.records import Alert

PASSING = frozenset({"missed", "clock_stepped"})
"""Conditions that hold for ever, but that nobody has to hear of for ever."""
PASSES_AFTER = timedelta(days=1)
STANDS_FOR = 60.0
"""Seconds for which what is told has to be another before that is told, too; each time twice as long."""
STANDS_AT_MOST = 3600.0

log = structlog.get_logger(__name__)


class Outbox(Protocol):
    """What has alerts delivered."""

    def take(self, message: Message) -> None:
        """Deliver it, now and from memory."""
        ...

    def take_again(self, message: Message) -> None:
        """Deliver what was open already when this worker began, if somebody may not have heard of it."""
        ...

    def forget(self, key: str) -> None:
        """Repeat it no more: another worker does, or it is resolved."""
        ...


@dataclass(slots=True)
class _Told:
    condition: Condition
    """As it was told last."""
    at: datetime
    key: str
    """As its row has it: one that was opened before 0005 keeps what it was called then."""
    latest: Condition
    """As it holds now."""
    differs_since: float | None = None
    """Since when it is another than what was told, in monotonic seconds."""
    changes: int = 0
    changed_at: datetime | None = None

    def hear(self, condition: Condition, now: float) -> None:
        """Learn how it holds now."""
        self.latest = condition
        if not condition.says_other_than(self.condition):
            self.differs_since = None
        elif self.differs_since is None:
            self.differs_since = now

    def is_changed(self, now: float) -> bool:
        """Whether it is to be told anew: it is worse, or another for long enough."""
        if self.differs_since is None:
            return False
        is_worse = self.latest.severity is Severity.CRITICAL is not self.condition.severity
        return is_worse or now - self.differs_since >= min(STANDS_FOR * 2.0**self.changes, STANDS_AT_MOST)

    def change(self, at: datetime) -> None:
        """Have it told as it holds now."""
        self.condition, self.changed_at = self.latest, at
        self.changes, self.differs_since = self.changes + 1, None


class Alerts:
    """Compares what holds with what was told, and tells the difference: once, and in order."""

    def __init__(self, rows: AlertRows, clock: Clock, outbox: Outbox | None = None) -> None:
        self._rows = rows
        self._clock = clock
        self._outbox = outbox
        """Has them delivered; None: nobody is to be told but by log and rows."""
        self._writer = AlertWriter(rows, clock)
        self._open: defaultdict[Subject, dict[str, _Told]] = defaultdict(dict)

    async def take_over(self, held: Callable[[str], bool]) -> None:
        """Learn from the rows what was told of what is this worker's now; leave to others what is theirs.

        What a worker did not live to take back, about a run that is over for good, is taken back here.
        """
        unwritten = self._writer.waiting()
        written = set(self.open()) - unwritten - self._rowless(held)
        rows = await self._rows.open_alerts()
        unwritten |= self._writer.waiting()
        ours = {alert.key: alert for alert in rows if held(account_of(alert))}
        self._leave_to_others(written - ours.keys() - unwritten)
        for alert in [each for key, each in ours.items() if key not in unwritten]:
            self._learn(alert)

    def _learn(self, alert: Alert) -> None:
        """Take it up as told, if it is not; resolve it, if nobody will say any more whether it holds."""
        told = _told(alert, self._clock.now())
        if alert.is_over and alert.title not in PASSING:
            self._resolve(alert.subject, told)
        elif alert.title not in self._open[alert.subject]:
            self._open[alert.subject][alert.title] = told
            if self._outbox:
                self._outbox.take_again(_message(alert.subject, told))

    def _rowless(self, held: Callable[[str], bool]) -> set[str]:
        """Return what is this worker's though the database refused its row: told again, it were no news."""
        refused = self._writer.refused()
        told = [(about, each.key) for about, names in self._open.items() for each in names.values()]
        return {key for about, key in told if key in refused and held(about.account or INSTALLATION)}

    def _leave_to_others(self, theirs: Collection[str]) -> None:
        """Forget what another worker tells, or has resolved; not what is so of this process."""
        told = [(about, name, told) for about, names in self._open.items() for name, told in names.items()]
        for about, name, each in told:
            if each.key in theirs and about.kind not in OF_THE_PROCESS:
                del self._open[about][name]
                if self._outbox:
                    self._outbox.forget(each.key)

    def holding(self) -> list[Condition]:
        """Return what is told and not resolved."""
        return [each.condition for names in self._open.values() for each in names.values()]

    def open(self) -> list[str]:
        """Return the keys of what is told and not resolved."""
        return [each.key for names in self._open.values() for each in names.values()]

    def about(self) -> frozenset[Subject]:
        """Return what something is told of."""
        return frozenset(about for about, names in self._open.items() if names)

    def tell(self, about: Subject, conditions: Iterable[Condition]) -> None:
        """Say what holds now of a subject: the new is told, the gone is resolved. Each has one teller.

        What holds on and is another in substance (`Condition.says_other_than`) is told anew: at once if it is
        worse, else when it has been so for a minute, two minutes, four; what comes and goes is no news.
        """
        holding = {each.name: _readable(each) for each in conditions}
        told = self._open[about]
        for name in [name for name in told if name not in holding]:
            self._resolve(about, told.pop(name))
        for name, condition in holding.items():
            if name not in told:
                told[name] = _Told(condition, self._clock.now(), visible(f"{about}/{name}"), condition)
                self._raise(about, told[name])
            told[name].hear(condition, self._clock.monotonic())
            self._tell_change(about, told[name])
        if not told:
            del self._open[about]

    async def tell_changes(self) -> None:
        """Tell what has become another and stayed so, though nobody says it again."""
        for about, names in self._open.items():
            for told in names.values():
                self._tell_change(about, told)

    async def let_pass(self) -> None:
        """Resolve what lies so far back that nothing is to be done about it any more."""
        before = self._clock.now() - PASSES_AFTER
        for about, names in list(self._open.items()):
            stale = [name for name, told in names.items() if name in PASSING and told.at < before]
            kept = [told.latest for name, told in names.items() if name not in stale]
            if stale:
                self.tell(about, kept)

    async def write(self) -> None:
        """Write down what was told since; what the database does not take now is kept for later."""
        await self._writer.write()

    async def run(self) -> None:
        """Write, again and again."""
        await self._writer.run()

    def _raise(self, about: Subject, told: _Told) -> None:
        _say("alert", about, told.condition)
        self._writer.later(Raised(_alert(about, told), told.at))
        self._deliver(_message(about, told))

    def _tell_change(self, about: Subject, told: _Told) -> None:
        if not told.is_changed(self._clock.monotonic()):
            return
        told.change(self._clock.now())
        _say("alert_changed", about, told.condition)
        self._writer.later(Changed(_alert(about, told)))
        self._deliver(_message(about, told))

    def _resolve(self, about: Subject, told: _Told) -> None:
        now = self._clock.now()
        log.info("alert_resolved", about=str(about), condition=told.condition.name)
        self._writer.later(Resolved(told.key, now))
        self._deliver(replace(_message(about, told), resolved_at=now))

    def _deliver(self, message: Message) -> None:
        if self._outbox:
            self._outbox.take(message)


def _readable(condition: Condition) -> Condition:
    """Write out what is no text, as half a character in what a provider or a driver said.

    Else neither the database nor a channel takes it.
    """
    return replace(condition, text=visible(condition.text), cure=visible(condition.cure))


def account_of(alert: Alert) -> str:
    """Return the account that an alert is about; `*` if it is about none."""
    return alert.subject.account or alert.account or INSTALLATION


def _say(event: str, about: Subject, condition: Condition) -> None:
    level = log.critical if condition.severity is Severity.CRITICAL else log.warning
    level(event, about=str(about), condition=condition.name, text=condition.text, cure=condition.cure)


def _alert(about: Subject, told: _Told) -> Alert:
    condition = told.condition
    return Alert(
        key=told.key,
        subject=about,
        severity=condition.severity,
        title=condition.name,
        text=condition.text,
        cure=condition.cure,
    )


def _told(alert: Alert, now: datetime) -> _Told:
    condition = Condition(alert.title, Severity(alert.severity), alert.text, alert.cure)
    return _Told(condition, alert.raised_at or now, alert.key, condition)


def _message(about: Subject, told: _Told) -> Message:
    condition = told.condition
    return Message(
        key=told.key,
        title=condition.name,
        severity=condition.severity,
        text=condition.text,
        cure=condition.cure,
        run_id=about.run_id,
        raised_at=told.at,
        changed_at=told.changed_at,
    )
