"""A worker that freezes just before a call leaves, and sends it a minute later in an old term."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.drills.fleet import Fleet, entered_at, fleet
from tests.drills.judge import judged
from tests.drills.scene import journal, pause, someone
from tests.support.postgres import Postgres
from tests.support.processes import Worker, soon, utc_now, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(int(os.environ.get("N", "1")) < 10, reason="make drills runs it"),
]

FROZEN_FOR = 60.0
SWEEPS = {"CUELIGHT_POLL__SWEEP": "10s"}


def frozen_at(f: Fleet, place: str) -> Worker:
    """Begin a worker that freezes at this place, and one that takes over."""
    host = f.add(FAILPOINT=place, FAILPOINT_SIGNAL="SIGSTOP")
    host.command = (sys.executable, "-m", "tests.drills.mortal")
    host.start()
    wait_until("it holds the lease", f.holder)
    f.add().start()
    return host


def is_frozen(host: Worker) -> bool:
    assert host.process
    with open(f"/proc/{host.process.pid}/stat", encoding="utf-8") as stat:  # noqa: PTH123  A file of the kernel.
        return stat.read().rpartition(")")[2].split()[0] == "T"


def test_a_create_that_leaves_a_minute_late_makes_no_second_used_meeting(
    tmp_path: Path, postgres: Postgres
) -> None:
    with fleet(tmp_path, postgres, None, **SWEEPS) as f:
        first = frozen_at(f, "before send POST /meetings #1")
        second = f.hosts[1]
        with someone(f.provider, second):
            first.insert("show", soon(70), soon(90), prepare="2m")
            wait_until("it is frozen", lambda: is_frozen(first))
            entered_at(second)
            pause(FROZEN_FOR - 20)
            wait_until("the second has created its own", lambda: creates(f) == 1, 30)
            assert first.process
            first.process.send_signal(signal.SIGCONT)
            wait_until("both creates have arrived", lambda: creates(f) == 2, 60)
            second.await_state("show", "ended", within=90)
        wait_until("the twin is closed", lambda: all_shut(f), within=40)
        assert judged(f.provider, second.status()["show"], journal(second), utc_now()).faults == ()
        assert len(f.provider.meetings("Show")) == 2


def test_a_start_that_leaves_a_minute_late_is_taken_off_again_and_told(
    tmp_path: Path, postgres: Postgres
) -> None:
    with fleet(tmp_path, postgres, None, **SWEEPS) as f:
        first = frozen_at(f, "before send POST /meetings/livestreams #1")
        second = f.hosts[1]
        with someone(f.provider, second):
            first.insert("show", soon(6), soon(45), prepare="1m", go_live="at_start", doors="5s")
            wait_until("it is frozen", lambda: is_frozen(first), 30)
            second.await_state("show", "ended", "missed", within=90)
            pause(max(0.0, FROZEN_FOR - 45))
            assert first.process
            first.process.send_signal(signal.SIGCONT)
            pause(20)
        wait_until("nothing is on air", lambda: all_shut(f), within=60)
        faults = judged(f.provider, second.status()["show"], journal(second), utc_now()).faults
        assert faults == ()
        assert ("swept",) in second.sql("SELECT title FROM alerts")


def creates(f: Fleet) -> int:
    return len(f.provider.calls("POST", "/meetings"))


def all_shut(f: Fleet) -> bool:
    return not any(each["on_air"] or each["status"] == "ACTIVE" for each in f.provider.meetings("Show"))
