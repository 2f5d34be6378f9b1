"""The dashboard asks for what the worker serves, and Grafana can draw it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import promql_parser as promql
import pytest
from prometheus_client.parser import text_string_to_metric_families

from jobs.conditions import Condition, Severity
from jobs.quota.budget import Budget
from tests.support.clock import NOON, HandClock
from tests.support.deployment import DEPLOY
from tests.support.leases import HeldLeases
from worker.engine.hints import Reception
from worker.gateway.queue import CallQueue
from worker.health.metrics import Gauges, Metrics
from worker.provider.call_record import CallRecord

TEXT = (DEPLOY / "grafana" / "cuelight.json").read_text(encoding="utf-8")
BOARD: Mapping[str, Any] = json.loads(TEXT)
PANELS: list[dict[str, Any]] = BOARD["panels"]
BY_PROMETHEUS = {"job", "instance"}
"""Labels that every series gets when it is scraped."""
EXACT = [promql.MatchOp.Equal, promql.MatchOp.NotEqual]
WIDTH = 24
"""Columns of Grafana's grid."""
FILLED_IN = {"$__rate_interval": "1m", "$__range": "12h", "$job": "chosen"}
"""What Grafana writes for its variables."""


@dataclass(frozen=True)
class Query:
    """What is asked of Prometheus, and how its lines are named."""

    where: str
    text: str
    legend: str = ""

    def parsed(self) -> promql.Expr:
        text = self.text
        for name, value in FILLED_IN.items():
            text = text.replace(name, value)
        assert "$" not in text
        return promql.parse(text)


def queries() -> Iterator[Query]:
    for panel in PANELS:
        for target in panel.get("targets", ()):
            yield Query(f"{panel['title']} {target['refId']}", target["expr"], target["legendFormat"])
    for note in BOARD["annotations"]["list"]:
        if "expr" in note:
            yield Query(note["name"], note["expr"], note["titleFormat"])


QUERIES = [*queries()]


def served() -> dict[str, dict[str, set[str]]]:
    """Return every series that a worker serves that has seen one of each: its labels, and their values."""
    metrics, queue = Metrics(), CallQueue(HandClock(), Budget(calls=10))
    metrics.called(CallRecord("default", "GET", "/meetings", 0.1, 200, "ray", None))
    for each in Reception:
        metrics.posted("default", each)
    gauges = Gauges(
        in_hand=dict,
        queues={"default": queue},
        leases=HeldLeases(),
        alerts=lambda: [Condition("missed", each, "", "") for each in Severity],
        last_pass_at=lambda: NOON,
        oldest_pass=float,
        database_up=bool,
    )
    metrics.observe(gauges)
    found: dict[str, dict[str, set[str]]] = {"up": {}}
    for family in text_string_to_metric_families(metrics.page().decode()):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for name, value in sample.labels.items():
                labels.setdefault(name, set()).add(value)
    return found


SERVED = served()


def nodes(query: Query) -> list[promql.Expr]:
    found: list[promql.Expr] = []
    promql.walk(query.parsed(), pre_visit=lambda each: found.append(each))  # noqa: PLW0108  It returns None.
    return found


def selectors(query: Query) -> list[promql.VectorSelector]:
    return [each for each in nodes(query) if isinstance(each, promql.VectorSelector)]


def grouped(query: Query) -> set[str]:
    """Return the labels by which anything is put together or compared."""
    names: set[str] = set()
    for each in nodes(query):
        if isinstance(each, promql.AggregateExpr) and each.modifier:
            names |= set(each.modifier.labels)
        if isinstance(each, promql.BinaryExpr) and each.modifier and each.modifier.matching:
            names |= set(each.modifier.matching.labels)
    return names


each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda each: each.where)


def test_it_has_a_title_an_id_and_the_form_of_grafana_12() -> None:
    assert (BOARD["title"], BOARD["uid"]) == ("cuelight", "cuelight-night")
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", BOARD["uid"])
    assert BOARD["schemaVersion"] == 42
    assert "id" not in BOARD


def test_it_is_written_as_it_would_be_written_again() -> None:
    assert json.dumps(BOARD, indent=2) + "\n" == TEXT


@each_query
def test_each_query_asks_for_what_is_served_by_labels_that_it_has(query: Query) -> None:
    asked = selectors(query)
    assert asked
    for each in asked:
        assert each.name in SERVED, f"no worker serves {each.name}"
        labels = SERVED[each.name].keys() | BY_PROMETHEUS
        assert {matcher.name for matcher in each.matchers.matchers} <= labels


@each_query
def test_what_a_query_puts_together_has_those_labels(query: Query) -> None:
    (has, *others) = [SERVED[str(each.name)].keys() | BY_PROMETHEUS for each in selectors(query)]
    assert grouped(query) <= has.union(*others)


@each_query
def test_a_value_that_is_asked_for_is_one_that_is_served(query: Query) -> None:
    for each in selectors(query):
        for matcher in each.matchers.matchers:
            if matcher.op in EXACT and matcher.name not in BY_PROMETHEUS:
                assert matcher.value in SERVED[str(each.name)][matcher.name], str(matcher)


@each_query
def test_every_query_is_of_the_installation_that_was_chosen(query: Query) -> None:
    for each in selectors(query):
        assert 'job=~"chosen"' in [str(matcher) for matcher in each.matchers.matchers]


@each_query
def test_a_line_is_named_by_labels_that_the_answer_has(query: Query) -> None:
    named = set(re.findall(r"{{(\w+)}}", query.legend))
    if any(isinstance(each, promql.AggregateExpr) for each in nodes(query)):
        assert named <= grouped(query)
    else:
        assert named <= SERVED[str(selectors(query)[0].name)].keys() | BY_PROMETHEUS


def test_what_matters_at_night_is_on_it() -> None:
    asked = {str(each.name) for query in QUERIES for each in selectors(query)}
    assert asked >= {
        "cuelight_runs",
        "cuelight_stop_lateness_seconds_bucket",
        "cuelight_quota_used",
        "cuelight_budget_left",
        "cuelight_alerts_open",
        "cuelight_lease_held",
        "cuelight_webhooks_total",
        "cuelight_database_up",
        "up",
    }


def test_the_source_of_the_data_is_chosen_and_named_nowhere() -> None:
    variables = {each["name"]: each for each in BOARD["templating"]["list"]}
    assert (variables["datasource"]["type"], variables["datasource"]["query"]) == ("datasource", "prometheus")
    name, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variables["job"]["definition"]).groups()  # type: ignore[union-attr]
    assert name in SERVED
    assert label in BY_PROMETHEUS
    sources = re.findall(r'"datasource": \{\s*"type": "prometheus",\s*"uid": "([^"]+)"', TEXT)
    assert set(sources) == {"${datasource}"}
    assert len(sources) >= len(QUERIES)


def test_no_two_panels_have_one_id_or_lie_upon_each_other() -> None:
    ids = [each["id"] for each in PANELS]
    assert len(set(ids)) == len(ids)
    places = [each["gridPos"] for each in PANELS]
    assert all(each["x"] >= 0 and each["x"] + each["w"] <= WIDTH and each["h"] > 0 for each in places)
    assert [pair for pair in combinations(places, 2) if _overlap(*pair)] == []


def _overlap(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    across = one["x"] < other["x"] + other["w"] and other["x"] < one["x"] + one["w"]
    down = one["y"] < other["y"] + other["h"] and other["y"] < one["y"] + one["h"]
    return across and down
