"""The command line: help with examples, clear errors, exit codes."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.clock import NOON
from tests.support.command import cuelight
from worker.cli import COMMANDS, main
from worker.kit.json_values import plain
from worker.simulator import Knobs


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    done = cuelight(tmp_path, command, "--help")
    assert done.exit_code == 0
    assert "Example" in done.output
    assert f"cuelight {command}" in done.output


def test_help_imports_none_of_what_takes_time() -> None:
    heavy = (
        "sqlalchemy",
        "httpx",
        "pydantic",
        "aiohttp",
        "apscheduler",
        "alembic",
        "starlette",
        "yaml",
        "cryptography",
        "asyncio",
        "importlib.metadata",
        "icalendar",
        "holidays",
    )
    code = f"import sys, worker.cli; print([each for each in {heavy} if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


BADLY_ESCAPED = "postgresql://worker:canary-pw/tail@127.0.0.1:54x/cuelight"
LOCAL = {
    "CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR": "dyte",
    "CUELIGHT_ACCOUNTS__DEFAULT__ORG_ID": "canary-org",
    "CUELIGHT_ACCOUNTS__DEFAULT__API_KEY": "canary-api-key",
    "CUELIGHT_ACCOUNTS__DEFAULT__BASE_URL": "http://127.0.0.1:1/v2",
    "CUELIGHT_HTTP__PORT": "0",
}


@pytest.mark.parametrize("command", ["status", "run", "doctor", "workers", "migrate"])
def test_a_database_url_that_cannot_be_read_is_told_without_any_of_it(command: str, tmp_path: Path) -> None:
    done = cuelight(tmp_path, command, CUELIGHT_DATABASE_URL=BADLY_ESCAPED, **LOCAL)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "cannot be read" in done.output
    assert "canary-pw" not in done.output
    assert "tail" not in done.output


def test_the_version_is_told(tmp_path: Path) -> None:
    assert cuelight(tmp_path, "--version").output.startswith("cuelight, version ")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://worker:canary-password@db.example.org/cuelight",
        "postgresql+psycopg://:canary-password@db.example.org/cuelight",
        "postgresql://worker:canary-password/with?signs@db.example.org/cuelight",
        "postgresql://db.example.org/cuelight?user=worker&password=canary-password",
        "postgresql://db.example.org/cuelight?sslkey=k&sslp%61ssword=canary-password",
    ],
)
def test_a_password_on_the_command_line_is_wrong_usage_for_everybody_sees_it(
    url: str, tmp_path: Path
) -> None:
    done = cuelight(tmp_path, "--database-url", url, "status")
    assert done.exit_code == 2
    assert "CUELIGHT_DATABASE_URL" in done.output
    assert "CUELIGHT_DATABASE_URL_FILE" in done.output
    assert "canary" not in done.output


@pytest.mark.parametrize("name", ["plain.db", "a:b@c.db", "cuelight.db?timeout=3"])
def test_a_database_without_a_password_may_be_on_the_command_line(name: str, tmp_path: Path) -> None:
    done = cuelight(tmp_path, "--database-url", f"sqlite:///{tmp_path}/{name}", "migrate")
    assert (done.exit_code, done.exception) == (0, None)


def test_a_server_that_asks_for_no_password_is_no_wrong_usage(tmp_path: Path) -> None:
    url = "postgresql://worker@127.0.0.1:1/cuelight?passfile=/etc/cuelight/pgpass"
    assert cuelight(tmp_path, "--database-url", url, "status").exit_code == 1


def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    assert cuelight(tmp_path, "strat").exit_code == 2


def test_run_without_an_account_tells_what_to_set(tmp_path: Path) -> None:
    done = cuelight(tmp_path, "run")
    assert done.exit_code == 1
    assert "CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR" in done.output


@pytest.mark.parametrize(
    "command", [["status"], ["status", "--json"], ["show", "x"], ["stop", "x"], ["workers"], ["why", "x"]]
)
def test_whoever_only_reads_makes_no_database_and_says_that_there_is_none(
    command: list[str], tmp_path: Path
) -> None:
    done = cuelight(tmp_path / "wrong", *command)
    assert done.exit_code == 1
    assert f"there is no database at {tmp_path}/wrong/cuelight.db yet" in done.output
    assert not (tmp_path / "wrong").exists()


def test_whoever_only_reads_upgrades_no_schema(tmp_path: Path) -> None:
    cuelight(tmp_path, "migrate")
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    done = cuelight(tmp_path, "status")
    assert done.exit_code == 1
    assert "`cuelight migrate` upgrades it" in done.output
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database, database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_json_holds_instants_in_utc_and_durations_in_seconds() -> None:
    assert plain(NOON) == "2026-12-01T12:00:00Z"
    assert plain(timedelta(minutes=2)) == 120.0


WRONG: list[tuple[list[str], dict[str, str], int, str]] = [
    (["stauts"], {}, 2, "Did you mean status?"),
    (["status"], {"CUELIGHT_DATABASE_URL": "mysql://x"}, 1, "CUELIGHT_DATABASE_URL: write sqlite:///PATH"),
    (["status"], {"CUELIGHT_DATABASE_URL": "postgresql://127.0.0.1:1/db"}, 1, "Connection refused"),
    (["migrate"], {"CUELIGHT_STATE_DIR": "/proc/nowhere"}, 1, "set CUELIGHT_STATE_DIR to a folder"),
    (["status"], {"CUELIGHT_STAT_DIR": "x"}, 1, "did you mean CUELIGHT_STATE_DIR?"),
    (["status"], {"CUELIGHT_POLL__LIVE": "5"}, 1, "CUELIGHT_POLL__LIVE: write a duration as 90s"),
    (["run"], {"CUELIGHT_HTTP__HOST": "0.0.0.0"}, 1, "CUELIGHT_HTTP__TOKEN is missing"),  # noqa: S104  Refused.
    (["run"], {"CUELIGHT_INSTALLATION": "long-one"}, 1, "CUELIGHT_INSTALLATION"),
    (["extend", "show", "15"], {}, 2, "15 has no unit: write 15s, 15m or 15h"),
    (["extend", "show", "0m"], {}, 2, "is zero"),
    (["reopen", "show", "0s"], {}, 2, "is zero"),
    (["simulate", "--set", "invoke_to_liv_s=1"], {}, 2, "did you mean invoke_to_live_s?"),
    (["simulate", "--set", "dance=1"], {}, 2, "`cuelight simulate --knobs` lists them"),
    (["healthcheck"], {"CUELIGHT_HTTP__PORT": "0"}, 1, "CUELIGHT_HTTP__PORT is 0"),
    (["backup", "x.db"], {}, 1, "there is no database at"),
    (["restore", "nowhere.db"], {}, 1, "nothing was restored: file"),
    (["backup", "x.db"], {"CUELIGHT_DATABASE_URL": "postgresql://127.0.0.1:1/db"}, 1, "`pg_dump "),
    (
        ["restore", "x.db"],
        {"CUELIGHT_DATABASE_URL": "postgresql://127.0.0.1:1/db"},
        1,
        "stop every worker, then",
    ),
    (["restore", "x.db"], {"CUELIGHT_DATABASE_URL": "postgresql://127.0.0.1:1/db"}, 1, "`pg_restore "),
    (["completion", "tcsh"], {}, 2, "'bash', 'zsh', 'fish'"),
    (
        ["add", "x", "--title", "X", "--start", "2020-01-01T10:00Z", "--duration", "1h"],
        {},
        2,
        "choose a later --start",
    ),
]


@pytest.mark.parametrize(("command", "variables", "code", "text"), WRONG, ids=lambda each: str(each)[:40])
def test_what_is_wrong_is_told_with_its_cure_and_without_a_traceback(
    command: list[str], variables: dict[str, str], code: int, text: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(main, command, env={"CUELIGHT_STATE_DIR": str(tmp_path), **variables})
    assert text in done.output
    assert done.exit_code == code
    assert isinstance(done.exception, SystemExit)


def test_a_backup_is_made_and_restored_and_both_are_told(tmp_path: Path) -> None:
    state, file = tmp_path / "state", tmp_path / "copy.db"
    add = ["--title", "X", "--start", "2099-01-01T10:00Z", "--duration", "1h"]
    assert cuelight(state, "add", "before", *add).exit_code == 0
    made = json.loads(cuelight(state, "backup", str(file), "--json").output)
    assert (made["file"], made["bytes"], made["last_at"]) == (str(file), file.stat().st_size, None)
    refused = cuelight(state, "backup", str(file))
    assert (refused.exit_code, "already exists" in refused.output) == (1, True)
    assert cuelight(state, "backup", str(file), "--force").output.startswith(f"{file}: ")
    assert cuelight(state, "add", "after", *add).exit_code == 0
    restored = json.loads(cuelight(state, "restore", str(file), "--json").output)
    assert restored["database"] == str(state / "cuelight.db")
    assert [each["id"] for each in json.loads(cuelight(state, "status", "--json").output)] == ["before"]
    (kept,) = restored["kept"]
    told = cuelight(state, "restore", kept).output
    assert f"the previous database is kept: {state}/cuelight.db.before-restore-" in told
    assert "repeat what was cancelled" in told
    assert len(json.loads(cuelight(state, "status", "--json").output)) == 2


def test_what_the_system_refuses_is_told_with_its_place(tmp_path: Path) -> None:
    cuelight(tmp_path, "migrate")
    (tmp_path / "loop").symlink_to("loop")
    for command, outcome in (("backup", "no backup was made"), ("restore", "nothing was restored")):
        for name in ("loop", "x" * 300):
            done = cuelight(tmp_path, command, str(tmp_path / name))
            assert (done.exit_code, isinstance(done.exception, SystemExit)) == (1, True)
            assert outcome in done.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(shell: str, tmp_path: Path) -> None:
    assert "_CUELIGHT_COMPLETE" in cuelight(tmp_path, "completion", shell).output


def test_knobs_are_listed_with_what_they_turn(tmp_path: Path) -> None:
    listed = cuelight(tmp_path, "simulate", "--knobs").output
    assert "invoke_to_live_s=15" in listed
    assert "media being ingested" in listed


@pytest.mark.parametrize(
    "name", [name for name in Knobs.model_fields if name.endswith(("status", "inactive"))]
)
def test_every_default_of_a_knob_can_be_typed(name: str) -> None:
    default = Knobs.model_fields[name].default
    assert getattr(Knobs.model_validate({name: str(default)}), name) == default
