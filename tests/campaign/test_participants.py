"""How long people were in a meeting is known an hour after it, at the price of one call for all of them."""

from tests.campaign.scenario import Event, Scenario, Show
from tests.campaign.truth import Truth
from tests.campaign.world import World, lived

COMES, LEAVES = 60, 200
JOINING = 15
"""Seconds between a click and being in, which nobody counts."""
STAYS = 5000
ONE_LOOK, ANOTHER = 3700.0, 2300.0
"""Seconds after the last who leaves in which it is looked after an hour, and after two."""


def life(*shows: Show, leaves: float = LEAVES, after: float = ONE_LOOK) -> Scenario:
    """Return a life of shows with one host each."""
    come = [Event(COMES, "arrive", each.id) for each in shows]
    away = [Event(leaves, "leave", each.id) for each in shows]
    return Scenario(seed=7, shows=shows, events=(*come, *away), rates={}, quiet_after=after)


def known(world: World) -> dict[str, int]:
    rows = world.database.rows("SELECT run_id, seconds FROM participant_minutes")
    return {row["run_id"]: row["seconds"] for row in rows}


def asked(world: World) -> int:
    return sum(each.path.endswith("/sessions") and "createdAt" in each.query for each in Truth(world).sent)


def test_it_is_read_once_for_all_broadcasts_that_were_on_the_air() -> None:
    world = lived(life(*(Show(f"b{number}", starts=70, ends=190) for number in range(3))))
    assert known(world) == dict.fromkeys(("b0", "b1", "b2"), LEAVES - COMES - JOINING)
    assert asked(world) == 1


def test_while_somebody_stays_it_is_not_known_yet() -> None:
    world = lived(life(Show("b0", starts=70, ends=190), leaves=STAYS, after=ANOTHER))
    assert known(world) == {"b0": STAYS - COMES - JOINING}
    assert asked(world) == 2
