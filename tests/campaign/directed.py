"""Lives that chance makes too seldom: each shows one thing."""

from tests.campaign.scenario import Event, Scenario, Show


def restarted_then_set_aside() -> Scenario:
    """Return a life in which two starts fail and are stopped, and no decision can be made about its end."""
    show = Show("b0", starts=70, ends=300)
    events = (
        Event(60, "arrive", "b0"),
        Event(60, "errored", "b0", 60),
        Event(296, "poison", "b0", 120),
        Event(400, "leave", "b0"),
    )
    return Scenario(seed=7, shows=(show,), events=events, rates={}, quiet_after=150)
