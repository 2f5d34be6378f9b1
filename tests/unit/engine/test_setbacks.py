"""Many runs that fail for long, and a log that stays small."""

from structlog.testing import capture_logs

from tests.support.engine import World
from worker.engine.setbacks import LINES, Setbacks
from worker.kit.repetition import Repetition

RUNS, MINUTES = 60, 10


def breaks(*_: object) -> None:
    raise ZeroDivisionError("no such answer")


async def test_many_runs_that_fail_for_long_fill_no_log() -> None:
    world = World()

    world.records.load = breaks  # type: ignore[method-assign, assignment]  # Whatever breaks each pass.
    repetition = Repetition(world.clock)
    with capture_logs(processors=[repetition]) as lines:
        for _ in range(2 * MINUTES):
            for number in range(RUNS):
                await world.reconciler.reconcile(f"show-{number}")
            world.clock.move(30)
    own = [each for each in lines if each["event"] == "set_aside"]
    assert {each["run"] for each in own} == {f"show-{number}" for number in range(RUNS)}
    assert len(own) == RUNS, "each has its own line in the end, and no second one"
    others = [each for each in lines if each["event"] == "others_set_aside"]
    assert len(others) <= MINUTES + 1
    counted = sum(each.get("repeated", 1) for each in others)
    assert counted + len(own) >= RUNS * 2 * (MINUTES - 1)
    await world.store.close()


async def test_a_run_that_went_well_meanwhile_has_a_line_anew() -> None:
    world = World()
    went_well = world.records.load
    with capture_logs() as lines:
        for load in (breaks, breaks, went_well, breaks):
            world.records.load = load  # type: ignore[method-assign, assignment]  # As above.
            await world.reconciler.reconcile("show")
    said = [each["event"] for each in lines if each["event"].endswith("set_aside")]
    assert said == ["set_aside", "others_set_aside", "set_aside"]
    await world.store.close()


async def test_what_fails_anew_after_it_went_well_is_said_again() -> None:
    world = World()
    setbacks = Setbacks(world.clock)
    assert setbacks.is_to_be_said("a", "why")
    assert not setbacks.is_to_be_said("a", "why")
    assert setbacks.is_to_be_said("a", "why else")
    setbacks.is_well("a")
    assert setbacks.is_to_be_said("a", "why else")
    await world.store.close()


async def test_in_a_minute_only_so_many_have_a_line_of_their_own() -> None:
    world = World()
    setbacks = Setbacks(world.clock)
    said = [setbacks.is_to_be_said(f"show-{number}", "why") for number in range(2 * LINES)]
    assert said == [True] * LINES + [False] * LINES
    world.clock.move(60)
    assert setbacks.is_to_be_said(f"show-{LINES}", "why")
    assert not setbacks.is_to_be_said("show-0", "why")
    await world.store.close()
