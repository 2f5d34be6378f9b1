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


def full_at_its_end() -> Scenario:
    """Return a life that may run over in two steps, with its host in it for longer than that."""
    show = Show("b0", starts=70, ends=200, overrun=420)
    events = (Event(60, "arrive", "b0"), Event(900, "leave", "b0"))
    return Scenario(seed=8, shows=(show,), events=events, rates={}, quiet_after=400)


def empty_at_its_end() -> Scenario:
    """Return a life that may run over, whose host left before it is asked, with the session kept alive."""
    show = Show("b0", starts=70, ends=270, overrun=420)
    events = (Event(60, "arrive", "b0"), Event(165, "leave", "b0"))
    return Scenario(seed=9, shows=(show,), events=events, rates={}, quiet_after=400)


def next_one_waits() -> Scenario:
    """Return a life that may run over in a room that is needed soon after its end."""
    shows = (
        Show("b0", starts=70, ends=270, overrun=420, entry="s0"),
        Show("b1", starts=400, ends=500, entry="s0"),
    )
    events = (Event(60, "arrive", "b0"), Event(700, "leave", "b0"))
    return Scenario(seed=10, shows=shows, events=events, rates={}, quiet_after=400)
