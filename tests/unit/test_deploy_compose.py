"""What the compose files say is true of the code, and compose finds nothing to object to."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from sqlalchemy.engine import make_url

from config.settings import Settings, load
from jobs.schedule import durations
from tests.support.clock import NOON
from tests.support.deployment import (
    DEPLOY,
    ENDS_IN,
    EXAMPLE,
    IDS,
    run,
    token_of,
    variables,
    variables_of_image,
)
from tests.support.postgres import Postgres
from worker.cli import COMMANDS
from worker.doctor.finding import Grade
from worker.doctor.server import look
from worker.store.schema.migration import migrate

ONE, SEVERAL = "compose.yaml", "compose.postgres.yaml"
TEXTS = {name: (DEPLOY / name).read_text(encoding="utf-8") for name in (ONE, SEVERAL)}
FILES = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
SERVICES = {
    f"{name} {service}": found for name, file in FILES.items() for service, found in file["services"].items()
}
WORKERS = {name: found for name, found in SERVICES.items() if "worker" in name}
OF_SEVERAL = [name for name in WORKERS if name.startswith(SEVERAL)]
POSTGRES = FILES[SEVERAL]["services"]["postgres"]
ROLE = (DEPLOY / "worker-role.sql").read_text(encoding="utf-8")

DATABASE_URL = "postgresql://cuelight:pass%40word@postgres/cuelight"


def settings_of(service: dict[str, Any], folder: Path) -> Settings:
    """Return what a worker finds, with a secret file for each that is mounted."""
    for name in service["secrets"]:
        content = DATABASE_URL if name == "database-url" else f"the-{name}"
        (folder / name).write_text(f"{content}\n")
    given = service["environment"].items()
    mounted = {name: value.replace("/run/secrets", str(folder)) for name, value in given}
    return load({**variables(EXAMPLE), **variables_of_image(), **mounted, **IDS})


# Both


@pytest.mark.parametrize("name", FILES)
def test_a_compose_file_keeps_to_the_specification(name: str) -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", name)


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_may_do_nothing_that_it_need_not(service: dict[str, Any]) -> None:
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["pids_limit"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_an_image_is_named_without_the_host_that_it_comes_from(service: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z]+(:[\w.-]+)?", service["image"])


@pytest.mark.parametrize("name", FILES)
def test_every_secret_and_volume_and_network_that_is_used_is_declared_and_the_other_way_round(
    name: str,
) -> None:
    file = FILES[name]
    services = file["services"].values()
    volumes = [each for service in services for each in service.get("volumes", ())]
    used = {each["source"] for each in volumes if each["type"] == "volume"}
    assert used == set(file["volumes"])
    assert {each for service in services for each in service.get("secrets", ())} == set(file["secrets"])
    assert {each for service in services for each in service.get("networks", ())} == set(
        file.get("networks", ())
    )


@pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)
def test_a_worker_is_given_the_time_to_end_by_itself(worker: dict[str, Any]) -> None:
    assert durations.parse(worker["stop_grace_period"]).total_seconds() > ENDS_IN


@pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)
def test_a_workers_health_is_asked_by_its_own_command(worker: dict[str, Any]) -> None:
    assert worker["healthcheck"]["test"] == ["CMD", "cuelight", "healthcheck"]
    assert "healthcheck" in COMMANDS


@pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)
def test_a_worker_finds_its_settings(worker: dict[str, Any], tmp_path: Path) -> None:
    settings = settings_of(worker, tmp_path)
    assert token_of(settings) == "the-api-token"
    assert settings.http.token
    assert settings.http.token.get_secret_value() == "the-http-token"
    assert all(port.endswith(f":{settings.http.port}") for port in worker["ports"])
    assert settings.schedule
    assert str(settings.schedule.parent) in {each["target"] for each in worker["volumes"]}


# One worker on SQLite


def test_the_database_of_one_worker_is_on_its_volume(tmp_path: Path) -> None:
    worker = FILES[ONE]["services"]["worker"]
    (volume,) = [each for each in worker["volumes"] if each["type"] == "volume"]
    assert str(settings_of(worker, tmp_path).state_dir) == volume["target"]


def test_the_trial_reaches_nobody_and_is_not_started_unasked() -> None:
    trial = FILES[ONE]["services"]["trial"]
    assert trial["network_mode"] == "none"
    assert trial["profiles"] == ["trial"]
    assert trial["command"][0] in COMMANDS


# Several workers on PostgreSQL


def test_the_workers_differ_in_name_and_port_alone() -> None:
    own = {"hostname", "ports"}
    first, second = ({**SERVICES[each]} for each in OF_SEVERAL)
    assert all(first[each] != second[each] for each in own)
    assert {key: first[key] for key in first.keys() - own} == {
        key: second[key] for key in second.keys() - own
    }


@pytest.mark.parametrize("name", OF_SEVERAL)
def test_a_worker_of_several_uses_the_database_that_its_secret_names(name: str, tmp_path: Path) -> None:
    assert settings_of(WORKERS[name], tmp_path).database_url.get_secret_value() == DATABASE_URL


@pytest.mark.parametrize("name", OF_SEVERAL)
def test_a_worker_of_several_has_no_place_for_a_database_of_its_own(name: str, tmp_path: Path) -> None:
    worker = WORKERS[name]
    writable = [each["target"] for each in worker["volumes"] if not each.get("read_only")]
    covered = {each["target"] for each in worker["volumes"]}
    assert writable == []
    assert str(settings_of(worker, tmp_path).state_dir) in covered


@pytest.mark.parametrize("name", OF_SEVERAL)
def test_a_worker_of_several_waits_until_postgresql_answers(name: str) -> None:
    assert WORKERS[name]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert "--host=127.0.0.1" in POSTGRES["healthcheck"]["test"]


def test_the_address_that_the_head_shows_is_that_of_the_database() -> None:
    (shown,) = re.findall(r"postgresql://\S+", TEXTS[SEVERAL])
    address = make_url(shown)
    assert f"CREATE ROLE {address.username} LOGIN" in ROLE
    assert f"CREATE DATABASE {address.database} OWNER {address.username}" in ROLE
    assert address.host in FILES[SEVERAL]["services"]


def test_the_workers_are_not_the_superuser_and_do_not_know_its_password() -> None:
    given = POSTGRES["environment"]
    assert "POSTGRES_USER" not in given, "then its superuser is postgres"
    assert make_url(DATABASE_URL).username != "postgres"
    superusers = Path(given["POSTGRES_PASSWORD_FILE"]).name
    assert not [each for each in OF_SEVERAL if superusers in WORKERS[each]["secrets"]]
    assert superusers not in ROLE


def test_their_role_is_made_with_the_database_from_a_file_that_is_mounted() -> None:
    (mounted,) = POSTGRES["configs"]
    assert mounted["target"].startswith("/docker-entrypoint-initdb.d/")
    assert (DEPLOY / FILES[SEVERAL]["configs"][mounted["source"]]["file"]).read_text(encoding="utf-8") == ROLE
    (secret,) = re.findall(r"/run/secrets/([\w-]+)", ROLE)
    assert secret in POSTGRES["secrets"]


def test_what_makes_the_role_makes_one_that_can_migrate_and_is_no_superuser(
    postgres: Postgres, tmp_path: Path
) -> None:
    name, password = f"w{uuid4().hex}", tmp_path / "password"
    password.write_text("it's secret\n")
    script = tmp_path / "role.sql"
    script.write_text(ROLE.replace("/run/secrets/database-password", str(password)).replace("cuelight", name))
    try:
        postgres.psql(script)
        assert postgres.sql("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = %s", name) == [
            (False, False)
        ]
        url = f"postgresql://{name}:it%27s%20secret@127.0.0.1:{postgres.port}/{name}"
        migrate(url)
        assert {each.verdict for each in look(url, NOON) if each.check in ("role", "schema")} == {Grade.OK}
    finally:
        postgres.sql(f"DROP DATABASE IF EXISTS {name}")
        postgres.sql(f"DROP ROLE IF EXISTS {name}")


def test_postgresql_is_reached_by_the_workers_alone() -> None:
    assert POSTGRES["networks"] == ["database"]
    assert FILES[SEVERAL]["networks"]["database"] == {"internal": True}
    assert "ports" not in POSTGRES


def test_the_volume_is_where_this_version_of_postgresql_keeps_its_data() -> None:
    (volume,) = POSTGRES["volumes"]
    major = int(POSTGRES["image"].removeprefix("postgres:"))
    assert volume["target"] == "/var/lib/postgresql" + ("/data" if major <= 17 else "")


def test_postgresql_writes_to_its_volume_and_to_memory_alone_as_a_number_that_is_not_root() -> None:
    user = POSTGRES["user"].split(":")[0]
    assert int(user) > 0
    assert f"`chown {user}`" in TEXTS[SEVERAL]
    assert any(each.startswith(f"/var/run/postgresql:uid={user},") for each in POSTGRES["tmpfs"])
