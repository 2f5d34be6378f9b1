"""The sweep: what is ours and on air without a window is stopped; what is not ours is never touched."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.marker import marker
from jobs.run.lifecycle import OVER, State
from jobs.sweep import ATTENDED, Found, Kept, Use, Verdict, use_of, verdict, waiting_in
from tests.support.sweep import MARKER, OURS, ROOM, TAG


def found(meeting_id: str = "m", title: str = OURS, *, on_air: bool = True, is_open: bool = True) -> Found:
    return Found(meeting_id, title, on_air, is_open)


@pytest.mark.parametrize(
    ("meeting", "room", "what"),
    [
        (found(), ROOM, Verdict.STOP),
        (found(on_air=False), ROOM, Verdict.LEAVE),
        (found(), replace(ROOM, uses=(Use("show", State.LIVE),)), Verdict.LEAVE),
        (found(), replace(ROOM, uses=(Use("show", State.READY),)), Verdict.LEAVE),
        (found(), replace(ROOM, uses=(Use("show", State.STOPPING),)), Verdict.LEAVE),
        (found(), replace(ROOM, uses=(Use("show", State.PLANNED),)), Verdict.STOP),
        (found("twin"), ROOM, Verdict.STOP),
        (found("twin", on_air=False), ROOM, Verdict.CLOSE),
        (found("twin", on_air=False, is_open=False), ROOM, Verdict.LEAVE),
        (found("twin", on_air=False), replace(ROOM, meeting_id=None), Verdict.LEAVE),
        (found("twin"), replace(ROOM, meeting_id=None), Verdict.STOP),
        (found("lost", f"X{marker(TAG, 'default', 'other')}", on_air=False), ROOM, Verdict.CLOSE),
        (found("foreign", "Show [othr-abcdefgh]"), ROOM, Verdict.FOREIGN),
        (found("foreign", "Show"), ROOM, Verdict.FOREIGN),
        (found("foreign", "Show", on_air=False), ROOM, Verdict.LEAVE),
        (found("m", "Renamed by hand"), ROOM, Verdict.STOP),
    ],
)
def test_what_is_done_about_a_meeting(meeting: Found, room: Kept, what: Verdict) -> None:
    assert verdict(meeting, [room], TAG) is what


def test_a_twin_belongs_to_the_run_whose_marker_it_bears() -> None:
    assert use_of(found("twin"), [ROOM]) == ROOM.uses[0]
    assert use_of(found("x", "Show"), [ROOM]) is None


WAITS, AIRS = Use("later", State.READY), Use("show", State.LIVE)


@pytest.mark.parametrize(
    ("uses", "waiting"),
    [
        ((WAITS,), (WAITS,)),
        ((AIRS, WAITS), ()),
        ((replace(AIRS, state=State.STOPPING), WAITS), ()),
        ((replace(AIRS, state=State.ENDED), WAITS), (WAITS,)),
        ((AIRS,), ()),
    ],
)
def test_who_waits_for_its_start_hears_of_a_stream_unless_another_run_airs_it(
    uses: tuple[Use, ...], waiting: tuple[Use, ...]
) -> None:
    assert waiting_in(found(), [replace(ROOM, uses=uses)]) == waiting


TITLES = st.sampled_from([OURS, "Show", "Show [othr-abcdefgh]", f"A{marker(TAG, 'default', 'b')}", "[ours-"])
MEETINGS = st.builds(Found, st.sampled_from("mnop"), TITLES, st.booleans(), st.booleans())
USES = st.lists(st.builds(Use, st.sampled_from("ab"), st.sampled_from(State)), max_size=3).map(tuple)
ROOMS = st.lists(st.builds(Kept, st.just(MARKER), st.sampled_from([None, *"mnop"]), USES), max_size=3)


@given(MEETINGS, ROOMS)
def test_nothing_foreign_and_nothing_that_a_run_looks_after_is_ever_touched(
    meeting: Found, rooms: list[Kept]
) -> None:
    what = verdict(meeting, rooms, TAG)
    adopted = [room for room in rooms if room.meeting_id == meeting.meeting_id]
    ours = adopted or TAG in meeting.title.partition(" [")[2]
    if what in (Verdict.STOP, Verdict.CLOSE):
        assert ours
        assert not adopted or not any(use.state in ATTENDED for use in adopted[0].uses)
    assert set(OVER) & ATTENDED == set()


def test_findings_can_be_written_as_json() -> None:
    assert json.loads(json.dumps({"what": Verdict.STOP})) == {"what": "stopped"}
