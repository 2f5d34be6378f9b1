"""What is LIVE with nobody in is told, from the lists that the sweep reads, and no longer than it is so."""

from dataclasses import replace

from tests.campaign.crashes import quiet_life
from tests.campaign.scenario import Event, Scenario, Show
from tests.campaign.truth import Truth
from tests.campaign.world import World, lived

KEY = "b0/on_air_and_empty"
LEFT, BACK = 400.0, 950.0


class LongKept(World):
    """A world whose sessions outlive their last participant by ten minutes."""

    def _make_known(self, show: Show) -> None:
        super()._make_known(show)
        self.database.write("""UPDATE broadcasts SET meeting = '{"session_keep_alive_time_in_secs": 600}'""")


def long_show(*events: Event) -> Scenario:
    quiet = quiet_life(at_start=False)
    show = replace(quiet.shows[0], ends=1500)
    come = Event(75, "arrive", "b0")
    return replace(quiet, shows=(show,), events=(come, *events, Event(1520, "leave", "b0")))


def test_nobody_in_is_told_and_taken_back_when_somebody_is() -> None:
    world = lived(long_show(Event(LEFT, "leave", "b0"), Event(BACK, "arrive", "b0")), made=LongKept)
    (told,) = [each for each in Truth(world).told if each.key == KEY]
    assert LEFT + 180 < told.at < LEFT + 600
    assert told.resolved_at is not None
    assert BACK < told.resolved_at < BACK + 340
    lists = [each.at for each in Truth(world).sent if each.path.endswith("/sessions")]
    assert len(lists) <= 5


def test_somebody_in_is_not_told() -> None:
    world = lived(long_show(), made=LongKept)
    assert KEY not in [each.key for each in Truth(world).told]
