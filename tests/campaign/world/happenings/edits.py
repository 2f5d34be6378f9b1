"""Operators change their minds about a show: its end, its title, whether it is wanted at all."""

from collections.abc import Iterator
from typing import Any

from tests.campaign.scenario import Event, Show
from tests.campaign.virtual import iso
from tests.campaign.world.parts import Parts
from tests.campaign.world.schedule_file import TITLED
from worker.rehearsal.chance import chosen, fraction


def drawn(seed: int, show: Show) -> Iterator[Event]:
    """One change at most for each show, sometimes with its taking back."""
    when, edit = fraction(seed, show.id, "edit when"), fraction(seed, show.id, "edit")
    inside = show.starts + int(when * (show.ends - show.starts))
    anytime = 20 + int(when * (show.ends - 20))
    if edit < 0.12:
        yield Event(inside, "end", show.id, show.ends + chosen((-20, 60, 90), seed, show.id, "end"))
    elif edit < 0.16:
        yield from _called_off(seed, show, anytime)
    elif edit < 0.2:
        yield Event(2 + fraction(seed, show.id, "soon"), "cancel", show.id)
    elif edit < 0.25:
        yield Event(anytime, "ask_stop", show.id)
    elif edit < 0.35:
        yield Event(anytime, "title", show.id)
    elif edit < 0.42:
        yield Event(inside, "remove", show.id)
        yield Event(inside + 25, "restore", show.id)


def _called_off(seed: int, show: Show, at: int) -> Iterator[Event]:
    yield Event(at, "cancel", show.id)
    if fraction(seed, show.id, "uncancel") < 0.5:
        yield Event(at + chosen((2, 10, 40), seed, show.id, "uncancel when"), "uncancel", show.id)


def _end(world: Parts, event: Event) -> None:
    world.want(event, "end", event.value)
    statement = "UPDATE broadcasts SET ends_at = ? WHERE id = ?"
    _change(world, event.show, statement, iso(event.value), ends=event.value)


def _title(world: Parts, event: Event) -> None:
    world.want(event, "title", event.at)
    title = f"{TITLED}{event.show} anew"
    _change(world, event.show, "UPDATE broadcasts SET title = ? WHERE id = ?", title, title=title)


def _change(world: Parts, show: str, statement: str, value: str, **in_file: Any) -> None:
    if world.scenario.by_file:
        world.file.change(show, **in_file)
    else:
        world.database.write(statement, value, world.row(show))


def _cancel(world: Parts, event: Event) -> None:
    world.want(event, "cancel", event.at)
    _call_off(world, event.show, cancelled=True)


def _uncancel(world: Parts, event: Event) -> None:
    world.want(event, "uncancel", event.at)
    _call_off(world, event.show, cancelled=False)


def _call_off(world: Parts, show: str, *, cancelled: bool) -> None:
    """As an operator does it: a re-applied schedule leaves it at that."""
    statement = "UPDATE broadcasts SET cancelled = ?, operator_fields = ? WHERE id = ?"
    world.database.write(statement, cancelled, '["cancelled"]', world.row(show))


def _remove(world: Parts, event: Event) -> None:
    world.file.remove(event.show)


def _restore(world: Parts, event: Event) -> None:
    world.file.restore(event.show)


HAPPENINGS = {
    "end": _end,
    "title": _title,
    "cancel": _cancel,
    "uncancel": _uncancel,
    "remove": _remove,
    "restore": _restore,
}
