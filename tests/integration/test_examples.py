"""Every example in every command's help, tried for real: one worker, one simulated provider."""

import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest

from tests.support.processes import (
    CUELIGHT,
    Provider,
    Worker,
    free_port,
    iso,
    simulator,
    soon,
    wait_until,
    worker,
)
from tests.support.terminal import Terminal
from worker.cli import COMMANDS, main

pytestmark = pytest.mark.processes

WEBINAR = "product-webinar@2026-12-01"
HOST = json.dumps([{"id": "studio-1", "name": "Studio", "preset": "webinar_presenter"}])
SCHEDULE = """
timezone: Europe/Berlin
broadcasts:
  - {key: weekly, title: Weekly, start: 2026-12-01T18:00, duration: 1h, repeat: FREQ=WEEKLY}
"""
SEASON = "id,title,start,end\nopening,Opening night,2099-12-01 18:00,19:30\n"
SERVING = {
    "run": (signal.SIGTERM, 0, r"started"),
    "simulate --port": (signal.SIGTERM, 0, r"listens on"),
    "simulate --flavour": (signal.SIGTERM, 0, r"listens on"),
    "demo": (signal.SIGINT, 130, r"."),
    "status --watch": (signal.SIGINT, 0, r"town-hall"),
}
"""What goes on until it is told to stop: how it is told, how it exits, and its sign of life."""
ASKING = {"cuelight doctor --probe default": r"\[y/N\]", "cuelight adopt --as-copy": r"\[y/N\]"}
"""What asks before it begins, and how."""
FIRST = ("migrate", "apply", "add")
LAST = ("extend", "links", "stop", "cancel", "reopen", "run", "simulate", "demo")
ALONE = ("restore", "adopt")
"""What is refused while a worker runs: after all others, when it has left."""
EXITS = {"--detailed-exitcode": {0, 2}, "why product-webinar@2026-12-24": {1}}
"""Nothing is known here of what the last asks for."""


def examples(command: str) -> list[str]:
    """Return the lines of a command's help that begin with it."""
    found = main.get_command(click.Context(main), command)
    assert found
    lines = [line.strip() for line in (found.epilog or "").splitlines()]
    return [line for line in lines if re.match(r"([A-Z_]+=\S+ )*cuelight ", line)]


def in_order() -> Iterator[str]:
    rest = [each for each in COMMANDS if each not in (*FIRST, *LAST, *ALONE)]
    for command in (*FIRST, *rest, *LAST, *ALONE):
        yield from examples(command)


def of_today(example: str) -> str:
    """Return the example with the instants of a reader who reads it now, and a port that is free."""
    example = re.sub(r"2026-12-01T18:00:00\+01:00", iso(soon(4)), example)
    example = re.sub(r"2026-12-01T18:05:00Z", iso(soon(60)), example)
    return re.sub(r"--port \d+", "--port 0", example)


def of_here(example: str, host: Worker) -> str:
    """Return the example with an id, or a file, that is there: a webhook's, an alert's, a backup."""
    if "/var/backups" in example:
        return example.replace("/var/backups", str(host.folder / "backups"))
    if "/srv/www" in example:
        return example.replace("/srv/www", str(host.folder))
    if "before-restore-..." in example:
        (kept,) = host.folder.glob("cuelight.db.before-restore-*")
        return example.replace("cuelight.db.before-restore-...", kept.name)
    if "alerts resolve" in example:
        return example.replace("17", str(an_alert(host)))
    if "webhooks remove" not in example:
        return example
    (webhook,) = json.loads(host.cuelight("webhooks", "list", "--json").stdout)
    return example.rpartition(" ")[0] + " " + str(webhook["id"])


def an_alert(host: Worker) -> int:
    """Open an alert that nobody takes back; return its number."""
    with closing(sqlite3.connect(host.folder / "cuelight.db")) as database, database:
        made = database.execute(
            "INSERT INTO alerts (key, severity, title, text, cure, raised_at, subject_kind, subject_id)"
            " VALUES ('meeting/gone/m/swept', 'critical', 'swept', 'it was on air', 'Look.',"
            " '2026-12-01T12:00:00.000000Z', 'meeting', 'gone/m')"
        )
    assert made.lastrowid
    return made.lastrowid


def serves(example: str) -> tuple[signal.Signals, int, str] | None:
    return next((how for what, how in SERVING.items() if f"cuelight {what}" in example), None)


def try_one(example: str, host: Worker) -> None:
    """Run an example as its reader would, in a shell."""
    if how := serves(example):
        try_serving(example, host, *how)
        return
    if question := ASKING.get(example):
        try_answering(example, host, question)
        return
    done = given(of_here(of_today(example), host), host)
    allowed = next((codes for what, codes in EXITS.items() if what in example), {0})
    assert done.returncode in allowed, f"{example}\n{done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr


def given(example: str, host: Worker) -> subprocess.CompletedProcess[str]:
    """Give the command; what is more than a command goes to a shell."""
    if re.fullmatch(r"cuelight [^|><;&$~]*", example):
        return host.cuelight(*shlex.split(example)[1:], check=False, within=host.folder)
    return subprocess.run(
        ["bash", "-c", example],
        env=host.environment,
        cwd=host.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def try_serving(example: str, host: Worker, end: signal.Signals, code: int, sign: str) -> None:
    """Run it on a terminal of its own until it gives a sign of life, then end it."""
    own = {} if "status" in example else {"CUELIGHT_STATE_DIR": str(host.folder / "another")}
    environment = {**host.environment, **own, "CUELIGHT_HTTP__PORT": "0"}
    terminal = Terminal(of_today(example), environment, host.folder)
    try:
        wait_until(f"{example} gives a sign of life", lambda: re.search(sign, terminal.text), 20)
        terminal.process.send_signal(end)
        assert terminal.process.wait(timeout=15) == code, terminal.text[-2000:]
    finally:
        terminal.close()


def try_answering(example: str, host: Worker, question: str) -> None:
    """Run it on a terminal, and say yes."""
    terminal = Terminal(example, host.environment, host.folder)
    try:
        wait_until(f"{example} asks", lambda: re.search(question, terminal.text), 20)
        terminal.type("y\n")
        assert terminal.process.wait(timeout=60) == 0, terminal.text[-2000:]
    finally:
        terminal.close()


@pytest.fixture
def host(tmp_path: Path, provider: Provider) -> Iterator[Worker]:
    path = f"{Path(CUELIGHT).parent}{os.pathsep}{os.environ['PATH']}"
    here = dict.fromkeys(("HOME", "TMPDIR"), str(tmp_path))
    own = {**here, "PATH": path, "CUELIGHT_HTTP__PORT": str(free_port())}
    with worker(tmp_path, provider, **own) as made:
        yield made


@pytest.fixture
def provider() -> Iterator[Provider]:
    with simulator() as made:
        yield made


@pytest.mark.long
def test_every_example_in_the_help_works(host: Worker) -> None:
    (host.folder / "schedule.yaml").write_text(SCHEDULE)
    (host.folder / "old.yaml").write_text(SCHEDULE)
    (host.folder / "season.csv").write_text(SEASON)
    (host.folder / ".config/fish/completions").mkdir(parents=True)
    (host.folder / "backups").mkdir()
    host.start()
    host.insert(WEBINAR, soon(2), soon(8), prepare="1m", hosts=HOST)
    host.await_state(WEBINAR, "ready", "starting", "live")
    tried = list(in_order())
    assert {re.search(r"cuelight (\w+)", each)[1] for each in tried} == set(COMMANDS)  # type: ignore[index]  # It matched.
    for example in tried:
        if " links " in example or " reopen " in example:
            host.await_state(WEBINAR, "ended", "missed", within=40)
        if " stop " in example:
            host.await_state("town-hall", "live", "stopping", "ended", within=40)
        if example == examples(ALONE[0])[0]:
            assert host.stop() == 0
        try_one(example, host)
