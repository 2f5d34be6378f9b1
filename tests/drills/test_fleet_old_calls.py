"""Calls of an old term: of a worker that was paused while another took over, and such as arrive late."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.drills.fleet import Fleet, entered_at, fleet
from tests.drills.judge import judged
from tests.drills.scene import is_frozen, journal, pause, someone
from tests.support.postgres import Postgres
from tests.support.processes import Worker, soon, utc_now, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(int(os.environ.get("N", "1")) < 10, reason="make drills runs it"),
]

CREATE, START = "/meetings", "/livestreams"


@dataclass(frozen=True, slots=True)
class Night:
    """A show, a worker that made a call for it, and another that took over."""

    fleet: Fleet
    first: Worker
    second: Worker

    def sent(self, call: str) -> int:
        return len(self.fleet.provider.calls("POST", call))

    def ends(self) -> None:
        self.second.await_state("show", "ended", "missed", within=90)

    def is_shut(self) -> bool:
        meetings = self.fleet.provider.meetings("Show")
        return not any(each["on_air"] or each["status"] == "ACTIVE" for each in meetings)

    def faults(self) -> tuple[Any, ...]:
        told = journal(self.second)
        return judged(self.fleet.provider, self.second.status()["show"], told, utc_now()).faults

    def alerts(self) -> set[str]:
        return {title for (title,) in self.second.sql("SELECT title FROM alerts")}

    def thaw(self) -> None:
        assert self.first.process
        self.first.process.send_signal(signal.SIGCONT)


def test_a_create_before_which_a_worker_was_paused_never_leaves(tmp_path: Path, postgres: Postgres) -> None:
    with frozen_before(CREATE, tmp_path, postgres) as night:
        wait_until("the second has created its own", lambda: night.sent(CREATE) == 1, 45)
        night.thaw()
        night.ends()
        wait_until("it is closed", night.is_shut, within=40)
        assert night.sent(CREATE) == len(night.fleet.provider.meetings("Show")) == 1
        assert night.faults() == ()
        assert "suspended" not in night.alerts()


def test_a_start_before_which_a_worker_was_paused_never_leaves(tmp_path: Path, postgres: Postgres) -> None:
    with frozen_before(START, tmp_path, postgres) as night:
        night.ends()
        before = night.sent(START)
        night.thaw()
        wait_until("it knows that its lease is gone", lambda: "lease_lost" in night.first.log(), 10)
        pause(15)
        assert night.sent(START) == before
        assert night.is_shut()
        assert night.faults() == ()
        assert not night.alerts() & {"suspended", "swept"}


def test_a_create_that_arrives_late_makes_no_second_used_meeting(tmp_path: Path, postgres: Postgres) -> None:
    with killed_after("^/meetings$", CREATE, tmp_path, postgres, held_up=60) as night:
        wait_until("the second has created its own", lambda: night.sent(CREATE) == 2, 75)
        night.ends()
        wait_until("the twin is closed", night.is_shut, within=40)
        assert len(night.fleet.provider.meetings("Show")) == 2
        assert night.faults() == ()


def test_a_start_that_arrives_late_is_taken_off_again_and_told(tmp_path: Path, postgres: Postgres) -> None:
    with killed_after("/livestreams$", START, tmp_path, postgres, held_up=45) as night:
        night.ends()
        wait_until("it is told", lambda: "swept" in night.alerts(), within=60)
        wait_until("it is off again", night.is_shut, within=60)
        assert night.faults() == ()


@contextmanager
def frozen_before(call: str, folder: Path, postgres: Postgres) -> Iterator[Night]:
    """Have a worker freeze just before it makes a call, and another take over."""
    with fleet(folder, postgres, CUELIGHT_POLL__SWEEP="10s") as f:
        asked = {CREATE: "/meetings", START: "/meetings/livestreams"}[call]
        first = f.add(FAILPOINT=f"before send POST {asked} #1", FAILPOINT_SIGNAL="SIGSTOP")
        first.command = (sys.executable, "-m", "tests.drills.mortal")
        with night(f, first, call) as begun:
            wait_until("it is frozen", lambda: is_frozen(first), 30)
            entered_at(begun.second)
            yield begun


@contextmanager
def killed_after(
    path: str, call: str, folder: Path, postgres: Postgres, *, held_up: float
) -> Iterator[Night]:
    """Have a worker's call held up on its way, kill the worker, and have another take over."""
    with fleet(folder, postgres, CUELIGHT_POLL__SWEEP="10s") as f:
        f.provider.tell("faults", {"method": "POST", "path": path, "delay_s": held_up})
        first = f.add()
        with night(f, first, call) as begun:
            wait_until("it has left", lambda: begun.sent(call) == 1, 30)
            first.kill()
            entered_at(begun.second)
            yield begun


@contextmanager
def night(f: Fleet, first: Worker, call: str) -> Iterator[Night]:
    """Have two workers, a show that soon comes to this call, and somebody who comes in."""
    first.start()
    wait_until("it holds the lease", f.holder)
    second = f.add().start()
    with someone(f.provider, second):
        if call == CREATE:
            first.insert("show", soon(70), soon(90), prepare="2m")
        else:
            first.insert("show", soon(6), soon(36), prepare="1m", go_live="at_start", doors="5s")
        yield Night(f, first, second)
