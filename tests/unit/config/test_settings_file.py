"""Settings from a file: what wins over it, and where it is wrong."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.setting_types import LogLevel
from tests.unit.config.loading import SECRET, loaded, problems


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cuelight.yaml"


def test_a_flag_wins_over_the_environment_over_the_file_over_the_default(file: Path) -> None:
    file.write_text("http: {port: 1, host: localhost}\nlog: {level: debug}\nhorizon: 2d\n")
    settings = loaded(
        {"CUELIGHT_HTTP__PORT": "2", "CUELIGHT_HORIZON": "3d"}, file, horizon="4d", log__level=None
    )
    assert (settings.http.port, settings.http.host) == (2, "localhost")
    assert (settings.horizon, settings.log.level) == (timedelta(days=4), LogLevel.DEBUG)
    assert settings.keep == timedelta(days=400)


def test_accounts_of_file_and_environment_come_together(file: Path) -> None:
    file.write_text(
        "accounts:\n  main: {flavour: dyte, org_id: o}\n"
        "  two: {flavour: dyte, org_id: o, api_key: key-of-two}\n"
    )
    settings = loaded({"CUELIGHT_ACCOUNTS__MAIN__API_KEY": SECRET}, file)
    assert [settings.accounts[name].quota for name in ("main", "two")] == ["main", "two"]


WRONG_FILES = [
    ("horizon: 14\n", "{file}:1:1: horizon: write a duration as 90s"),
    ("http:\n  prot: 1\n", "{file}:2:3: http.prot: unknown setting; did you mean CUELIGHT_HTTP__PORT?"),
    ("accounts:\n  a: {flavour: dyte, api_key: [open-sesame]}\n", "{file}:2:22: accounts.a.api_key: "),
    ("keep:\n", "{file}:1:6: the value is empty"),
    ("keep: 1d\nkeep: 2d\n", "{file}:2:1: 'keep' is given twice; first in line 1"),
    ("- keep\n", "{file}:1:1: expected a mapping"),
    ("_env_file: x\n", "{file}:1:1: '_env_file': unknown setting"),
    ("keep: *a\n", "{file}:1:7: an alias"),
    ("", "{file}:1:1: the file is empty"),
]


@pytest.mark.parametrize(("text", "problem"), WRONG_FILES)
def test_a_wrong_file_is_refused_at_its_place(text: str, problem: str, file: Path) -> None:
    file.write_text(text)
    assert problem.format(file=file) in problems({}, file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be opened: No such file" in problems({}, tmp_path / "none.yaml")
