"""Operators order something of the workers: a stop, a sweep, a reopening."""

from collections.abc import Iterator, Sequence

from tests.campaign.scenario import Event, Show
from tests.campaign.virtual import iso
from tests.campaign.world.parts import Parts
from worker.rehearsal.chance import chosen, fraction

ASKING = 0.3
"""The share of the worlds in which operators ask for more than stops."""


def drawn(seed: int, shows: tuple[Show, ...], events: Sequence[Event]) -> Iterator[Event]:
    """In some worlds operators ask for a sweep, or to reopen what is not there: rather in trouble."""
    if fraction(seed, "asks") >= ASKING:
        return
    wrong = [
        event.at for event in events if event.kind in ("db_gone", "db_full", "kill", "freeze", "lose_lease")
    ]
    for number in range(1 + int(fraction(seed, "how many asks") * 4)):
        show = chosen(shows, seed, "ask show", number)
        around = chosen([show.starts, show.ends, *wrong, *wrong], seed, "ask around", number)
        at = max(1.0, around + round(fraction(seed, "ask at", number) * 12 - 6, 2))
        yield Event(at, chosen(("ask_sweep", "ask_sweep", "ask_reopen"), seed, "asks for", number), show.id)


def _stop(world: Parts, event: Event) -> None:
    world.want(event, "stop", event.at)
    _ask(world, event, "stop", world.row(event.show))


def _sweep(world: Parts, event: Event) -> None:
    _ask(world, event, "sweep", "")


def _reopen(world: Parts, event: Event) -> None:
    """Somebody wants to reopen what was never there."""
    _ask(world, event, "reopen", "nobody")


def _ask(world: Parts, event: Event, kind: str, broadcast_id: str) -> None:
    statement = "INSERT INTO requests (kind, broadcast_id, argument, asked_at) VALUES (?, ?, ?, ?)"
    argument = "15m" if kind == "reopen" else ""
    world.database.write(statement, kind, broadcast_id, argument, iso(event.at))


HAPPENINGS = {"ask_stop": _stop, "ask_sweep": _sweep, "ask_reopen": _reopen}
