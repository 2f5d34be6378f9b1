"""The rehearsal itself: the real command, the real worker, and the simulated provider, in virtual time."""

import json
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result
from pydantic import SecretStr

from config.settings import Settings
from jobs.model import Broadcast
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.support.command import cuelight
from tests.unit.rehearsal.known import broadcast
from worker.rehearsal.cast import Level, cast
from worker.rehearsal.evidence import Evidence, evidence
from worker.rehearsal.faults import Fault, Mishap
from worker.rehearsal.record import Record
from worker.rehearsal.scene import Script
from worker.rehearsal.stage import played

EXAMPLE = Path(__file__).parents[2] / "config/example.yaml"
WEEK = ("--from", "2026-12-07T00:00:00Z")
DAY = ("--from", "2026-12-08T00:00:00Z", "--days", "1")
TEN_MINUTES = timedelta(minutes=10)
CROWD = "timezone: UTC\ndefaults: {prepare: 30m}\nbroadcasts:\n" + "".join(
    f"  - {{key: show-{n}, title: Show {n}, start: 2026-12-08T10:00, duration: 10m}}\n" for n in range(12)
)
SCARCE = {
    "CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR": "realtimekit",
    "CUELIGHT_ACCOUNTS__DEFAULT__ACCOUNT_ID": "a",
    "CUELIGHT_ACCOUNTS__DEFAULT__APP_ID": "b",
    "CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN": "never-used-anywhere",
    "CUELIGHT_ACCOUNTS__DEFAULT__CALLS_PER_5_MINUTES": "15",
}
"""A quota that does not carry the crowd."""
TOLD = """
timezone: UTC
broadcasts:
  - key: talk
    title: Talk
    start: 2026-12-08T10:00
    duration: 10m
    hosts: [{name: Ada, id: ada, preset: webinar_presenter, notify: "mail:ada@example.org", remind: [15m]}]
"""
SHARED = """
timezone: UTC
defaults: {room: shared, duration: 70m}
broadcasts:
  - {key: talk, title: Talk, start: 2026-12-08T10:00, repeat: FREQ=HOURLY;COUNT=2}
"""
"""One room, and the next begins before the one before is over."""


def rehearse(folder: Path, *words: str, file: Path = EXAMPLE, **variables: str) -> Result:
    return cuelight(folder, "rehearse", str(file), *words, **variables)


def report(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def lived(shows: list[Broadcast], *faults: Fault) -> Record:
    """Live through these broadcasts, with hosts in time and these faults."""
    ends_at = max(each.window.ends_at for each in shows) + timedelta(minutes=20)
    settings = Settings(database_url=SecretStr("sqlite://"), state_dir=Path())
    script = Script(
        settings=settings,
        text="",
        broadcasts=shows,
        cast=cast(shows, Level.NONE, 0),
        faults=faults,
        seed=0,
        begins_at=NOON - timedelta(minutes=30),
        until=ends_at,
        ends_at=ends_at,
    )
    return played(script, lambda _: None)


def lived_one(*faults: Fault) -> Evidence:
    (found,) = evidence(lived([broadcast("show", lasts=TEN_MINUTES)], *faults))
    return found


def names(known: Evidence) -> set[str]:
    return {each.name for each in known.told}


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing reach a network, not even this machine's own."""

    def refuse(*_: object) -> None:
        raise AssertionError("a rehearsal connects to something")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)


@pytest.mark.usefixtures("offline")
def test_the_week_of_the_example_airs_in_time_and_nothing_is_kept_or_sent(tmp_path: Path) -> None:
    done = rehearse(tmp_path, *WEEK, "--json", "--svg", str(tmp_path / "week.svg"))
    found = report(done)
    assert done.exit_code == 0, done.output
    assert [each["id"] for each in found["broadcasts"]] == [
        "office-hours@2026-12-07",
        "product-webinar@2026-12-08",
        "product-webinar@2026-12-10",
    ]
    assert all(10 <= each["late_s"] <= 30 and 0 <= each["off_late_s"] <= 6 for each in found["broadcasts"])
    assert all(each["alerts"] == each["gaps"] == [] for each in found["broadcasts"])
    assert found["findings"] == found["faults"] == found["other_alerts"] == []
    assert 160 < found["export_minutes"] < 170
    assert ET.parse(tmp_path / "week.svg").getroot().tag.endswith("svg")  # noqa: S314  It is our own.
    assert [each.name for each in tmp_path.iterdir()] == ["week.svg"]


def test_the_same_seed_plays_the_same_and_another_another(tmp_path: Path) -> None:
    first, again, other = (
        rehearse(tmp_path, *DAY, "--faults", "harsh", "--seed", seed, "--json") for seed in ("3", "3", "4")
    )
    assert first.stdout == again.stdout
    assert first.stdout != other.stdout
    assert (first.exit_code, other.exit_code) == (0, 0), first.output + other.output
    assert report(first)["faults"]
    assert report(first)["broadcasts"][0]["alerts"]


def test_typical_faults_leave_a_sound_schedule_sound(tmp_path: Path) -> None:
    done = rehearse(tmp_path, *DAY, "--faults", "typical", "--seed", "1")
    assert done.exit_code == 0, done.output
    assert "Faults that were played" in done.output
    assert "Everything aired, went off in time" in done.output


def test_a_crowd_that_the_quota_does_not_carry_is_told_and_is_unsound(tmp_path: Path) -> None:
    file = tmp_path / "crowd.yaml"
    file.write_text(CROWD)
    done = rehearse(tmp_path, *DAY, "--json", file=file, **SCARCE)
    found = report(done)
    assert done.exit_code == 1
    assert any("openings are due, the quota allows" in each for each in found["remarks"])
    assert "account/default/quota" in {each["about"] for each in found["findings"]}
    assert found["quotas"][0] | {"limit": 15, "peak": 15} == found["quotas"][0]
    assert "never-used-anywhere" not in done.output


def test_two_in_one_room_at_once_are_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "shared.yaml"
    file.write_text(SHARED)
    done = rehearse(tmp_path, *DAY, file=file)
    assert done.exit_code == 1
    assert "talk@2026-12-08T1000 and talk@2026-12-08T1100 overlap" in done.output


@pytest.mark.usefixtures("offline")
def test_hosts_who_are_to_be_told_are_sent_nothing(tmp_path: Path) -> None:
    file = tmp_path / "told.yaml"
    file.write_text(TOLD)
    done = rehearse(tmp_path, *DAY, "--json", file=file)
    assert done.exit_code == 0
    assert report(done)["broadcasts"][0]["alerts"] == []


def test_a_file_with_errors_is_told_as_validate_tells_it(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(CROWD.replace("10m", "10", 1))
    done = rehearse(tmp_path, *DAY, file=file)
    assert done.exit_code == 1
    assert f"{file}:" in done.output
    assert "has no unit" in done.output


def test_days_on_which_nothing_starts_are_told(tmp_path: Path) -> None:
    done = rehearse(tmp_path, "--from", "2026-12-09T00:00:00Z", "--days", "1")
    assert done.exit_code == 1
    assert "nothing starts from 2026-12-09 00:00Z to 2026-12-10 00:00Z" in done.output


def test_a_worker_that_dies_on_air_is_begun_again_and_stops_in_time() -> None:
    dies = Fault(NOON + timedelta(minutes=9, seconds=50), Mishap.KILL, timedelta(seconds=15))
    known = lived_one(dies)
    assert known.state is State.ENDED
    assert known.off_at
    assert dies.until < known.off_at < dies.until + timedelta(seconds=30)


def test_a_stream_that_drops_is_brought_back() -> None:
    known = lived_one(Fault(NOON + timedelta(minutes=5), Mishap.DROP, broadcast_id="show"))
    (gap,) = known.gaps
    assert gap.back_at
    assert gap.back_at - gap.at < timedelta(seconds=60)


def test_a_provider_that_is_away_at_the_end_is_told_and_stopped_when_it_is_back() -> None:
    away = Fault(NOON + TEN_MINUTES - timedelta(seconds=5), Mishap.DOWN, timedelta(minutes=1))
    known = lived_one(away)
    assert "not_off" in names(known)
    assert known.off_at
    assert away.until <= known.off_at < away.until + timedelta(seconds=60)


def test_streams_that_fail_at_the_start_are_started_again() -> None:
    known = lived_one(Fault(NOON, Mishap.ERRORED, timedelta(seconds=30)))
    assert known.airings[0].live_at is None
    assert known.live_at


def test_time_does_not_leap_while_something_is_not_off_yet() -> None:
    """A refusal counts from the first call that it meets, here long after it was drawn: a pass waits for it.

    Should time leap meanwhile, the pass would look as if it hung.
    """
    away = Fault(NOON + TEN_MINUTES - timedelta(seconds=5), Mishap.DOWN, timedelta(minutes=4))
    refused = Fault(NOON + TEN_MINUTES, Mishap.TOO_MANY, timedelta(minutes=5))
    known = lived_one(away, refused)
    assert "not_off" in names(known)
    assert "suspended" not in names(known)
    assert known.state is State.ENDED


def test_a_clock_that_is_wrong_for_a_while_is_told_and_moves_nothing() -> None:
    wrong = Fault(NOON + timedelta(minutes=30), Mishap.CLOCK, timedelta(seconds=90), ahead=60.0)
    record = lived([broadcast("show")], wrong)
    (known,) = evidence(record)
    assert "clock_stepped" in {each.name for each in record.told}
    assert known.off_at
    assert known.off_at - known.broadcast.window.ends_at < timedelta(seconds=10)
