"""What the manifests for Kubernetes say is true of the code, and Kubernetes' own schemas accept them.

They are written so that rendering them is trivial: a list of resources and two generators. So most of this
reads the files as they lie there; where kubectl is installed, what it renders is looked at too.
"""

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import kubernetes_validate  # type: ignore[import-untyped]  # It ships no types.
import pytest
import yaml

from config import schedule
from config.settings import Settings, SettingsError, load
from tests.support.clock import HandClock
from tests.support.deployment import (
    DEPLOY,
    DOCKERFILE,
    ENDS_IN,
    IDS,
    ROOT,
    TAKEN_OVER_IN,
    run,
    token_of,
    variables,
    variables_of_image,
)
from tests.support.pace import at_any_pace
from tests.support.reach import reached
from worker.cli import COMMANDS
from worker.health.pulse import Pulse
from worker.store.schema.migration import NEWEST
from worker.web.guard import Guard
from worker.web.health import Health
from worker.web.pages import probes

KUBERNETES = DEPLOY / "kubernetes"
BASE, EXAMPLE = KUBERNETES / "base", KUBERNETES / "example"
VERSIONS = ("1.29", kubernetes_validate.latest_version())
"""The oldest that the manifests are for, and the newest that is known."""

PATHS = sorted(path for path in KUBERNETES.rglob("*.yaml") if path.name != "schedule.yaml")
FILES = {
    str(path.relative_to(KUBERNETES)): yaml.safe_load(path.read_text(encoding="utf-8")) for path in PATHS
}
RESOURCES = {name: each for name, each in FILES.items() if each["kind"] != "Kustomization"}
KUSTOMIZATION = FILES["example/kustomization.yaml"]
DEPLOYMENT = FILES["base/deployment.yaml"]["spec"]
POD = DEPLOYMENT["template"]["spec"]
(CONTAINER,) = POD["containers"]
MOUNTS = {each["name"]: each for each in CONTAINER["volumeMounts"]}
VOLUMES = {each["name"]: each for each in POD["volumes"]}
PROBES = {name: CONTAINER[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}

CONTENTS = {
    "database-url": "postgresql://cuelight:pass%40word@postgres.example.org/cuelight",
    "api-token": "the-api-token",
    "http-token": "the-http-token",
}


def generated(kind: str) -> dict[str, list[str]]:
    """Return the files, by the name of what the example generates of them."""
    return {each["name"]: each.get("files", each.get("envs")) for each in KUSTOMIZATION[f"{kind}Generator"]}


def mounted() -> dict[str, str]:
    """Return the key of each file that is in the container, by its path there."""
    of_secret, of_schedule = generated("secret"), generated("configMap")
    found: dict[str, str] = {}
    for name, volume in VOLUMES.items():
        secret, config = volume.get("secret"), volume.get("configMap")
        files = [*(of_secret[secret["secretName"]] if secret else ())]
        files += of_schedule[config["name"]] if config else ()
        found |= {f"{MOUNTS[name]['mountPath']}/{Path(each).name}": Path(each).name for each in files}
    return found


def environment(folder: Path) -> dict[str, str]:
    """Return what the worker finds in its container, with the files that are mounted there lying here."""
    (settings,) = (folder.joinpath(each) for each in generated("configMap")["cuelight-settings"])
    (reference,) = CONTAINER["envFrom"]
    assert reference == {"configMapRef": {"name": "cuelight-settings"}}
    given = {each["name"]: each["value"] for each in CONTAINER["env"]}
    secrets = {path: str(folder / "secrets" / key) for path, key in mounted().items()}
    here = {name: secrets[value] if name.endswith("_FILE") else value for name, value in given.items()}
    return {**variables_of_image(), **variables(settings.read_text(encoding="utf-8")), **IDS, **here}


def settings_of(folder: Path) -> Settings:
    return load(environment(folder))


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return the example as an operator has it: copied, with the secrets laid into it."""
    copied = shutil.copytree(KUBERNETES, tmp_path / "kubernetes") / "example"
    for name, content in CONTENTS.items():
        (copied / "secrets" / name).write_text(f"{content}\n", encoding="utf-8")
    return copied


# Accepted by Kubernetes


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", RESOURCES)
def test_a_resource_keeps_to_the_schema(name: str, version: str) -> None:
    kubernetes_validate.validate(RESOURCES[name], version, strict=True)


@pytest.mark.parametrize("folder", [BASE, EXAMPLE], ids=lambda folder: folder.name)
def test_every_file_beside_a_kustomization_is_part_of_it(folder: Path) -> None:
    kustomization = FILES[f"{folder.name}/kustomization.yaml"]
    generators = kustomization.get("configMapGenerator", ())
    files = [file for each in generators for file in each.get("files", each.get("envs"))]
    named = {each for each in (*kustomization["resources"], *files) if not each.startswith("..")}
    assert named == {path.name for path in folder.iterdir() if path.is_file()} - {"kustomization.yaml"}


def test_what_kubectl_renders_keeps_to_the_schema_and_hangs_together(example: Path) -> None:
    rendered = list(yaml.safe_load_all(run("kubectl", "kustomize", ".", cwd=example)))
    kinds = {each["kind"] for each in RESOURCES.values()}
    assert {each["kind"] for each in rendered} == kinds | {"ConfigMap", "Secret"}
    for each in rendered:
        kubernetes_validate.validate(each, VERSIONS[-1], strict=True)
    names = {(each["kind"], each["metadata"]["name"]) for each in rendered}
    (pod,) = (each["spec"]["template"]["spec"] for each in rendered if each["kind"] == "Deployment")
    assert set(referred(pod)) <= names


def referred(pod: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a Pod cannot start without."""
    for container in pod["containers"]:
        yield from (("ConfigMap", each["configMapRef"]["name"]) for each in container["envFrom"])
    for volume in pod["volumes"]:
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]


# One thing fits the other


def test_all_that_select_the_workers_select_just_them() -> None:
    labels = DEPLOYMENT["template"]["metadata"]["labels"]
    (spread,) = POD["topologySpreadConstraints"]
    for selector in (
        DEPLOYMENT["selector"],
        spread["labelSelector"],
        FILES["base/pod-disruption-budget.yaml"]["spec"]["selector"],
        FILES["base/network-policy.yaml"]["spec"]["podSelector"],
    ):
        assert selector == {"matchLabels": labels}


def test_every_volume_is_mounted_and_the_example_makes_all_that_the_base_lacks() -> None:
    assert set(MOUNTS) == set(VOLUMES)
    secrets, configs = generated("secret"), generated("configMap")
    made = {("Secret", name) for name in secrets} | {("ConfigMap", name) for name in configs}
    assert set(referred(POD)) == made


def test_every_file_that_a_variable_names_is_mounted_and_every_secret_is_used() -> None:
    named = {each["value"] for each in CONTAINER["env"] if each["value"].startswith("/")}
    assert named == set(mounted())


def test_the_image_is_of_this_version_and_named_without_the_host_that_it_comes_from() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert KUSTOMIZATION["images"] == [{"name": CONTAINER["image"], "newTag": project["version"]}]
    assert CONTAINER["image"] == "cuelight"
    assert CONTAINER["args"][0] in COMMANDS


def test_git_is_kept_from_taking_a_secret() -> None:
    for files in generated("secret").values():
        for file in files:
            assert run("git", "check-ignore", EXAMPLE / file)


# What the worker finds


def test_a_worker_finds_its_settings(example: Path) -> None:
    settings = settings_of(example)
    assert settings.database_url.get_secret_value() == CONTENTS["database-url"]
    assert token_of(settings) == CONTENTS["api-token"]
    assert settings.http.token
    assert settings.http.token.get_secret_value() == CONTENTS["http-token"]


@pytest.mark.parametrize("name", CONTENTS)
def test_a_worker_without_one_of_its_secrets_does_not_start_on_something_else(
    name: str, example: Path
) -> None:
    (example / "secrets" / name).write_text("\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"{name.replace('-', '_+').upper()}: "):
        settings_of(example)


def test_what_a_service_puts_into_the_environment_would_keep_the_worker_from_starting(example: Path) -> None:
    with pytest.raises(SettingsError, match="CUELIGHT_SERVICE_HOST: unknown setting"):
        load({**environment(example), "CUELIGHT_SERVICE_HOST": "10.0.0.1"})
    assert POD["enableServiceLinks"] is False


def test_the_schedule_of_the_example_is_valid_and_a_change_of_it_starts_no_worker_anew() -> None:
    _, generator = KUSTOMIZATION["configMapGenerator"]
    (file,) = generator["files"]
    reading = schedule.parse((EXAMPLE / file).read_bytes(), file)
    assert reading.schedule
    assert reading.problems == ()
    assert generator["options"] == {"disableNameSuffixHash": True}
    assert "subPath" not in MOUNTS["schedule"]


# What it may do


def test_a_pod_is_one_that_a_restricted_namespace_admits() -> None:
    pod, container = POD["securityContext"], CONTAINER["securityContext"]
    labels = FILES["example/namespace.yaml"]["metadata"]["labels"]
    assert labels == {"pod-security.kubernetes.io/enforce": "restricted"}
    assert pod["runAsNonRoot"] is True
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["allowPrivilegeEscalation"] is False
    assert container["capabilities"] == {"drop": ["ALL"]}
    kinds = {key for volume in VOLUMES.values() for key in volume} - {"name"}
    assert kinds == {"secret", "configMap", "emptyDir"}


def test_a_worker_runs_as_the_user_of_the_image_and_may_read_its_secrets() -> None:
    (user,) = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    context = POD["securityContext"]
    assert (str(context["runAsUser"]), str(context["runAsGroup"])) == user
    assert context["fsGroup"] == context["runAsGroup"]
    assert VOLUMES["secrets"]["secret"]["defaultMode"] == 0o440
    assert POD["automountServiceAccountToken"] is False


def test_a_worker_has_no_place_for_a_database_of_its_own(example: Path) -> None:
    state = str(settings_of(example).state_dir)
    (covered,) = (each for each in MOUNTS.values() if each["mountPath"] == state)
    assert covered["readOnly"] is True
    assert CONTAINER["securityContext"]["readOnlyRootFilesystem"] is True
    assert [each["mountPath"] for each in MOUNTS.values() if not each.get("readOnly")] == ["/tmp"]  # noqa: S108


# When it is asked, replaced and moved


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
async def test_a_probe_asks_a_page_that_is_there_on_the_port_that_is_served_and_needs_no_token(
    probe: dict[str, Any], example: Path
) -> None:
    ports = {each["name"]: each["containerPort"] for each in CONTAINER["ports"]}
    http = (settings := settings_of(example)).http
    assert ports == {"http": http.port, "probes": http.probes_port}
    assert probe["port"] == "probes"
    assert settings.http.host == "0.0.0.0"  # noqa: S104  A node reaches it by the Pod's address.
    app = probes(well(), lambda: b"", Guard(CONTENTS["http-token"]), at_any_pace())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://worker") as client:
        assert (await client.get(probe["path"])).status_code == httpx.codes.OK


def well() -> Health:
    """Return the health of a worker with which all is well."""

    class Fitting:
        async def misfit(self, _newest: str) -> str:
            return ""

    clock = HandClock()
    pulse = Pulse(clock, lambda _: None, lambda: None)
    pulse.beat()
    return Health(pulse, Fitting(), NEWEST, reached(clock))


def test_a_worker_is_started_anew_for_its_passes_alone_and_counted_on_with_its_database() -> None:
    assert {name: each["path"] for name, each in PROBES.items()} == {
        "startupProbe": "/livez",
        "livenessProbe": "/livez",
        "readinessProbe": "/readyz",
    }


def test_a_worker_is_given_the_time_to_end_by_itself_and_told_at_once() -> None:
    assert POD["terminationGracePeriodSeconds"] > ENDS_IN
    assert "lifecycle" not in CONTAINER


def test_a_new_version_comes_before_an_old_one_leaves_and_each_take_over_is_over_before_the_next() -> None:
    assert DEPLOYMENT["replicas"] >= 2
    assert DEPLOYMENT["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert DEPLOYMENT["minReadySeconds"] > TAKEN_OVER_IN


def test_nodes_are_drained_one_worker_at_a_time_and_not_while_no_worker_is_ready() -> None:
    budget = FILES["base/pod-disruption-budget.yaml"]["spec"]
    assert budget["maxUnavailable"] < DEPLOYMENT["replicas"]
    assert budget["unhealthyPodEvictionPolicy"] == "IfHealthyBudget"


def test_nothing_comes_in_but_to_the_pages() -> None:
    policy = FILES["base/network-policy.yaml"]["spec"]
    assert policy["policyTypes"] == ["Ingress"]
    (rule,) = policy["ingress"]
    assert [each["port"] for each in rule["ports"]] == [each["name"] for each in CONTAINER["ports"]]


def test_only_who_is_named_comes_in() -> None:
    (rule,) = FILES["base/network-policy.yaml"]["spec"]["ingress"]
    assert rule["from"]
    assert all(each["podSelector"]["matchLabels"] for each in rule["from"])
