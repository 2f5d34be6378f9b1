"""What the worker counts, for Prometheus. Everything here comes from memory: no scrape waits for anything."""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from jobs.alert_names import FORMER
from jobs.conditions import Condition
from jobs.model import Attempt, Run
from jobs.run import delays
from jobs.run.lifecycle import State
from jobs.run.situation import Situation
from worker.engine.hints import Reception
from worker.gateway.queue import CallQueue
from worker.leases.contract import SharedLeases
from worker.provider import errors
from worker.provider.call_record import CallRecord

BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Bounds of the histograms, in seconds."""

OUTCOMES = {
    errors.NotSentError: "not_sent",
    errors.UnansweredError: "unanswered",
    errors.BadReplyError: "bad_reply",
    errors.FaultyError: "faulty",
    errors.RateLimitedError: "rate_limited",
    errors.CredentialsError: "credentials",
    errors.NoSuchRouteError: "credentials",
    errors.AbsentError: "absent",
    errors.RefusedError: "refused",
}
"""The outcome of a call, by its error; `ok` without one."""


class Metrics:
    """Counts what happens as it happens."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # Untyped there.
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._states: dict[str, State] = {}
        self._moves = self._counter("moves", "State changes of runs.", "before", "after")
        self._calls = self._counter("calls", "Calls to the provider.", "account", "call", "outcome")
        self._posts = self._counter("webhooks", "Webhooks received from the provider.", "account", "outcome")
        self._call_seconds = self._histogram("call_seconds", "Duration of answered calls.", "account")
        self._opening = self._histogram("open_lateness_seconds", "How long after the start the doors opened.")
        self._picture = self._histogram("live_delay_seconds", "How long after the start LIVE was first read.")
        self._stop = self._histogram(
            "stop_lateness_seconds", "How long after off was wanted the first stop was accepted."
        )
        self._proof = self._histogram("off_delay_seconds", "How long after off was wanted it was proven.")

    def observe(self, collector: Collector) -> None:
        """Also show what this collector finds when it is asked."""
        self._registry.register(collector)

    def page(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def in_hand(self) -> Mapping[State, int]:
        """Return how many runs this worker has to do with, by state."""
        return Tally(self._states.values())

    def looked_at(self, run: Run) -> None:
        """Count a run that this worker has to do with."""
        self._states[run.id] = run.state

    def let_go(self, run_id: str) -> None:
        """Count a run no more: nothing is left to do."""
        self._states.pop(run_id, None)

    def moved(self, s: Situation, after: Run) -> None:
        """Count a move, and the delays that it ends."""
        self._moves.labels(s.run.state, after.state).inc()
        _measured(self._picture, delays.of_picture(s, after))
        _measured(self._proof, delays.of_proof(s, after))

    def attempted(self, s: Situation, made: Attempt) -> None:
        """Measure how late an opening or a stop was."""
        _measured(self._opening, delays.of_opening(s, made))
        _measured(self._stop, delays.of_stop(s, made))

    def stopped_from_memory(self, late: timedelta) -> None:
        """Measure how late a stop was that no pass made."""
        _measured(self._stop, late)

    def called(self, call: CallRecord) -> None:
        """Count a call and what it came to."""
        outcome = OUTCOMES[type(call.error)] if call.error else "ok"
        self._calls.labels(call.account, f"{call.method} {call.route}", outcome).inc()
        if call.status is not None:
            self._call_seconds.labels(call.account).observe(call.seconds)

    def posted(self, account: str, reception: Reception) -> None:
        """Count what the provider posted, and what became of it."""
        self._posts.labels(account, reception).inc()

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"cuelight_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(f"cuelight_{name}", text, labels, registry=self._registry, buckets=BUCKETS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gauges(Collector):
    """What is so at the instant of a scrape."""

    in_hand: Callable[[], Mapping[State, int]]
    queues: Mapping[str, CallQueue]
    leases: SharedLeases
    alerts: Callable[[], Iterable[Condition]]
    last_pass_at: Callable[[], datetime | None]
    oldest_pass: Callable[[], float]
    database_up: Callable[[], bool]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield each gauge as it stands."""
        yield _gauge("info", "The version of this worker.", {(version("cuelight"),): 1}, "version")
        yield _gauge(
            "runs",
            "Runs that this worker handles, by state.",
            {(state,): n for state, n in self._runs()},
            "state",
        )
        yield _gauge("budget_left", "Calls left in the quota now.", self._queues("left"), "quota_group")
        yield _gauge("quota_used", "Calls made in the last 5 minutes.", self._queues("used"), "quota_group")
        yield _gauge(
            "quota_spoken_for", "Calls due in the next 5 minutes.", self._queues("spoken_for"), "quota_group"
        )
        yield _gauge("calls_waiting", "Calls waiting in the queue.", self._queues("waiting"), "quota_group")
        yield _gauge("alerts_open", "Open alerts.", self._alerts(), "name", "severity", "alias_of")
        yield _gauge("lease_held", "Whether this worker holds the lease.", self._held(), "quota_group")
        yield _gauge("database_up", "Whether the database answered last time.", {(): self.database_up()})
        yield _gauge(
            "oldest_pass_seconds", "How long the oldest unfinished pass has run.", {(): self.oldest_pass()}
        )
        last_at = self.last_pass_at()
        yield _gauge(
            "last_pass_timestamp_seconds",
            "When a pass last finished.",
            {(): last_at.timestamp() if last_at else 0},
        )

    def _runs(self) -> Iterable[tuple[State, int]]:
        found = self.in_hand()
        return ((state, found.get(state, 0)) for state in State)

    def _queues(self, what: str) -> dict[tuple[str, ...], float]:
        return {(group,): getattr(queue, what) for group, queue in self.queues.items()}

    def _held(self) -> dict[tuple[str, ...], float]:
        terms = self.leases.terms()
        return {(group,): group in terms for group in self.leases.groups()}

    def _alerts(self) -> dict[tuple[str, ...], float]:
        """Return them by name; those that were renamed by their former name, too, marked as an alias."""
        names: list[tuple[str, ...]] = [(each.name, each.severity.value, "") for each in self.alerts()]
        former = [(FORMER[name], severity, name) for name, severity, _ in names if name in FORMER]
        return dict(Tally([*names, *former]))


def _gauge(name: str, text: str, values: Mapping[tuple[str, ...], float], *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"cuelight_{name}", text, labels=labels)
    for names, value in values.items():
        family.add_metric(names, value)
    return family


def _measured(histogram: Histogram, delay: timedelta | None) -> None:
    if delay is not None:
        histogram.observe(max(0.0, delay.total_seconds()))
