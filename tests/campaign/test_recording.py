"""What is recorded while somebody stays is ended with the stream, or goes on where that is wanted."""

import pytest

from jobs.run.recording import NOT_KNOWN
from tests.campaign.chance import Faults
from tests.campaign.crashes import quiet_life
from tests.campaign.laws import breaches
from tests.campaign.scenario import Show
from tests.campaign.truth import Truth, seconds
from tests.campaign.world import World, lived
from worker.simulator.faults import Fault
from worker.simulator.recording import Recording

ENDS, LEAVES = 150, 200


class Recorded(World):
    """A world in which everything is recorded."""

    keeps = False

    def _make_known(self, show: Show) -> None:
        super()._make_known(show)
        records = """UPDATE broadcasts SET meeting = '{"record_on_start": true}', keep_recording = ?"""
        self.database.write(records, self.keeps)


class Kept(Recorded):
    """A world in which every recording is to be kept."""

    keeps = True


class Unsaid(Recorded):
    """A world whose provider does not say what is recorded."""

    def _begin(self) -> None:
        self.simulator.script(Fault(path="/recordings/", status=500, times=1000))
        super()._begin()


def recording_of(world: World) -> Recording:
    _, meeting = world.simulator.find(str(Truth(world).rooms[0].adopted))
    (recording,) = meeting.recordings
    return recording


def over(world: World) -> tuple[str, str]:
    ((state, why),) = [(each["state"], each["why"]) for each in world.database.rows("SELECT * FROM runs")]
    return state, why


def asked(world: World) -> list[str]:
    return [each.method for each in Truth(world).sent if "/recordings/" in each.path]


def ended_at(world: World) -> float:
    at = recording_of(world).ended_at
    assert at
    return seconds(at)


def test_a_recording_ends_soon_after_its_stream_though_somebody_stays() -> None:
    world = lived(quiet_life(at_start=False), made=Recorded)
    assert ENDS < ended_at(world) < ENDS + 20
    assert over(world)[0] == "ended"
    assert asked(world) == ["GET", "PUT", "GET", "GET"]
    assert [each.key for each in Truth(world).told] == []


def test_one_that_is_to_be_kept_goes_on_until_everybody_has_left() -> None:
    world = lived(quiet_life(at_start=False), made=Kept)
    assert ended_at(world) == pytest.approx(LEAVES + 60, abs=1)
    assert "keep_recording" in over(world)[1]
    assert asked(world) == []


def test_where_the_room_is_emptied_nobody_is_asked() -> None:
    world = lived(quiet_life(at_start=True), made=Recorded)
    assert ENDS < ended_at(world) < ENDS + 20
    assert asked(world) == []


def test_what_does_not_record_costs_no_call() -> None:
    assert asked(lived(quiet_life(at_start=False))) == []


def test_a_provider_that_does_not_say_is_told_of_and_the_stream_is_off_in_time() -> None:
    world = lived(quiet_life(at_start=False), made=Unsaid)
    truth = Truth(world)
    (span,) = truth.on_air(str(truth.rooms[0].adopted))
    assert span.end < ENDS + 10
    assert "b0/recorded_still" in [each.key for each in truth.told]
    assert NOT_KNOWN not in over(world)[1]


def test_a_worker_may_die_before_and_after_each_call_that_ends_a_recording() -> None:
    quiet = quiet_life(at_start=False)
    made = lived(quiet, made=Recorded).faults.occasions
    points = [each for each in dict.fromkeys(made) if "/recordings/" in each]
    assert len(points) == 3
    for each in points:
        world = lived(quiet, Faults(quiet.seed, {}, forced=frozenset({each})), made=Recorded)
        assert len(world.lives) == 2, each
        assert (over(world)[0], NOT_KNOWN in over(world)[1]) == ("ended", False), each
        assert ENDS < ended_at(world) < ENDS + 30, each
        assert breaches(Truth(world)) == [], each
