"""What truly happened in a world, put so that laws can be held against it."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.campaign.life import Life
from tests.campaign.network import Sent
from tests.campaign.scenario import Show
from tests.campaign.spans import Span, common, joined, without
from tests.campaign.virtual import EPOCH
from tests.campaign.world import Line, World
from tests.campaign.written import Written
from worker.simulator.history import Change, Kind

HEARD_AFTER = 4.0
"""Seconds within which a worker that is up has taken in a row that changed."""
PASS_LASTS = 18.0
"""Seconds that a pass may wait for one answer: 10 for its turn and 8 for the provider."""
ANSWERED_WITHIN = 8.0
"""Seconds after which a worker waits for an answer no longer."""
LISTS_LAG = 60.0
"""Seconds after which a new meeting is in every list."""
TAGGED = re.compile(r"search=%5B\w+-(&|$)")
"""What the sweep asks: for the tag alone, without a marker."""
_GOES_OFF = (Kind.STREAM_OFF, Kind.STREAM_ERRORED)


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as it was delivered."""

    at: float
    key: str
    severity: str
    resolved_at: float


@dataclass(frozen=True, slots=True)
class Room:
    """A meeting as it is wanted: by the shows that use it."""

    key: str
    marker: str
    adopted: str | None
    shows: tuple[Show, ...]


class Truth:
    """One world after its end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.end = world.scenario.lasts
        self.written = Written(world)

    # What was wanted.

    @cached_property
    def shows(self) -> dict[str, Show]:
        return {show.id: show for show in self.world.scenario.shows if show.id in self.world.wanted}

    @cached_property
    def runs(self) -> dict[str, Any]:
        """The run of each show, by the show."""
        return self.written.runs

    @cached_property
    def rooms(self) -> list[Room]:
        found = []
        statement = "SELECT key, marker, meeting_id FROM rooms WHERE key NOT LIKE 'old-%' ORDER BY key"
        for row in self.world.database.rows(statement):
            users = [self.shows[show] for show, run in self.runs.items() if run["room_key"] == row["key"]]
            if users:
                found.append(Room(row["key"], row["marker"], row["meeting_id"], tuple(users)))
        return found

    def wanted(self, show: Show) -> list[tuple[float, str, float]]:
        """Return what was wanted of it, and when."""
        return self.world.wanted[show.id]

    def moves(self, run: str, to: str) -> list[float]:
        """Return when the run moved to a state, by the journal."""
        return [move.dated for move in self.written.moves_of(run) if move.after == to]

    def state(self, run: str, at: float) -> str:
        """Return the state that the run was in, by the journal."""
        past = [move.after for move in self.written.moves_of(run) if move.dated <= at]
        return past[-1] if past else ""

    def ahead(self, at: float) -> float:
        """Return by how many seconds the clock of the workers' host was ahead."""
        return [ahead for when, ahead in self.world.steps if when <= at][-1]

    def came_too_late(self, show: Show) -> bool:
        """Whether it was given up because too little of its window remained, by the journal."""
        return any("too little" in move.why for move in self.written.moves_of(show.id))

    def revived(self, show: Show) -> list[str]:
        """Return what it was each time that it was over and wanted again, by the journal."""
        return [
            move.before
            for move in self.written.moves_of(show.id)
            if move.after in ("planned", "ready") and move.before in ("ended", "missed", "cancelled")
        ]

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

    def window(self, show: Show) -> Span:
        """Return when it was to be on air, in true time: by the clock of the worker's host.

        It begins once, when that clock reaches the start, and is over once, when it passes the end.
        """
        starts = [(0.0, float(show.starts))]
        first = self._reached(starts, 0.0)
        return Span(first, self._reached(self.ends(show), first))

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
                return Span(first, self._reached(self.ends(show), first)) if first < self.end else None
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

    def had_a_chance(self, within: Span, *whose: str) -> bool:
        """Whether a worker was up for the length of a pass while none of these was in trouble."""
        away = [Span(start, end) for start, end, who in self.world.troubled if who in whose]
        chances = [each for left in without(within, away) for each in common(left, self.up)]
        return any(each.length >= PASS_LASTS for each in chances)

    def _calling_off(self, show: Show) -> Iterator[float]:
        """Yield when a worker heard that it was called off: by its log; by the journal, if that lost it."""
        for line in self.world.log:
            is_said = (line.event, line.values.get("why")) == ("moved", "called off")
            if is_said and self.written.show(line.values.get("run")) == show.id:
                yield line.at
        yield from (move.dated for move in self.written.moves_of(show.id) if move.why == "called off")

    def _keeps_on_air(self, line: Line, show: Show) -> bool:
        """Whether this line tells that the file does not take the show off the air."""
        is_told = line.event == "alert" and "over by the schedule" in line.values["text"]
        return is_told and self.written.about(line.values.get("about")) == f"schedule/{show.id}"

    def edited_within(self, show: Show, at: float, seconds: float) -> bool:
        """Whether something of it was changed shortly before."""
        return any(at - seconds <= when <= at for when, _, _ in self.world.wanted[show.id] if when)

    # What was there.

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

    # What happened.

    @cached_property
    def _by_meeting(self) -> dict[str, list[Change]]:
        found: dict[str, list[Change]] = {}
        for change in self.world.simulator.history:
            found.setdefault(change.meeting_id, []).append(change)
        return found

    def meetings(self, room: Room) -> list[str]:
        """Return the meetings that bear the room's marker."""
        return [
            meeting
            for meeting, changes in self._by_meeting.items()
            if (changes[0].title or "").endswith(room.marker)
        ]

    def changes(self, meeting: str, *kinds: Kind) -> list[Change]:
        return [each for each in self._by_meeting.get(meeting, []) if not kinds or each.kind in kinds]

    def on_air(self, meeting: str) -> list[Span]:
        """Return when a stream was starting, live or stopping."""
        return self._spans(meeting, (Kind.STREAM_STARTED,))

    def live(self, meeting: str) -> list[Span]:
        """Return when viewers could see it."""
        return self._spans(meeting, (Kind.STREAM_LIVE,))

    def sessions(self, meeting: str) -> list[Span]:
        return self._spans(meeting, (Kind.SESSION_STARTED,), (Kind.SESSION_ENDED,))

    def _spans(self, meeting: str, begins: Iterable[Kind], ends: Iterable[Kind] = _GOES_OFF) -> list[Span]:
        spans, since = [], None
        for change in self._by_meeting.get(meeting, []):
            if change.kind in tuple(begins) and since is None:
                since = seconds(change.at)
            elif change.kind in tuple(ends) and since is not None:
                spans.append(Span(since, seconds(change.at)))
                since = None
        return spans if since is None else [*spans, Span(since, self.end)]

    @property
    def sent(self) -> list[Sent]:
        return self.world.network.sent

    def about(self, meeting: str, method: str, end: str = "") -> list[Sent]:
        """Return these calls about that meeting, in order."""
        return [each for each in self._sent_about.get(meeting, []) if each.is_about(meeting, method, end)]

    def readable_at(self, meeting: str, end: str, since: float, every: float) -> float:
        """Return by when a worker that asks this so often has an answer.

        That is one interval later, and another for each question on the way there whose answer was spoilt.
        """
        by = since + every
        for call in self.about(meeting, "GET", end):
            if since <= call.at <= by:
                if call in self.world.network.answered:
                    break
                by = call.at + ANSWERED_WITHIN + every
        return by

    @cached_property
    def lists_read(self) -> list[float]:
        """Return when the lists of what is on the air began to be read, and were answered.

        In whatever words: who is not on a list is not on it, whatever it says of those who are.
        """
        begun = [call for call in self.sent if call.path.endswith("/livestreams") and "INVOKED" in call.query]
        network = self.world.network
        return [call.at for call in begun if call in network.answered or call in network.reworded]

    @cached_property
    def _sent_about(self) -> dict[str, list[Sent]]:
        found: dict[str, list[Sent]] = {}
        for each in self.sent:
            meeting = each.path.partition("/meetings/")[2].partition("/")[0]
            found.setdefault(meeting, []).append(each)
        return found

    def was_swept(self, since: float) -> bool:
        """Whether a sweep that began after then got through, with lists that lag at most 60 s."""
        begun = [each.at for each in self.sent if each.method == "GET" and TAGGED.search(each.query)]
        failed = [line.at for line in self.world.log if line.event == "sweep_failed"]
        return any(
            at > since + LISTS_LAG and not any(at <= each < until for each in failed)
            for at, until in itertools.pairwise([*begun, self.end])
        )

    @cached_property
    def told(self) -> list[Told]:
        """Return the alerts in the order in which they were told."""
        open_: dict[str, tuple[float, str]] = {}
        found = []
        for line in self.world.log:
            key = f"{self.written.about(line.values.get('about'))}/{line.values.get('condition')}"
            if line.event == "alert":
                open_.setdefault(key, (line.at, line.level))
            elif line.event == "alert_resolved" and key in open_:
                at, level = open_.pop(key)
                found.append(Told(at, key, level, line.at))
        found += [Told(at, key, level, self.end) for key, (at, level) in open_.items()]
        return sorted(found, key=lambda told: (told.at, told.key))

    def was_told(self, about: str, since: float, until: float) -> bool:
        """Whether an alert about this, or about what stands in the way of all, was open somewhere between.

        A clock that is wrong is told as what it does: everything begins and ends so much too late. So is a
        database that is away: nothing begins. Of an account only what is critical stands in the way.
        """
        wide = ("meeting/", "clock/skew/clock_wrong", "database/")
        return any(self._open_between(since, until, f"{about}/", *wide)) or self.was_alarmed(
            "account", since, until
        )

    def was_short(self, since: float, until: float) -> bool:
        """Whether it was told at some time between that the quota does not carry what is due."""
        told = self._open_between(since, until, "account/")
        return any(each.key.endswith("/quota_short") for each in told)

    def was_alarmed(self, about: str, since: float, until: float) -> bool:
        """Whether a critical alert about this was open at some time between."""
        return any(told.severity == "critical" for told in self._open_between(since, until, f"{about}/"))

    def _open_between(self, since: float, until: float, *keys: str) -> Iterator[Told]:
        for told in self.told:
            if told.at <= until and told.resolved_at >= since and told.key.startswith(keys):
                yield told


def seconds(at: datetime) -> float:
    """Return the seconds since the beginning of the world."""
    return (at - EPOCH).total_seconds()
