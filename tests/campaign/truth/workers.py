"""When a worker was there that could act, and what stood in its way."""

from functools import cached_property

from tests.campaign.spans import Span, common, without
from tests.campaign.truth.after import After, seconds
from worker.rehearsal.life import Life

PASS_LASTS = 18.0
"""Seconds that a pass may wait for one answer: 10 for its turn and 8 for the provider."""


class Workers(After):
    """Workers, their clock, and the trouble of what they live on."""

    @cached_property
    def up(self) -> list[Span]:
        """Return when a worker was there that could act: alive, not frozen, with the lease."""
        if self.world.scenario.workers > 1:
            return sorted(span for life in self.world.lives for span in self.held(life))
        frozen = [Span(*each) for each in self.world.frozen]
        lives = []
        for life in self.world.lives:
            ends = [each for each in (life.dead_at, life.lost_lease_at) if each is not None]
            lives.append(Span(seconds(life.began_at), min(map(seconds, ends), default=self.end)))
        return sorted(left for life in lives for left in without(life, frozen))

    def held(self, life: Life) -> list[Span]:
        """Return when one of several workers held the lease and could act: until another had it, at most."""
        end = seconds(life.dead_at) if life.dead_at else self.end
        of_all = [line for line in self.world.log if line.values.get("group") == "default"]
        entered = [line.at for line in of_all if line.life == life.name and line.event == "lease_entered"]
        gone = [line.at for line in of_all if line.life == life.name and line.event == "lease_gone"]
        gone += [line.at for line in of_all if line.life != life.name and line.event == "lease_taken"]
        spans = [Span(at, min([end, *(each for each in gone if each >= at)])) for at in entered]
        frozen = [Span(*each) for each in life.frozen]
        return [left for span in spans for left in without(span, frozen)]

    def was_up(self, since: float, until: float) -> bool:
        """Whether one worker was up all the while."""
        return any(span.start <= since and span.end >= until for span in self.up)

    def in_trouble(self, since: float, until: float, *whose: str) -> bool:
        """Whether the database or the provider was away at some time between."""
        return any(
            start < until and end > since and (not whose or who in whose)
            for start, end, who in self.world.troubled
        )

    def had_a_chance(self, within: Span, *whose: str) -> bool:
        """Whether a worker was up for the length of a pass while none of these was in trouble."""
        away = [Span(start, end) for start, end, who in self.world.troubled if who in whose]
        chances = [each for left in without(within, away) for each in common(left, self.up)]
        return any(each.length >= PASS_LASTS for each in chances)

    def ahead(self, at: float) -> float:
        """Return by how many seconds the clock of the workers' host was ahead."""
        return [ahead for when, ahead in self.world.steps if when <= at][-1]
