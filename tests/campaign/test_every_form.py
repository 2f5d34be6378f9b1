"""Everything that a schedule may say goes through file, database, worker and simulator, and airs."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from tests.campaign.chance import Faults
from tests.campaign.scenario import Scenario
from tests.campaign.world import World, lived
from worker.kit.virtual_clock import VirtualLoop

HOURS = 2.5
SCHEDULE = """
timezone: Europe/Berlin
defaults: {prepare: 30m, live_within: 1m, late_start: 2m}
broadcasts:
  - {key: once, title: Once, start: 2026-12-01T13:40, duration: 20m}
  - {key: with-offset, title: Elsewhere, start: "2026-12-01T07:40:30-05:00", duration: 10m30s}
  - {key: in-tokyo, title: In Tokyo, timezone: Asia/Tokyo, start: 2026-12-01T21:40, duration: 10m}
  - {key: by-the-clock, title: By the clock, start: 2026-12-01T13:40, end: 14:00}
  - {key: to-an-instant, title: To an instant, start: 2026-12-01T13:40, end: 2026-12-01T14:00}
  - key: overnight
    title: Overnight
    timezone: Asia/Vladivostok
    start: 2026-12-01T23:30
    end: 00:10
    go_live: at_start
    doors: 15m
    account: events
    end_session: true
    meeting: {record_on_start: true, session_keep_alive_time_in_secs: 120}
    hosts: [{name: Studio, preset: webinar_presenter, id: studio-1}]
  - key: weekly
    title: Weekly
    start: 2026-12-01T14:00
    duration: 20m
    repeat: FREQ=WEEKLY;BYDAY=TU,TH,FR;UNTIL=20270630T220000Z
    except: [2026-12-03]
    also: [2026-12-01T14:05, 2026-12-01T15:00]
    change:
      2026-12-01: {start: 2026-12-01T14:40, title: Weekly (moved)}
      2026-12-01T1500: {duration: 10m}
      2026-12-04: {skip: true, note: A holiday}
  - key: twice-a-day
    title: Twice a day
    start: 2026-12-01T14:00
    duration: 15m
    repeat: {freq: daily, byhour: [14, 15], count: 2}
  - key: same-room
    title: Same room
    start: 2026-12-01T14:00
    duration: 15m
    room: shared
    repeat: FREQ=DAILY;BYHOUR=14,15;COUNT=2
"""
AIRED = {
    "once": "12:40:00",
    "with-offset": "12:40:30",
    "in-tokyo": "12:40:00",
    "by-the-clock": "12:40:00",
    "to-an-instant": "12:40:00",
    "overnight": "13:30:00",
    "weekly@2026-12-01": "13:40:00",
    "weekly@2026-12-01T1405": "13:05:00",
    "weekly@2026-12-01T1500": "14:00:00",
    "twice-a-day@2026-12-01T1400": "13:00:00",
    "twice-a-day@2026-12-01T1500": "14:00:00",
    "same-room@2026-12-01T1400": "13:00:00",
    "same-room@2026-12-01T1500": "14:00:00",
}
"""Every occurrence within those hours, with its start in UTC on 2026-12-01, worked out by hand."""


class OfFile(World):
    """A world in which a file says what is wanted, and somebody joins whatever is opened."""

    def _begin(self) -> None:
        self.file.path.write_text(SCHEDULE)
        self.simulator.turn(crowd=True)

    def settings(self) -> Settings:
        settings = super().settings()
        own = settings.accounts["default"]
        return settings.model_copy(
            update={"accounts": {"default": own, "events": own}},
        )


@pytest.fixture(scope="module")
def world() -> World:
    scenario = Scenario(seed=1, shows=(), events=(), rates={}, by_file=True, quiet_after=HOURS * 3600)

    def made(scenario: Scenario, faults: Faults, loop: VirtualLoop, folder: Path) -> World:
        return OfFile(scenario, faults, loop, folder)

    return lived(scenario, made=made)


def test_every_form_of_an_occurrence_airs_at_its_hour(world: World) -> None:
    runs = {each["id"]: each for each in world.database.rows("SELECT id, state, why, live_at FROM runs")}
    states = {each: (runs[each]["state"] if each in runs else "not taken up") for each in AIRED}
    assert states == dict.fromkeys(AIRED, "ended")
    for each, starts_at in AIRED.items():
        start = datetime.fromisoformat(f"2026-12-01T{starts_at}+00:00")
        live = datetime.fromisoformat(runs[each]["live_at"])
        assert timedelta(0) < live - start < timedelta(minutes=1), each


def test_nothing_else_is_taken_up_and_nothing_is_told(world: World) -> None:
    runs = {each["id"]: each["state"] for each in world.database.rows("SELECT id, state FROM runs")}
    others = {each: state for each, state in runs.items() if each not in AIRED}
    assert all(state in ("planned", "ready", "cancelled") for state in others.values()), others
    assert [each["key"] for each in world.database.rows("SELECT * FROM alerts")] == []
