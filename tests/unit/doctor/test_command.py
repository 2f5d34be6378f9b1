"""`cuelight doctor`, as an operator gives it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from config.settings import load
from tests.support.clock import HandClock
from tests.unit.doctor.service import CANARIES, CREDENTIALS, Service, service
from worker.cli import main
from worker.doctor.checkup import World, examine
from worker.doctor.finding import Finding, Grade
from worker.provider.transport import Transport
from worker.simulator import Fault

CHECKS = ["settings", "versions", "time zones", "state folder", "database", "schedule", "HTTP pages", "clock"]


def cuelight(folder: Path, *arguments: str, **variables: str) -> Result:
    environment = {"CUELIGHT_STATE_DIR": str(folder / "state"), "CUELIGHT_HTTP__PORT": "0", **variables}
    done = CliRunner().invoke(main, ["doctor", *arguments], env=environment)
    assert "Traceback" not in done.output
    assert not [each for each in CANARIES if each in done.output]
    return done


@pytest.fixture
def real() -> Iterator[Service]:
    with service() as found:
        yield found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found_by(done: Result) -> dict[str, dict[str, str]]:
    return {each["check"]: each for each in json.loads(done.stdout)}


def test_when_all_is_well_every_check_says_so_and_nothing_was_made(tmp_path: Path, real: Service) -> None:
    done = cuelight(tmp_path, **real.variables)
    assert done.exit_code == 0, done.output
    words = [line[:4].strip() for line in done.stdout.splitlines()]
    assert set(words) == {"ok", "skip"}
    for check in [*CHECKS, "account default"]:
        assert re.search(rf"^(ok|skip) +{check} ", done.stdout, re.MULTILINE), check
    assert list(tmp_path.iterdir()) == []
    assert real.asked() == [("GET", "/meetings")]


def test_a_problem_is_exit_1_with_its_cure_beneath(tmp_path: Path, real: Service) -> None:
    real.simulator.turn(credentials_state="unauthorized")
    done = cuelight(tmp_path, **real.variables)
    assert done.exit_code == 1
    problem, cure = re.findall(r"^FAIL.*\n +.*", done.stdout, re.MULTILINE)[0].splitlines()
    assert problem.startswith("FAIL  account default  realtimekit at 127.0.0.1")
    assert cure.strip().startswith("Check CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN")


def test_for_programs_there_is_a_list_of_objects(tmp_path: Path, real: Service) -> None:
    done = cuelight(tmp_path, "--json", **real.variables)
    found = found_by(done)
    assert set(CHECKS) < set(found)
    assert found["account default"].keys() == {"check", "verdict", "text", "cure"}
    assert found["account default"]["verdict"] == "ok"


def test_settings_that_cannot_be_loaded_hide_no_problem_and_no_other_check(tmp_path: Path) -> None:
    wrong = {"CUELIGHT_HORIZN": "3d", "CUELIGHT_KEEP": "long", "CUELIGHT_ACCOUNTS__A__FLAVOUR": "dyte"}
    done = cuelight(tmp_path, **wrong, CUELIGHT_ACCOUNTS__A__API_TOKEN="canary")  # noqa: S106  A canary.
    assert done.exit_code == 1
    assert "CUELIGHT_HORIZN: unknown setting; did you mean CUELIGHT_HORIZON?" in done.stdout
    assert "CUELIGHT_KEEP: write a duration" in done.stdout
    assert re.search(r"^ok +time zones ", done.stdout, re.MULTILINE)
    assert re.search(r"^skip +database ", done.stdout, re.MULTILINE)


def test_a_database_that_cannot_be_reached_hides_where_it_is(tmp_path: Path) -> None:
    url = "postgresql://me:canary@127.0.0.1:1/cuelight"
    found = found_by(cuelight(tmp_path, "--json", CUELIGHT_DATABASE_URL=url))
    assert found["database"]["verdict"] == "problem"
    assert found["database"]["text"] == "it cannot be read: Connection refused"


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_secret_that_got_into_a_finding_is_hidden(tmp_path: Path, real: Service, form: list[str]) -> None:
    astray = str(tmp_path / CREDENTIALS.secrets[0])
    done = cuelight(tmp_path, *form, **real.variables, CUELIGHT_SCHEDULE=astray)
    assert "[hidden]:1:1: cannot be opened" in done.stdout


def test_without_an_account_it_is_said_what_to_set(tmp_path: Path) -> None:
    done = cuelight(tmp_path)
    assert done.exit_code == 0
    assert re.search(r"^warn +settings ", done.stdout, re.MULTILINE)
    assert "CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR" in done.stdout


async def test_a_check_that_breaks_hides_no_other(tmp_path: Path) -> None:
    def broken(*_arguments: Any) -> Any:
        raise ZeroDivisionError

    settings = load({"CUELIGHT_STATE_DIR": str(tmp_path)})
    transport = Transport()
    world = World(HandClock(), transport, mounts=broken, free=broken, fetch=broken)
    found = await examine(settings, None, world)
    await transport.close()
    assert (
        Finding("state folder", Grade.PROBLEM, "the check failed: ZeroDivisionError: ", "Please report this.")
        in found
    )
    assert {each.check for each in found} == set(CHECKS)


def test_the_probe_writes_its_document_and_shows_a_table(here: Path, real: Service) -> None:
    done = cuelight(here, "--probe", "default", "--yes", **real.variables)
    assert done.exit_code == 0, done.output
    assert "0 of 20 differ" in done.stdout
    (file,) = here.glob("cuelight-probe-default-????-??-??.json")
    written = file.read_text()
    assert not [each for each in CANARIES if each in written]
    assert json.loads(written)["left_inactive"] is True
    assert real.rooms() == [("INACTIVE", False)]


def test_a_service_that_differs_is_told_and_exit_0_all_the_same(here: Path, real: Service) -> None:
    real.simulator.turn(stop_none_status=409, none_active_response="200_null")
    done = cuelight(here, "--probe", "default", "--yes", "--output", "found.json", **real.variables)
    assert done.exit_code == 0
    lines = [line.split("  ")[0] for line in done.stdout.splitlines() if line.endswith("NO")]
    assert lines == ["active-livestream, none running", "stop, none running"]
    observations = json.loads((here / "found.json").read_text())["observations"]
    assert [each["what"] for each in observations if each["same"] is False] == lines


def test_the_probe_can_be_read_by_programs(here: Path, real: Service) -> None:
    done = cuelight(here, "--probe", "default", "--yes", "--json", "--output", "a", **real.variables)
    assert json.loads(done.stdout) == json.loads((here / "a").read_text())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--probe", "default"], "give --yes"),
        (["--probe", "defualt", "--yes"], "there are default"),
        (["--probe", "default", "--yes", "--output", "there"], "already exists"),
        (["--probe", "default", "--yes", "--output", "no/such/folder"], "cannot be written"),
        (["--yes"], "belong to --probe"),
    ],
)
def test_wrong_usage_is_exit_2_and_asks_nothing(
    arguments: list[str], words: str, here: Path, real: Service
) -> None:
    (here / "there").write_text("mine")
    done = cuelight(here, *arguments, **real.variables)
    assert done.exit_code == 2
    assert words in done.output
    assert real.asked() == []
    assert (here / "there").read_text() == "mine"


@pytest.mark.parametrize("path", ["^/meetings$", "^/meetings/[^/]+$"])
def test_a_probe_that_could_not_be_ended_well_is_exit_1(path: str, here: Path, real: Service) -> None:
    real.simulator.script(*_refusing(path))
    done = cuelight(here, "--probe", "default", "--yes", **real.variables)
    assert done.exit_code == 1
    assert ("nothing was created" in done.stderr) or ("!!! the meeting " in done.stderr)


def _refusing(path: str) -> list[Fault]:
    return [Fault(method=method, path=path, status=409, times=9) for method in ("POST", "PATCH")]
