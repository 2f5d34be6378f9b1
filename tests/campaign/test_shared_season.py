"""An entry whose occurrences share one room, through four weeks: judged by what the provider knows."""

from collections.abc import Iterator
from itertools import product

import pytest

from jobs.ids import room_of_entry
from tests.campaign.season import WEEK, Plan, Season, passed
from tests.campaign.truth import Truth
from worker.simulator.history import Kind

LENGTH, FIRST, LEADS, LOOKED_BACK = 180, 300, 150, 90
OFF_WITHIN = 10.0
"""Seconds from an end until its stream is off, where nothing goes wrong."""
IDS = [f"weekly@2026-12-{day:02}" for day in (1, 8, 15, 22)]
STARTS = [FIRST + week * WEEK for week in range(4)]
STAYS, EARLY, LATE = (STARTS[0] + 5, STARTS[1] + LENGTH), (STARTS[2] - 120, STARTS[2] + 400), STARTS[3] + 20
"""A host who stays after the first and tries the door all week, one who comes early, and one who is late."""
SCHEDULE = """
timezone: Europe/Berlin
broadcasts:
  - key: weekly
    title: Weekly
    start: 2026-12-01T13:05
    duration: 3m
    repeat: FREQ=WEEKLY;COUNT=4
    room: shared
    {mode}
    hosts: [{{name: Studio, preset: webinar_presenter, id: studio}}]
"""
MODES = ("go_live: on_join", "go_live: at_start\n    doors: 2m")


@pytest.fixture(scope="module", params=list(product(MODES, ("per_start", "per_meeting"))))
def season(request: pytest.FixtureRequest) -> Iterator[Season]:
    mode, livestream_id = request.param
    found = passed(
        Plan(
            SCHEDULE.format(mode=mode),
            lasts=STARTS[-1] + LENGTH + LOOKED_BACK,
            knobs={"livestream_id": livestream_id},
            hosts=(STAYS, EARLY, (LATE, LATE + LENGTH)),
            asleep=tuple((at + LENGTH + LOOKED_BACK, at + WEEK - LEADS) for at in STARTS[:-1]),
        )
    )
    yield found
    found.database.close()


def test_four_weeks_are_one_meeting_and_four_livestreams_and_nothing_is_told(season: Season) -> None:
    assert season.states() == dict.fromkeys(IDS, "ended")
    truth, meeting = Truth(season), season.meeting()
    assert len(truth.live(meeting)) == 4
    started = {change.subject for change in truth.changes(meeting, Kind.STREAM_STARTED)}
    assert len(started) == (4 if season.plan.knobs["livestream_id"] == "per_start" else 1)
    assert season.alerts() == set()


def test_nobody_is_on_air_between_them_whoever_stays_or_comes_early(season: Season) -> None:
    for stream, start in zip(Truth(season).on_air(season.meeting()), STARTS, strict=True):
        assert start <= stream.start
        assert stream.end <= start + LENGTH + OFF_WITHIN


def test_their_hosts_are_added_once_for_all_of_them(season: Season) -> None:
    assert len(Truth(season).changes(season.meeting(), Kind.PARTICIPANT_ADDED)) == 1
    assert [row["key"] for row in season.database.rows("SELECT key FROM rooms")] == [room_of_entry("weekly")]
