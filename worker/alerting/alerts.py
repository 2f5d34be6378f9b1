"""Alerts: what an operator must hear of: told and delivered at once, rows when the database takes them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

import structlog

from jobs.conditions import Condition, Severity
from jobs.ids import INSTALLATION
from jobs.subject import OF_THE_PROCESS, Subject
from worker.alerting.by_hand import PASSES_AFTER, PASSING, ResolvedByHand
from worker.alerting.message import Message
from worker.alerting.told import Told, told_by
from worker.alerting.writer import AlertRows, AlertWriter, Changed, Raised, Resolved
from worker.kit.clock import Clock
from worker.kit.text import visible
from worker.store.records import Alert

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


class Alerts:
    """Compares what holds with what was told, and tells the difference: once, and in order."""

    def __init__(self, rows: AlertRows, clock: Clock, outbox: Outbox | None = None) -> None:
        self._rows = rows
        self._clock = clock
        self._outbox = outbox
        """Has them delivered; None: nobody is to be told but by log and rows."""
        self._writer = AlertWriter(rows, clock)
        self._open: defaultdict[Subject, dict[str, Told]] = defaultdict(dict)
        self._by_hand = ResolvedByHand(clock)

    async def take_over(self, held: Callable[[str], bool]) -> None:
        """Learn from the rows what was told of what is this worker's now; leave to others what is theirs.

        What a worker did not live to take back, about a run that is over for good, is taken back here.
        """
        unwritten = self._writer.waiting()
        written = set(self.open()) - unwritten - self._rowless(held)
        known = self._written()
        rows = await self._rows.open_alerts()
        await self._heed_operators(known, {each.key for each in rows})
        unwritten |= self._writer.waiting()
        ours = {alert.key: alert for alert in rows if held(account_of(alert))}
        self._leave_to_others(written - ours.keys() - unwritten)
        self._by_hand.leave_to_others(held)
        for alert in [each for key, each in ours.items() if key not in unwritten]:
            self._learn(alert)

    async def heed_operators(self) -> None:
        """Learn what was resolved by hand of what is told: it is over, and whoever heard of it hears so.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        if known := self._written():
            await self._heed_operators(known, await self._rows.open_keys())

    async def _heed_operators(
        self, known: Mapping[str, tuple[Subject, Told]], still: Collection[str]
    ) -> None:
        """End what is known to have a row that is not open still, if an operator closed it."""
        gone = known.keys() - still
        for alert in await self._rows.resolved_by_hand(gone) if gone else ():
            self._resolved_by_hand(alert, *known[alert.key])

    def _written(self) -> dict[str, tuple[Subject, Told]]:
        """Return what is told and has a row, as far as is known, by key."""
        rowless = self._writer.waiting() | set(self._writer.refused())
        told = [(about, each) for about, names in self._open.items() for each in names.values()]
        return {each.key: (about, each) for about, each in told if each.key not in rowless}

    def _resolved_by_hand(self, alert: Alert, about: Subject, told: Told) -> None:
        """End what is still told as it was when its row was looked for; it may go on all the same."""
        name = told.condition.name
        if self._open[about].get(name) is told:
            del self._open[about][name]
            log.info("alert_resolved_by_hand", about=str(about), condition=name)
            self._deliver(told.message(about, alert.resolved_at or self._clock.now()))
            self._by_hand.keep(about, told, account_of(alert))

    def _learn(self, alert: Alert) -> None:
        """Take it up as told, if it is not; resolve it, if nobody will say any more whether it holds."""
        told, names = told_by(alert, self._clock.now()), self._open.get(alert.subject, {})
        name = told.condition.name
        is_told_anew = name in names and names[name].key != told.key  # Its row has a former name.
        if is_told_anew or (alert.is_over and name not in PASSING):
            self._resolve(alert.subject, told)
        elif name not in names:
            self._open[alert.subject][name] = told
            if self._outbox:
                self._outbox.take_again(told.message(alert.subject))

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
        """Return what something is told of, or was until it was resolved by hand, and may go on."""
        return frozenset(about for about, names in self._open.items() if names) | self._by_hand.about()

    def tell(self, about: Subject, conditions: Iterable[Condition]) -> None:
        """Say what holds now of a subject: the new is told, the gone is resolved. Each has one teller.

        What holds on and is another in substance (`Condition.says_other_than`) is told anew: at once if it is
        worse, else when it has been so for a minute, two minutes, four; what comes and goes is no news.
        """
        holding = {each.name: _readable(each) for each in conditions}
        self._by_hand.hear(about, holding)
        told = self._open[about]
        for name in [name for name in told if name not in holding]:
            self._resolve(about, told.pop(name))
        for condition in holding.values():
            if not self._by_hand.knows(about, condition.name):
                self._hold(about, condition)
        if not told:
            del self._open[about]

    def _hold(self, about: Subject, condition: Condition) -> None:
        """Tell what is not told, or has changed."""
        told = self._open[about]
        if (name := condition.name) not in told:
            told[name] = Told(condition, self._clock.now(), visible(f"{about}/{name}"), condition)
            self._raise(about, told[name])
        told[name].hear(condition, self._clock.monotonic())
        self._tell_change(about, told[name])

    async def tell_changes(self) -> None:
        """Tell what has become another and stayed so, or goes on though resolved; nobody says it again."""
        for about, names in self._open.items():
            for told in names.values():
                self._tell_change(about, told)
        for about, condition in self._by_hand.that_went_on():
            self._hold(about, condition)

    async def let_pass(self) -> None:
        """Resolve what lies so far back that nothing is to be done about it any more."""
        before = self._clock.now() - PASSES_AFTER
        self._by_hand.let_pass(before)
        for about, names in self._open.items():
            stale = [name for name, told in names.items() if name in PASSING and told.at < before]
            for name in stale:
                self._resolve(about, names.pop(name))

    async def write(self) -> None:
        """Write down what was told since; what the database does not take now is kept for later."""
        await self._writer.write()

    async def run(self) -> None:
        """Write, again and again."""
        await self._writer.run()

    def _raise(self, about: Subject, told: Told) -> None:
        _say("alert", about, told.condition)
        self._writer.later(Raised(told.row(about), told.at))
        self._deliver(told.message(about))

    def _tell_change(self, about: Subject, told: Told) -> None:
        if not told.is_changed(self._clock.monotonic()):
            return
        told.change(self._clock.now())
        _say("alert_changed", about, told.condition)
        self._writer.later(Changed(told.row(about)))
        self._deliver(told.message(about))

    def _resolve(self, about: Subject, told: Told) -> None:
        now = self._clock.now()
        log.info("alert_resolved", about=str(about), condition=told.condition.name)
        self._writer.later(Resolved(told.key, now))
        self._deliver(told.message(about, now))

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
