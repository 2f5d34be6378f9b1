"""Real workers, killed and frozen at random instants of a life: `make drills [N=100] [SEED=0]`."""

import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.drills.judge import STOPPED_WITHIN, judged
from tests.support.processes import CLOCK, Worker, simulator, soon, utc_now, worker

pytestmark = pytest.mark.processes

COUNT = int(os.environ.get("N", "1"))
SEED = int(os.environ.get("SEED", "0"))
FREEZES = COUNT // 5
LIFE = (4.0, 10.0)
"""Seconds from the beginning to the start and to the end of the broadcast."""
LAST_INSTANT = 13.0
"""By then it is proven off."""


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def killed(host: Worker, chance: Random) -> float:
    """Kill it, start it again, and return for how many seconds nobody was there."""
    pause(chance.uniform(0, LAST_INSTANT))
    host.kill()
    began = CLOCK.monotonic()
    pause(chance.uniform(0, 2))
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


def journal(host: Worker) -> list[tuple[str, str]]:
    with sqlite3.connect(host.database) as connection:
        moves = "SELECT before, after FROM journal WHERE run_id = 'show' AND kind = 'move' ORDER BY id"
        found: list[tuple[str, str]] = connection.execute(moves).fetchall()
        return found


KILLS = [pytest.param(killed, number, id=f"kill-{number}") for number in range(COUNT)]
STOPS = [pytest.param(frozen, number, id=f"freeze-{number}") for number in range(FREEZES)]


@pytest.mark.parametrize(("befalls", "number"), [*KILLS, *STOPS])
def test_one_used_meeting_and_every_stop_proven(
    befalls: Callable[[Worker, Random], float],
    number: int,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    chance = Random(f"{SEED} {number} {befalls.__name__}")  # noqa: S311  A drill must repeat itself.
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        starts, ends = LIFE
        host.insert("show", soon(starts), soon(ends), prepare="1m")
        away = befalls(host, chance)
        back_at = utc_now()
        host.await_state("show", "ended", "missed", within=90)
        found = judged(provider, host.status()["show"], journal(host), back_at, away)
    record_property("drill", (befalls.__name__, found.stop_late))
    assert found.faults == ()
    assert found.stop_late < STOPPED_WITHIN
