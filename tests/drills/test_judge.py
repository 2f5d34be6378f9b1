"""The judge of the drills: it sees what it is there for."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from tests.drills.judge import judged
from tests.support.processes import Provider

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
JOURNAL = [("", "planned"), ("planned", "ready"), ("ready", "live"), ("live", "ended")]
ROW = {
    "meeting_id": "m",
    "state": "ended",
    "starts_at": NOON.isoformat(),
    "ends_at": (NOON + timedelta(minutes=1)).isoformat(),
}


def change(kind: str, seconds: float, meeting: str = "m") -> dict[str, Any]:
    return {"kind": kind, "at": (NOON + timedelta(seconds=seconds)).isoformat(), "meeting_id": meeting}


AIRED = [change("stream.started", 1), change("stream.live", 3), change("stream.off", 62)]
LOOSE = "something can still be entered, or is on air"
SHUT = [{"status": "INACTIVE", "on_air": False}]


class Told:
    """A provider that has its truth laid out."""

    def __init__(self, history: list[dict[str, Any]], meetings: list[dict[str, Any]]) -> None:
        self._history, self._meetings = history, meetings

    def history(self, _title: str) -> list[dict[str, Any]]:
        return self._history

    def meetings(self, _title: str) -> list[dict[str, Any]]:
        return self._meetings


def faults(
    history: list[dict[str, Any]] = AIRED,
    meetings: list[dict[str, Any]] = SHUT,
    journal: list[tuple[str, str]] = JOURNAL,
    **row: str,
) -> tuple[str, ...]:
    return judged(cast("Provider", Told(history, meetings)), ROW | row, journal, NOON).faults


def test_a_life_as_it_should_be_has_no_fault_and_says_how_late_it_was() -> None:
    assert faults() == ()
    assert judged(cast("Provider", Told(AIRED, SHUT)), ROW, JOURNAL, NOON).stop_late == 2


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"history": [*AIRED, change("session.started", 5, "twin")]}, "2 meetings were used"),
        ({"meeting_id": "other"}, "another meeting was used than the adopted one"),
        ({"history": [change("stream.started", -1), *AIRED[1:]]}, "on air before its start"),
        (
            {"meetings": [{"status": "ACTIVE", "on_air": False}]},
            "something can still be entered, or is on air",
        ),
        (
            {"meetings": [{"status": "INACTIVE", "on_air": True}]},
            "something can still be entered, or is on air",
        ),
        ({"state": "stopping"}, "the run is stopping"),
        ({"state": "missed"}, "it aired and is told as missed"),
        ({"journal": JOURNAL[:1] + JOURNAL[2:]}, "the journal has a gap"),
    ],
)
def test_each_fault_is_seen(given: dict[str, Any], fault: str) -> None:
    assert fault in faults(**given)


def test_what_went_on_air_after_its_end_alone_was_missed() -> None:
    late = [change("stream.started", 70), change("stream.live", 71), change("stream.off", 99)]
    assert faults(late, state="missed") == ()
