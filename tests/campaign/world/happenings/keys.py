"""Entries of a schedule file get another key, or a rule."""

from collections.abc import Iterator

from tests.campaign.scenario import LONGEST_KEY, Event, Show
from tests.campaign.world.parts import Parts
from tests.campaign.world.schedule_file import RULES
from worker.rehearsal.chance import chosen, fraction

RENAMING = 0.5
"""The share of the worlds with a file in which keys or rules change."""


def drawn(seed: int, shows: tuple[Show, ...]) -> Iterator[Event]:
    """An entry gets another key once, or gains a rule and loses it: as it waits, on air, at its end."""
    for show in shows if fraction(seed, "renaming") < RENAMING else ():
        moments = (show.known_at + 3, show.starts // 2, show.starts, show.starts + 40, show.ends)
        around = chosen(moments, seed, show.id, "rename around")
        at = max(show.known_at + 1.5, around + round(fraction(seed, show.id, "rename at") * 8 - 4, 2))
        draw = fraction(seed, show.id, "rename")
        if draw < 0.3:
            yield Event(at, "rename", show.id)
        elif draw < 0.5:
            lost_at = at + chosen((3, 30, 120), seed, show.id, "rule lost")
            yield Event(at, "rule", show.id, chosen((1, 2), seed, show.id, "rule"))
            yield Event(lost_at, "rule", show.id, chosen((0, 0, 2), seed, show.id, "rule then"))


def _rename(world: Parts, event: Event) -> None:
    """An operator gives the entry another key, and says what it was."""
    key = world.file.key(event.show)
    world.file.change(event.show, key=f"r-{key}"[:LONGEST_KEY].rstrip("-"), was=key)


def _rule(world: Parts, event: Event) -> None:
    """The entry gains a rule that has it at the same instant, or loses it."""
    world.file.change(event.show, rule=RULES[int(event.value)])


HAPPENINGS = {"rename": _rename, "rule": _rule}
