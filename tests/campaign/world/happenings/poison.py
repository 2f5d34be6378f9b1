"""Something about a show makes every decision about it fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from jobs.run.decide import decided as truly_decided
from jobs.run.decision import Decision
from jobs.run.situation import Situation
from tests.campaign.scenario import Event
from tests.campaign.world.happenings.happening import Trouble
from tests.campaign.world.parts import Parts
from tests.campaign.world.schedule_file import TITLED
from worker.engine import reconciler

TROUBLE = (Trouble("poison", 60, 400),)


class PoisonError(Exception):
    """What a fault of our own in deciding about one run raises."""


def _poison(world: Parts, event: Event) -> None:
    """Something about this show makes every decision about it fail."""
    world.poisoned.setdefault(event.show, []).append((event.at, event.at + event.value))


@contextmanager
def failing(world: Parts) -> Iterator[None]:
    """Have decisions fail about the shows that are poisoned."""

    def decided(s: Situation) -> Decision:
        if _is_poisoned(world, s.broadcast.title.removeprefix(TITLED).partition(" ")[0]):
            raise PoisonError(s.run.id)
        return truly_decided(s)

    with patch.object(reconciler, "decided", decided):
        yield


def _is_poisoned(world: Parts, show: str) -> bool:
    now = world.loop.time()
    return any(since <= now < until for since, until in world.poisoned.get(show, []))


HAPPENINGS = {"poison": _poison}
