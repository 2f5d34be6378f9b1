"""What deploy/ says is true of the code, and the tools that will read it find nothing to object to."""

import ast
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings, load
from config.settings_problems import known_variables
from config.sources import names_file
from tests.support.deployment import DEPLOY, DOCKERFILE, EXAMPLE, IDS, ROOT, run, token_of, variables
from tests.support.leases import HeldLeases
from worker.cli import COMMANDS
from worker.health.metrics import Gauges, Metrics

UNIT = (DEPLOY / "cuelight.service").read_text(encoding="utf-8")
RUNBOOK = (DEPLOY / "runbook.md").read_text(encoding="utf-8")
ALERTS = (DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8")
RULES = [rule for group in yaml.safe_load(ALERTS)["groups"] for rule in group["rules"]]
TEXTS = {
    str(path.relative_to(DEPLOY)): path.read_text() for path in sorted(DEPLOY.rglob("*")) if path.is_file()
}

MOST_EXPOSED = 15
"""In tenths of what `systemd-analyze security` prints, 0 to 10."""


def told() -> tuple[set[str], set[str]]:
    """Return the names of all that the worker tells, and the bounds of its histograms."""
    metrics = Metrics()
    metrics.observe(
        Gauges(
            in_hand=dict,
            queues={},
            leases=HeldLeases(),
            alerts=list,
            last_pass_at=lambda: None,
            oldest_pass=float,
            database_up=bool,
        )
    )
    page = metrics.page().decode()
    names = set(re.findall(r"^# TYPE (\w+)", page, re.MULTILINE))
    return names | {f"{each}_total" for each in names}, set(re.findall(r'le="([^"]+)"', page))


# The image


def test_hadolint_has_nothing_to_say() -> None:
    assert not run("hadolint", "Dockerfile")


def test_nothing_in_the_image_is_started_by_a_shell() -> None:
    started = re.findall(r"^(?:ENTRYPOINT|CMD|HEALTHCHECK .*CMD) (.*)$", DOCKERFILE, re.MULTILINE)
    assert [json.loads(each) for each in started] == [["cuelight", "healthcheck"], ["cuelight"], ["run"]]


def test_the_image_runs_as_a_number_that_is_not_root() -> None:
    (user,) = re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)


def test_all_that_the_image_is_made_of_and_nothing_else_is_in_the_build_context() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = [f"{name}/" for name in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]]
    files = ["LICENSE", "README.md", "pyproject.toml", "requirements.txt", "requirements-build.txt"]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    rules = [line for line in ignored.splitlines() if not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == {*files, *packages, "deploy/notices.py"}


def test_all_that_builds_the_wheel_is_installed_by_hash() -> None:
    needed = [each for each in requires("hatchling") or () if "python_version" not in each]
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "requirements-build.txt").read_text(), re.MULTILINE)
    assert {"hatchling", *(re.split(r"[^\w-]", each)[0] for each in needed)} <= set(pinned)
    assert "pip install --require-hashes --requirement requirements-build.txt" in DOCKERFILE


# systemd


def test_systemd_has_nothing_to_object_to(tmp_path: Path) -> None:
    there = UNIT.replace("ExecStart=/opt/cuelight/bin/cuelight", f"ExecStart={shutil.which('true')}")
    (tmp_path / "cuelight.service").write_text(there)
    assert there != UNIT
    assert not run("systemd-analyze", "verify", tmp_path / "cuelight.service")


def test_the_service_is_exposed_as_little_as_it_can_be() -> None:
    run("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "cuelight.service")


def test_a_worker_under_systemd_finds_its_settings(tmp_path: Path) -> None:
    for name in re.findall(r"^LoadCredential=(\w+):", UNIT, re.MULTILINE):
        (tmp_path / name).write_text(f"the-{name}\n")
    (state,) = re.findall(r"^StateDirectory=(\w+)$", UNIT, re.MULTILINE)
    by_systemd = {"CREDENTIALS_DIRECTORY": str(tmp_path), "STATE_DIRECTORY": f"/var/lib/{state}"}
    settings = load({**variables(EXAMPLE), **IDS, **by_systemd})
    assert token_of(settings) == "the-CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN"
    assert settings.database_url.get_secret_value() == "sqlite:////var/lib/cuelight/cuelight.db"


def test_an_operators_command_runs_as_the_service_does() -> None:
    given = re.findall(r"--property=(\S+)", TEXTS["cuelight-as-service"])
    assert {each.split("=")[0] for each in given} >= {"User", "LoadCredential", "EnvironmentFile"}
    assert set(given) <= set(UNIT.splitlines())
    assert "ExecStart=/opt/cuelight/bin/cuelight run" in UNIT
    assert '/opt/cuelight/bin/cuelight "$@"' in TEXTS["cuelight-as-service"]


# Settings


@pytest.mark.parametrize("name", TEXTS)
def test_every_variable_that_is_named_exists(name: str) -> None:
    named = {each.removesuffix("_FILE") for each in re.findall(r"CUELIGHT_[A-Z0-9_]+", TEXTS[name])}
    assert named <= set(known_variables(Settings, ("default",)))


def test_the_example_names_every_variable_that_is_no_secret_and_none_that_is() -> None:
    known = known_variables(Settings, ("default",))
    open_ones = {each for each in known if not names_file(f"{each}_FILE")}
    assert set(re.findall(r"^#?(CUELIGHT_\w+)=", EXAMPLE, re.MULTILINE)) == open_ones


def test_what_the_example_has_commented_out_is_the_default() -> None:
    base = {**IDS, "STATE_DIRECTORY": "/var/lib/cuelight", "CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN": "x" * 8}
    shown = variables(re.sub(r"^#(CUELIGHT_)", r"\1", EXAMPLE, flags=re.MULTILINE))
    assert load({**shown, **base}) == load({**variables(EXAMPLE), **base})


# Prometheus


def test_promtool_accepts_the_rules_and_each_fires_when_it_should() -> None:
    run("promtool", "check", "rules", "prometheus/alerts.yaml")
    run("promtool", "test", "rules", "prometheus/alerts_test.yaml")


def test_each_rule_is_tested_both_firing_and_not() -> None:
    cases = yaml.safe_load(TEXTS["prometheus/alerts_test.yaml"])["tests"]
    tested = [each for case in cases for each in case.get("alert_rule_test", ())]
    for fires in (True, False):
        assert {each["alertname"] for each in tested if bool(each["exp_alerts"]) is fires} == {
            rule["alert"] for rule in RULES
        }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_reads_what_the_worker_tells(rule: dict[str, Any]) -> None:
    metrics, bounds = told()
    named = set(re.findall(r"\b(?:cuelight|process)_\w+", rule["expr"]))
    assert {re.sub(r"_(bucket|count|sum)$", "", each) for each in named} <= metrics
    assert set(re.findall(r'le="([^"]+)"', rule["expr"])) <= bounds
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert {"summary", "description", "runbook_url"} == set(rule["annotations"])


# The runbook


def conditions() -> Iterator[tuple[str, str]]:
    """Yield the name and the severity of each condition that the code can tell of."""
    for path in [*(ROOT / "jobs").rglob("*.py"), *(ROOT / "worker").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    ast.Name("Condition") | ast.Attribute(ast.Name("alarms"), "Condition"),
                    [ast.Constant(str(name)), ast.Attribute(attr=severity), *_],
                ):
                    yield name, severity.lower()
                case ast.Call(ast.Name("Condition")):
                    assert path.name == "told.py", f"{path.name}: a condition with no name that can be read"
                case _:
                    pass


CONDITIONS = sorted(set(conditions()))
SECTIONS = dict(re.findall(r"^#+ (.+)\n((?:(?!#).*\n)*)", RUNBOOK, re.MULTILINE))
ANCHORS = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in SECTIONS}
SPOKEN = re.findall(r"`(?:sudo )?(cuelight [^`]*)`", RUNBOOK)


@pytest.mark.parametrize(("name", "severity"), CONDITIONS)
def test_every_condition_has_its_section(name: str, severity: str) -> None:
    assert SECTIONS[name].lower().startswith(f"{severity}.")
    assert "\n1. " in SECTIONS[name]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_has_its_section_and_leads_there(rule: dict[str, Any]) -> None:
    assert rule["alert"] in SECTIONS
    page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert page == "runbook.md"
    assert anchor in {rule["alert"].lower(), "{{ $labels.name }}"}


def test_every_section_is_reached_by_an_alert_or_a_condition() -> None:
    told = {rule["alert"] for rule in RULES} | {name for name, _ in CONDITIONS}
    assert {each for each in SECTIONS if re.fullmatch(r"Cuelight\w+|[a-z_]+", each)} == told


def test_every_link_leads_somewhere() -> None:
    links = set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK))
    assert links
    assert links <= ANCHORS


def test_every_command_exists() -> None:
    named = {words.split()[1] for words in SPOKEN}
    assert {"status", "stop", "why"} <= named <= set(COMMANDS)
