"""What was wanted of each show, and when: windows in true time, and when it was cancelled."""

import itertools
from collections.abc import Iterator

from tests.campaign.scenario import Show
from tests.campaign.spans import Span, common, joined, without
from tests.campaign.truth.journal import Journal
from tests.campaign.truth.on_air import OnAir
from tests.campaign.truth.workers import PASS_LASTS, Workers
from tests.campaign.world import Line
from tests.campaign.written import Overrun

SAME = 0.001
"""Seconds by which one instant may differ from itself, written in two ways."""
HEARD_AFTER = 4.0
"""Seconds within which a worker that is up has taken in a row that changed."""


def _first(change: tuple[float, float, float | None]) -> float:
    return change[0]


class Wanted(Journal, OnAir, Workers):
    """What operators and schedules wanted, as far as a worker could know of it."""

    def wanted(self, show: Show) -> list[tuple[float, str, float]]:
        """Return what was wanted of it, and when."""
        return self.world.wanted[show.id]

    def ends(self, show: Show) -> list[tuple[float, float]]:
        """Return the ends that were wanted, each with the instant from which on it was.

        A file takes nothing off the air (law 13): an end that was past when it was read is refused, and told.
        """
        told = [line.at for line in self.world.log if self._keeps_on_air(line, show)]
        return [
            (at, value)
            for at, what, value in self.world.wanted[show.id]
            if what == "end" and not any(each >= max(at, value) for each in told)
        ]

    def ends_in_force(self, show: Show) -> list[tuple[float, float]]:
        """Return the ends that were wanted and those that followed by rule, as long as nobody moved them."""
        moved = [(each.at, each.after, each.before) for each in self.overruns(show)]
        found = list[tuple[float, float]]()
        for at, after, before in sorted(
            [*((at, end, None) for at, end in self.ends(show)), *moved], key=_first
        ):
            if before is None or (found and abs(found[-1][1] - before) < SAME):
                found.append((at, after))
        return found

    def overruns(self, show: Show) -> list[Overrun]:
        """Return the ends of it that were moved by rule, in order."""
        return [each for each in self.written.overruns if each.show == show.id]

    def _keeps_on_air(self, line: Line, show: Show) -> bool:
        """Whether this line tells that the file does not take the show off the air."""
        is_told = line.event == "alert" and "over according to the schedule" in line.values["text"]
        return is_told and self.written.about(line.values.get("about")) == f"schedule/{show.id}"

    def edited_within(self, show: Show, at: float, seconds: float) -> bool:
        """Whether something of it was changed shortly before."""
        return any(at - seconds <= when <= at for when, _, _ in self.world.wanted[show.id] if when)

    def window(self, show: Show) -> Span:
        """Return when it was to be on air, in true time: by the clock of the worker's host.

        It begins once, when that clock reaches the start, and is over once, when it passes the end.
        """
        return self._window_from(show, self._reached([(0.0, float(show.starts))], 0.0))

    def _window_from(self, show: Show, first: float) -> Span:
        planned = self._over(self.ends(show), first)
        return Span(first, self._runs_over(show, planned, self._over(self.ends_in_force(show), first)))

    def _runs_over(self, show: Show, planned: float, until: float) -> float:
        """Return until when it was to be on air: past its planned end only while it was live."""
        if until <= planned + SAME:
            return until
        meetings = [each for room in self.rooms if show in room.shows for each in self.meetings(room)]
        ends = [span.end for each in meetings for span in self.live(each) if span.has(planned)]
        return min(until, max(ends, default=planned))

    def _over(self, ends: list[tuple[float, float]], since: float) -> float:
        """Return when its end was passed, with a worker there that could know of it.

        What ended while none was is not known to be over: a clock that is set back before one is there has
        its end ahead once more.
        """
        over = self._reached(ends, since)
        for at, ahead in self.world.steps:
            end = [value for when, value in ends if when <= at][-1:]
            if over <= at and end and at + ahead < end[0] and not list(common(Span(over, at), self.up)):
                over = self._reached(ends, at)
        return over

    def windows(self, show: Show) -> list[Span]:
        """Return the parts of its windows in which nobody had called it off."""
        off = self.called_off(show)
        return [left for window in self._rounds(show) for left in without(window, off)]

    def _rounds(self, show: Show) -> Iterator[Span]:
        """Yield its window, and another for each time that the clock was set back from its end to before its
        start: what is over and has not aired may be wanted again then."""
        window: Span | None = self.window(show)
        while window:
            yield window
            window = self._begun_anew(show, window.end) if self.revived(show) else None

    def _begun_anew(self, show: Show, since: float) -> Span | None:
        for at, ahead in self.world.steps:
            if at > since and at + ahead < show.starts:
                first = self._reached([(0.0, float(show.starts))], at)
                return self._window_from(show, first) if first < self.end else None
        return None

    def _reached(self, goals: list[tuple[float, float]], since: float) -> float:
        """Return the first true instant at which the host's clock is past the goal that is in force then."""
        cuts = sorted({since, self.end, *(at for at, _ in goals), *(at for at, _ in self.world.steps)})
        for at, until in itertools.pairwise(cuts):
            if at < since:
                continue
            goal = [value for when, value in goals if when <= at][-1]
            if (reached := max(at, goal - self.ahead(at))) < until:
                return reached
        return self.end

    def called_off(self, show: Show) -> list[Span]:
        """Return when somebody did not want it."""
        spans, since = [], None
        for at, what, _ in self.world.wanted[show.id]:
            if what == "stop":
                spans.append(Span(at, self.end))
            elif what == "cancel" and since is None:
                since = at
            elif what == "uncancel" and since is not None:
                if at < self.window(show).start - HEARD_AFTER:
                    spans.append(Span(since, at))
                    since = None
                elif self._was_unheard(show, Span(since, at)):
                    since = None
        return joined([*spans, *([Span(since, self.end)] if since is not None else [])])

    def _was_unheard(self, show: Show, cancelled: Span) -> bool:
        """Whether it was wanted again before any worker could hear that it was not, and none did.

        What is wanted is a level: a pass that waits for the provider, or for the database, reads the row
        later and finds it as it was. What was heard is off for good, and so is what had to be heard.
        """
        heard = any(cancelled.start <= at <= cancelled.end + PASS_LASTS for at in self._calling_off(show))
        return not heard and not self.had_a_chance(cancelled, "database")

    def _calling_off(self, show: Show) -> Iterator[float]:
        """Yield when a worker heard that it was cancelled: by its log; by the journal, if that lost it."""
        for line in self.world.log:
            is_said = (line.event, line.values.get("why")) == ("moved", "cancelled")
            if is_said and self.written.show(line.values.get("run")) == show.id:
                yield line.at
        yield from (move.dated for move in self.written.moves_of(show.id) if move.why == "cancelled")
