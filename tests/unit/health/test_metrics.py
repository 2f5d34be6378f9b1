"""What is shown to Prometheus: every gauge, every outcome, and nothing that waits for anything."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from jobs.conditions import Condition, Severity
from jobs.quota.budget import Budget
from jobs.quota.demand import Demand
from jobs.run.decision import Urgency
from jobs.run.lifecycle import State
from tests.support.clock import NOON, HandClock
from tests.support.leases import HeldLeases
from worker.gateway.queue import CallQueue
from worker.health.metrics import OUTCOMES, Gauges, Metrics
from worker.provider import errors
from worker.provider.call_record import CallRecord


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Return what a scrape shows, by name and labels; an empty label is none."""
    found = {}
    for family in text_string_to_metric_families(metrics.page().decode()):
        for each in family.samples:
            found[each.name, *filter(None, each.labels.values())] = each.value
    return found


async def sent(queue: CallQueue) -> None:
    async def send() -> None:
        return None

    await queue.call(Urgency.STOP, send)


async def test_every_gauge_is_shown_as_it_stands() -> None:
    queue = CallQueue(HandClock(), Budget(calls=10))
    await sent(queue)
    queue.expect("show", [Demand(NOON, Urgency.GO_LIVE, 2)])
    metrics = Metrics()
    alerts = [Condition(name, Severity.CRITICAL, "", "") for name in ("missed", "missed", "blind")]
    gauges = Gauges(
        in_hand=lambda: {State.LIVE: 2},
        queues={"default": queue},
        leases=HeldLeases(),
        alerts=lambda: alerts,
        last_pass_at=lambda: NOON,
        oldest_pass=lambda: 3.5,
        database_up=lambda: False,
    )
    metrics.observe(gauges)
    shown = samples(metrics)
    assert shown["cuelight_runs", "live"] == 2
    assert shown["cuelight_runs", "stopping"] == 0
    assert shown["cuelight_budget_left", "default"] == 9
    assert shown["cuelight_quota_used", "default"] == 1
    assert shown["cuelight_quota_spoken_for", "default"] == 2
    assert shown["cuelight_calls_waiting", "default"] == 0
    assert shown["cuelight_lease_held", "*"] == 1
    assert shown["cuelight_database_up",] == 0
    assert shown["cuelight_alerts_open", "missed", "critical"] == 2
    assert shown["cuelight_last_pass_timestamp_seconds",] == NOON.timestamp()
    assert shown["cuelight_oldest_pass_seconds",] == 3.5
    assert "process_start_time_seconds" in {name for name, *_ in shown}


def test_a_renamed_alert_is_counted_under_its_former_name_too() -> None:
    metrics = Metrics()
    stuck = Condition("restarts_failed", Severity.CRITICAL, "", "")
    metrics.observe(
        Gauges(
            in_hand=dict,
            queues={},
            leases=HeldLeases(),
            alerts=lambda: [stuck],
            last_pass_at=lambda: NOON,
            oldest_pass=lambda: 0.0,
            database_up=lambda: True,
        )
    )
    shown = samples(metrics)
    assert shown["cuelight_alerts_open", "restarts_failed", "critical"] == 1
    assert shown["cuelight_alerts_open", "restarts_failed", "restarted_in_vain", "critical"] == 1


def every_error() -> list[type[errors.ProviderError]]:
    return errors.ProviderError.__subclasses__()


def test_every_error_has_its_outcome() -> None:
    assert set(every_error()) == set(OUTCOMES)


@pytest.mark.parametrize("kind", every_error())
def test_a_call_is_counted_by_what_it_came_to(kind: type[errors.ProviderError]) -> None:
    metrics = Metrics()
    error = (
        errors.RateLimitedError("slow", retry_after=None)
        if kind is errors.RateLimitedError
        else kind("reason")
    )
    metrics.called(CallRecord("default", "POST", "/meetings", 0.2, None, "", error))
    metrics.called(CallRecord("default", "POST", "/meetings", 0.2, 201, "", None))
    shown = samples(metrics)
    assert shown["cuelight_calls_total", "default", "POST /meetings", OUTCOMES[kind]] == 1
    assert shown["cuelight_calls_total", "default", "POST /meetings", "ok"] == 1
    assert shown["cuelight_call_seconds_count", "default"] == 1
