"""The database as a whole is away, or full."""

from tests.campaign.scenario import Event
from tests.campaign.world.happenings.happening import Trouble
from tests.campaign.world.parts import Parts

TROUBLE = (
    Trouble("db_gone", 3, 90),
    Trouble("db_full", 3, 60),
)


def _gone(world: Parts, event: Event) -> None:
    _ill(world, event, "gone")


def _full(world: Parts, event: Event) -> None:
    _ill(world, event, "full")


def _ill(world: Parts, event: Event, trouble: str) -> None:
    world.trouble(event, "database")
    world.database.trouble = trouble
    world.after(event.at + event.value, lambda: setattr(world.database, "trouble", ""))


HAPPENINGS = {"db_gone": _gone, "db_full": _full}
