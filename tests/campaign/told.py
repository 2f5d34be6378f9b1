"""A world as a person reads it: the truth, the worker's log and the calls, in the order of time."""

from collections.abc import Iterator

from tests.campaign.laws import breaches
from tests.campaign.truth import Truth
from tests.campaign.world import World


def timeline(world: World) -> str:
    """Return what happened, what befell, and what went against a law."""
    happened = sorted([*world.trace.lines, *_log(world), *_calls(world)])
    lines = [f"{at:9.2f}  {text}" for at, text in happened]
    befallen = [f"  {name}" for name in world.faults.befallen]
    broken = [f"  {breach}" for breach in breaches(Truth(world))]
    return "\n".join([f"seed {world.scenario.seed}", *lines, "faults:", *befallen, "broken:", *broken])


def _log(world: World) -> Iterator[tuple[float, str]]:
    for line in world.log:
        if line.level != "debug":
            values = " ".join(f"{key}={value}" for key, value in line.values.items() if key != "cure")
            yield line.at, f"    [{line.level}] {line.event} {values}"


def _calls(world: World) -> Iterator[tuple[float, str]]:
    for call in world.network.sent:
        body = call.body.decode() if call.method != "GET" else call.query
        lost = "" if call.arrived else " (never left)"
        yield call.at, f"        {call.life} {call.method} {call.path[-70:]} {body}{lost}"
