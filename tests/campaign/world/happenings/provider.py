"""The provider as a whole refuses, is not there, lags behind, or does not do what it says."""

import httpx

from tests.campaign.scenario import Event
from tests.campaign.world.happenings.happening import Trouble
from tests.campaign.world.parts import Parts

TROUBLE = (
    Trouble("unauthorized", 10, 120),
    Trouble("block", 30, 300),
    Trouble("down", 5, 90),
    Trouble("list_lag", 5, 40),
    Trouble("stops_ignored", 1, 4),
    Trouble("errored", 20, 120),
    Trouble("stuck", 20, 240),
)


def _unauthorized(world: Parts, event: Event) -> None:
    world.trouble(event, "provider")
    world.simulator.turn(credentials_state="unauthorized")
    world.after(event.at + event.value, lambda: world.simulator.turn(credentials_state="valid"))


def _block(world: Parts, event: Event) -> None:
    world.trouble(event, "provider")
    world.network.refuses = httpx.Response(429, headers={"retry-after": str(int(event.value))})
    world.after(event.at + event.value, lambda: setattr(world.network, "refuses", None))


def _down(world: Parts, event: Event) -> None:
    world.trouble(event, "provider")
    world.network.down = True
    world.after(event.at + event.value, lambda: setattr(world.network, "down", False))


def _list_lag(world: Parts, event: Event) -> None:
    world.simulator.turn(list_lag_s=event.value, search_lag_s=event.value)


def _stops_ignored(world: Parts, event: Event) -> None:
    world.simulator.turn(stop_ignored_first_n=int(event.value))
    world.after(event.at + 60, lambda: world.simulator.turn(stop_ignored_first_n=0))


def _errored(world: Parts, event: Event) -> None:
    world.simulator.turn(errored_probability=1.0)
    world.after(event.at + event.value, lambda: world.simulator.turn(errored_probability=0.0))


def _stuck(world: Parts, event: Event) -> None:
    world.simulator.turn(invoke_to_live_s=10_000.0)
    world.after(event.at + event.value, lambda: world.simulator.turn(invoke_to_live_s=15.0))


HAPPENINGS = {
    "unauthorized": _unauthorized,
    "block": _block,
    "down": _down,
    "list_lag": _list_lag,
    "stops_ignored": _stops_ignored,
    "errored": _errored,
    "stuck": _stuck,
}
