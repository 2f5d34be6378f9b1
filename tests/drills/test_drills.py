"""Real workers, killed, frozen and without a disk in the course of a life.

`make drills [N=100] [SEED=0]`
"""

import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.drills.judge import STOPPED_WITHIN, instant, judged
from tests.drills.scene import is_frozen, journal, pause, someone
from tests.support.processes import (
    CLOCK,
    CUELIGHT,
    Worker,
    simulator,
    soon,
    utc_now,
    wait_until,
    worker,
)
from worker.kit.limit import LOOK_EVERY, PAUSED

pytestmark = pytest.mark.processes

COUNT = int(os.environ.get("N", "1"))
SEED = int(os.environ.get("SEED", "0"))
OTHERS = COUNT // 5
"""How many drills there are of each kind that is no kill at a random instant."""
LIFE = (4.0, 10.0)
"""Seconds from the beginning to the start and to the end of the broadcast."""
LAST_INSTANT = 13.0
"""By then it is proven off."""
MORTAL = (sys.executable, "-m", "tests.drills.mortal")
SENT = (
    "POST /meetings #1",
    *(f"PATCH /meetings #{number}" for number in (1, 2, 3)),
    "POST /meetings/active-livestream/stop #1",
)
COMMITS = range(8, 23)
"""Those before are made while the worker begins, those after are not in every life."""
FAILPOINTS = [
    *(f"{when} send {call}" for call in SENT for when in ("before", "after")),
    *(f"{when} commit #{number}" for number in COMMITS for when in ("before", "after")),
]


def killed(host: Worker, chance: Random) -> float:
    """Kill it, start it again, and return for how many seconds nobody was there."""
    pause(chance.uniform(0, LAST_INSTANT))
    host.kill()
    return _begun_again(host, chance)


def killed_at_a_failpoint(host: Worker, chance: Random) -> float:
    """Wait until it dies at the place that it was begun with, and start it again."""
    assert host.process
    assert host.process.wait(timeout=60) == -signal.SIGKILL, host.environment["FAILPOINT"]
    return _begun_again(host, chance)


def _begun_again(host: Worker, chance: Random) -> float:
    began = CLOCK.monotonic()
    pause(chance.uniform(0, 2))
    host.command = (CUELIGHT,)
    host.start()
    return CLOCK.monotonic() - began


def frozen(host: Worker, chance: Random) -> float:
    """Freeze it for a while, and return for how many seconds."""
    pause(chance.uniform(0, LAST_INSTANT))
    assert host.process
    host.process.send_signal(signal.SIGSTOP)
    away = chance.uniform(1, 8)
    pause(away)
    host.process.send_signal(signal.SIGCONT)
    return away


def frozen_at_a_failpoint(host: Worker, chance: Random) -> float:
    """Wait until it freezes at the place that it was begun with, and keep it so until a pass ends."""
    wait_until("it is frozen", lambda: is_frozen(host), within=60)
    assert host.process
    away = chance.uniform(LOOK_EVERY + PAUSED + 1, 20)
    pause(away)
    host.process.send_signal(signal.SIGCONT)
    return away


def without_a_disk(host: Worker, chance: Random) -> float:
    """Let no byte that it writes be taken, of database and log, for a while; return for how many seconds."""
    pause(chance.uniform(0, LAST_INSTANT))
    assert host.process
    least, most = resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE, (0, most))
    away = chance.uniform(1, 8)
    pause(away)
    assert host.process.poll() is None
    resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE, (least, most))
    return away


DRILLS = [
    pytest.param(befalls, number, id=f"{befalls.__name__}-{number}")
    for befalls, count in (
        (killed, COUNT),
        (killed_at_a_failpoint, OTHERS),
        (frozen, OTHERS),
        (frozen_at_a_failpoint, OTHERS),
        (without_a_disk, OTHERS),
    )
    for number in range(count)
]

AT_A_FAILPOINT = {killed_at_a_failpoint: "SIGKILL", frozen_at_a_failpoint: "SIGSTOP"}


@pytest.mark.parametrize(("befalls", "number"), DRILLS)
def test_one_used_meeting_and_every_stop_proven(
    befalls: Callable[[Worker, Random], float],
    number: int,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    chance = Random(f"{SEED} {number} {befalls.__name__}")  # noqa: S311  A drill must repeat itself.
    with simulator(crowd=False) as provider, worker(tmp_path, provider) as host:
        if befalls in AT_A_FAILPOINT:
            host.command, host.environment["FAILPOINT"] = MORTAL, chance.choice(FAILPOINTS)
            host.environment["FAILPOINT_SIGNAL"] = AT_A_FAILPOINT[befalls]
        host.start()
        starts, ends = LIFE
        host.insert("show", soon(starts), soon(ends), prepare="1m")
        with someone(provider, host):
            away = befalls(host, chance)
            back_at = utc_now()
            host.await_state("show", "ended", "missed", within=90)
        found = judged(provider, host.status()["show"], journal(host), back_at, away)
    record_property("drill", (f"off after {befalls.__name__}", found.stop_late))
    assert found.faults == ()
    assert found.stop_late < STOPPED_WITHIN


def test_a_full_disk_delays_no_stop_and_is_written_up_afterwards(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(2), soon(7), prepare="1m")
        host.await_state("show", "live")
        assert host.process
        least, most = resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE, (0, most))
        stop = wait_until("it is stopped", lambda: provider.calls("POST", "/active-livestream/stop"))[0]
        ends_at, sent_at = instant(host.status()["show"]["ends_at"]), instant(stop["received_at"])
        assert timedelta(0) <= sent_at - ends_at < timedelta(seconds=2)
        wait_until("it is off", lambda: not provider.meetings("Show")[0]["on_air"])
        assert host.state("show") == "live"
        resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE, (least, most))
        host.await_state("show", "ended")
        assert judged(provider, host.status()["show"], journal(host), utc_now()).faults == ()
        assert "stop" in host.cuelight("why", "show").stdout
