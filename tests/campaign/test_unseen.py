"""A worker that dies as the doors open, and is back after the end: what aired meanwhile has aired."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from jobs.run.unseen import NOT_KNOWN
from tests.campaign.crashes import quiet_life
from tests.campaign.scenario import Event, Scenario
from tests.campaign.truth import Truth, seconds
from tests.campaign.world import World, lived
from worker.simulator.faults import Fault

LIST = r"^/meetings/[^/]+/livestream$"


class Listless(World):
    """A world whose provider does not tell what was live in a meeting."""

    def _begin(self) -> None:
        self.simulator.script(Fault(path=LIST, status=500, times=1000))
        super()._begin()


def away_over_the_window(*, somebody_comes: bool = True) -> Scenario:
    """The worker is killed 2 s after the start, and started again a minute after the end."""
    quiet = quiet_life(at_start=False)
    killed = Event(72, "kill", "b0", value=138)
    events = (*quiet.events, killed) if somebody_comes else (killed,)
    return replace(quiet, events=tuple(sorted(events, key=lambda each: each.at)))


def run_of(world: World) -> dict[str, Any]:
    (run,) = world.database.rows("SELECT state, why, live_at FROM runs")
    return dict(run)


def asked(world: World) -> int:
    return sum(each.path.endswith("/livestream") for each in Truth(world).sent)


def told(world: World) -> list[str]:
    return [each.key for each in Truth(world).told]


def test_what_aired_while_the_worker_was_dead_is_ended_since_it_was_live() -> None:
    world = lived(away_over_the_window())
    run, truth = run_of(world), Truth(world)
    (live,) = truth.live(str(truth.rooms[0].adopted))
    assert run["state"] == "ended"
    assert seconds(datetime.fromisoformat(run["live_at"])) == pytest.approx(live.start, abs=0.01)
    assert "provider's list" in run["why"]
    assert asked(world) == 1
    assert told(world) == ["b0/not_off"]


def test_what_nobody_came_to_is_missed_after_one_question() -> None:
    world = lived(away_over_the_window(somebody_comes=False))
    run = run_of(world)
    assert (run["state"], run["live_at"], NOT_KNOWN in run["why"]) == ("missed", None, False)
    assert asked(world) == 1
    assert "b0/missed" in told(world)


def test_a_provider_that_does_not_tell_leaves_it_missed_and_says_that_nobody_could_be_asked() -> None:
    world = lived(away_over_the_window(), made=Listless)
    run = run_of(world)
    assert (run["state"], NOT_KNOWN in run["why"]) == ("missed", True)
    assert 5 <= asked(world) <= 8
    assert "b0/missed" in told(world)


def test_what_was_seen_live_is_not_asked_about() -> None:
    world = lived(quiet_life(at_start=False))
    assert (run_of(world)["state"], asked(world)) == ("ended", 0)
