"""A terminal that knows few characters is shown every title all the same."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from worker.cli import main

TITLE = "Größe, 日本, 😀"


def types(folder: Path, encoding: str, *words: str) -> Result:
    environment = {"CUELIGHT_STATE_DIR": str(folder), "COLUMNS": "40"}
    return CliRunner(charset=encoding).invoke(main, words, env=environment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    start = ("--start", "2099-01-01T10:00Z", "--duration", "1h")
    made = types(tmp_path, "utf-8", "add", "a-broadcast-with-a-very-long-id", "--title", TITLE, *start)
    assert made.exit_code == 0
    return tmp_path


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@pytest.mark.parametrize("command", ["status", "show a-broadcast-with-a-very-long-id"])
def test_no_title_fails_a_command(folder: Path, encoding: str, command: str) -> None:
    done = types(folder, encoding, *command.split())
    assert (done.exit_code, done.exception) == (0, None)
    assert "a-broadcast" in done.output


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_holds_the_title_whatever_the_terminal_knows(folder: Path, encoding: str) -> None:
    (found,) = json.loads(types(folder, encoding, "status", "--json").output)
    assert found["title"] == TITLE


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_failure_is_told_whatever_the_terminal_knows(folder: Path, encoding: str) -> None:
    done = types(folder, encoding, "show", "日本")
    assert done.exit_code == 1
    assert "no such broadcast" in done.output
