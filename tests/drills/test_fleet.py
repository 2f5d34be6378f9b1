"""Workers on PostgreSQL that die, freeze and hand over: `make drills [N=100]`; one of each in every run."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.drills.fleet import (
    HANDED_OVER_WITHIN,
    TAKEN_OVER_WITHIN,
    Fleet,
    entered_at,
    fleet,
)
from tests.drills.judge import STOPPED_WITHIN, instant, judged
from tests.drills.scene import journal, pause, someone
from tests.support.postgres import Postgres
from tests.support.processes import Worker, soon, utc_now, wait_until

pytestmark = pytest.mark.processes

COUNT = int(os.environ.get("N", "1"))
SEED = int(os.environ.get("SEED", "0"))
KILLS = COUNT // 10
"""Of each kind."""
HANDOVERS = max(1, COUNT // 20)
"""Drills of five handovers each; one of one handover in every run."""
Moment = Callable[[Fleet, Random], None]


def preparing(f: Fleet, chance: Random) -> None:
    """Its create is under way."""
    fault = {"method": "POST", "path": "^/meetings$", "delay_s": 0, "latency_s": 3}
    f.provider.tell("faults", fault)
    f.hosts[0].insert("show", soon(38), soon(46), prepare="1m")
    wait_until("the create is sent", lambda: f.provider.calls("POST", "/meetings"))
    pause(chance.uniform(0, 3.2))


def live(f: Fleet, chance: Random) -> None:
    """Its show is on air, and ends about when another has taken over."""
    f.hosts[0].insert("show", soon(3), soon(28), prepare="1m")
    f.hosts[0].await_state("show", "live")
    pause(chance.uniform(0, 6))


def stopping(f: Fleet, chance: Random) -> None:
    """Its show is being taken off the air."""
    f.hosts[0].insert("show", soon(3), soon(9), prepare="1m")
    f.hosts[0].await_state("show", "stopping")
    pause(chance.uniform(0, 1))


KILLED = [
    pytest.param(moment, number, id=f"{moment.__name__}-{number}")
    for moment, count in ((preparing, KILLS), (live, KILLS or 1), (stopping, KILLS))
    for number in range(count)
]


@pytest.mark.parametrize(("moment", "number"), KILLED)
def test_another_worker_takes_over_from_one_that_was_killed(
    moment: Moment,
    number: int,
    tmp_path: Path,
    postgres: Postgres,
    record_property: Callable[[str, object], None],
) -> None:
    chance = Random(f"{SEED} {number} {moment.__name__}")  # noqa: S311  A drill must repeat itself.
    with fleet(tmp_path, postgres, {"stop_to_offline_s": 4}) as f:
        first, second = f.start(2)
        with someone(f.provider, first):
            moment(f, chance)
            killed_at = utc_now()
            first.kill()
            taken = (entered_at(second) - killed_at).total_seconds()
            second.await_state("show", "ended", "missed", within=90)
        found = judged(f.provider, second.status()["show"], journal(second), entered_at(second), taken)
    record_property("drill", (f"takeover while {moment.__name__}", taken))
    record_property("drill", (f"off after takeover while {moment.__name__}", found.stop_late))
    assert found.faults == ()
    assert taken < TAKEN_OVER_WITHIN
    assert found.stop_late < STOPPED_WITHIN


def handed_over(leaves: Worker, stays: Worker) -> float:
    """Have one leave, and return how many seconds later the other is ready to run everything."""
    told_at = utc_now()
    assert leaves.stop() == 0
    return max((entered_at(stays, group) - told_at).total_seconds() for group in ("default", "*"))


@pytest.mark.parametrize("number", range(HANDOVERS))
def test_a_worker_that_leaves_hands_over_and_no_show_is_cut(
    number: int, tmp_path: Path, postgres: Postgres, record_property: Callable[[str, object], None]
) -> None:
    with fleet(tmp_path, postgres) as f:
        first, second = f.start(2)
        with someone(f.provider, first):
            first.insert("show", soon(2), soon(14 + 26 * (COUNT > 1)), prepare="1m")
            first.await_state("show", "live")
            for _ in range(1 if COUNT == 1 else 5):
                pause(0.3 * number % 1)
                record_property("drill", ("handover", took := handed_over(first, second)))
                assert took < HANDED_OVER_WITHIN
                assert "no other worker to stop them" not in first.log()
                first.start()
                first, second = second, first
            assert first.state("show") == "live"
            assert not f.provider.calls("POST", "/active-livestream/stop")
            first.await_state("show", "ended", within=60)
        row = first.status()["show"]
        assert judged(f.provider, row, journal(first), utc_now()).faults == ()
        stop = f.provider.calls("POST", "/active-livestream/stop")[0]
        assert timedelta(0) <= instant(stop["received_at"]) - instant(row["ends_at"]) < timedelta(seconds=1)


@pytest.mark.long
def test_a_worker_that_was_frozen_beyond_its_lease_does_nothing_in_its_old_term(
    tmp_path: Path, postgres: Postgres
) -> None:
    with fleet(tmp_path, postgres) as f:
        first, second = f.start(2)
        with someone(f.provider, first):
            first.insert("show", soon(2), soon(40), prepare="1m")
            first.await_state("show", "live")
            assert first.process
            first.process.send_signal(signal.SIGSTOP)
            entered_at(second)
            first.process.send_signal(signal.SIGCONT)
            wait_until("it notices", lambda: '"lease_gone"' in first.log())
            second.await_state("show", "ended", within=60)
        assert judged(f.provider, second.status()["show"], journal(second), utc_now()).faults == ()
        assert len(f.provider.calls("POST", "/active-livestream/stop")) == 1
