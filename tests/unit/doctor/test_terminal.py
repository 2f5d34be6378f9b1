"""`cuelight doctor` on a terminal: it has colours, it asks, and ^C leaves nothing open."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.processes import CUELIGHT, wait_until
from tests.support.terminal import Terminal
from tests.unit.doctor.service import Service, service


@pytest.fixture
def real() -> Iterator[Service]:
    with service() as found:
        yield found


@contextmanager
def terminal(real: Service, folder: Path, arguments: str) -> Iterator[Terminal]:
    own = {"CUELIGHT_STATE_DIR": str(folder), "CUELIGHT_HTTP__PORT": "0", "PATH": os.environ["PATH"]}
    opened = Terminal(f"{CUELIGHT} doctor {arguments}", {**own, **real.variables}, folder, columns=200)
    try:
        yield opened
    finally:
        opened.close()


def typed(opened: Terminal, keys: str) -> None:
    os.write(opened._master, keys.encode())


def test_findings_have_colours_and_words(real: Service, tmp_path: Path) -> None:
    with terminal(real, tmp_path, "") as opened:
        assert opened.process.wait(10) == 0
        wait_until("it is green", lambda: "\x1b[32mok  \x1b[0m" in opened.text)


def test_the_probe_asks_before_it_begins_and_no_means_no(real: Service, tmp_path: Path) -> None:
    with terminal(real, tmp_path, "--probe default") as opened:
        wait_until("it asks", lambda: "Go on? [y/N]" in opened.text)
        assert "ONE meeting" in opened.text
        assert "cannot be deleted" in opened.text
        typed(opened, "n\n")
        assert opened.process.wait(10) == 1
    assert real.asked() == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_after_a_yes_and_a_break_the_meeting_is_inactive(
    how: signal.Signals, real: Service, tmp_path: Path
) -> None:
    real.simulator.turn(search_lag_s=1000)
    with terminal(real, tmp_path, "--probe default") as opened:
        wait_until("it asks", lambda: "Go on? [y/N]" in opened.text)
        typed(opened, "y\n")
        wait_until("it searches", lambda: len(real.asked()) > 3)
        opened.process.send_signal(how)
        assert opened.process.wait(10) == 1
        wait_until("it says so", lambda: "is INACTIVE, and its flag is off" in opened.text)
    assert real.rooms() == [("INACTIVE", False)]
    assert "Traceback" not in opened.text
