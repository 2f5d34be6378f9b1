"""A reader who follows the README from top to bottom, and types what stands there."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.postgres import Postgres

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REAL = "# needs a real account"
"""Begins a block that cannot be tried here."""
MAKE = re.compile(r"^make (\w+)", re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def typed() -> list[str]:
    """Return the blocks that a reader without an account types; what make does has tests of its own."""
    return [each for each in blocks("sh") if not each.startswith(REAL) and not MAKE.search(each)]


def test_every_target_of_make_exists() -> None:
    targets = set(MAKE.findall("\n".join(blocks("sh"))))
    assert {"demo", "test"} <= targets
    assert targets <= set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.long
def test_a_reader_can_type_everything_that_needs_no_account(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    shutil.copytree(ROOT / "config", tmp_path / "config")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CUELIGHT_")}
    process = subprocess.Popen(
        ["bash", "-e", "-u", "-c", "\n".join(typed())],
        cwd=tmp_path,
        env={**bare, "CUELIGHT_HTTP__PORT": "0", "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        told, _ = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert "no errors" in told
    assert "It is over, and proven off the air" in told
    assert "working" in told


def test_another_system_can_say_what_the_readme_says(tmp_path: Path) -> None:
    cuelight = str(Path(sys.executable).with_name("cuelight"))
    environment = {**os.environ, "CUELIGHT_STATE_DIR": str(tmp_path)}
    subprocess.run([cuelight, "migrate"], env=environment, check=True, capture_output=True)
    (statements,) = blocks("sql")
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database, database:
        database.executescript(statements)
        (row,) = database.execute("SELECT id, ends_utc, cancelled FROM broadcasts").fetchall()
    assert row == ("town-hall", "2026-12-01T18:30:00.000000Z", 1)


def test_another_system_can_say_the_same_to_postgresql(postgres: Postgres) -> None:
    (statements,) = blocks("sql")
    with postgres.database() as name:
        for statement in filter(str.strip, statements.split(";")):
            postgres.sql(statement, database=name)
        (row,) = postgres.sql("SELECT id, ends_utc, cancelled FROM broadcasts", database=name)
    assert row == ("town-hall", datetime(2026, 12, 1, 18, 30, tzinfo=UTC), True)
