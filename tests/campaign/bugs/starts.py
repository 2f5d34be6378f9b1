"""When a show goes on air, and what it waits for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from jobs.run import go_live, stop
from jobs.run.decision import BACKSTAGE
from jobs.run.observations import Stream, StreamStatus
from jobs.run.situation import Situation
from tests.campaign.bugs.bug import Bug
from tests.campaign.scenario import Scenario

_begin = go_live._begin


def _has_shows_of_one_room(made: Scenario) -> bool:
    entries = [show.entry for show in made.shows if show.entry]
    return not made.by_file and len(set(entries)) < len(entries)


def _has_its_clock_set_back(made: Scenario) -> bool:
    return any(event.kind == "clock" and event.value < 0 for event in made.events)


def _early(seconds: float) -> Callable[[Situation], Any]:
    return lambda s: _begin(replace(s, now=s.now + timedelta(seconds=seconds)))


def _begins_in_any_room(s: Situation) -> Any:
    return _begin(replace(s, run=replace(s.run, room=replace(s.run.room, held_by=None))))


def _any_start_to_come(s: Situation) -> bool:
    return s.broadcast.window.starts_at > s.now and not s.broadcast.cancelled


_BACKSTAGE_LIVE = replace(BACKSTAGE, live_stream_on_start=True)


STARTS = (
    Bug.of("it begins early", "not_before_its_start", (go_live, "_begin", _early(30))),
    Bug.of(
        "the next show does not wait for the room",
        "one_room_one_show",
        (go_live, "_begin", _begins_in_any_room),
        takes=_has_shows_of_one_room,
    ),
    Bug.of("the backstage streams", "not_before_its_start", (go_live, "BACKSTAGE", _BACKSTAGE_LIVE)),
    Bug.of(
        "what is nearly over is begun",
        "not_begun_too_late",
        (Situation, "too_late", property(lambda _: False)),
    ),
    Bug.of(
        "sessions are taken for the stream",
        "live_or_told",
        (
            Stream,
            "is_live",
            property(lambda self: self.status in (StreamStatus.LIVE, StreamStatus.INVOKED)),
        ),
    ),
    Bug.of(
        "a clock set back airs what has aired",
        "aired_once",
        (stop, "_wanted_again", _any_start_to_come),
        takes=_has_its_clock_set_back,
    ),
)
