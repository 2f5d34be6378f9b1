"""Off means off: what is recorded, or pushed by RTMP, ends after the stream, and is proven to have ended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.model import Broadcast, Kind, Outcome, RoomUse
from jobs.policy import Policy
from jobs.quota.demand import of_life
from jobs.run.alarms import conditions
from jobs.run.decide import decided
from jobs.run.decision import Perform, StopRecording, WaitUntil
from jobs.run.lifecycle import State
from jobs.run.observations import NO_RECORDING, Recording, RecordingStatus, answered
from jobs.run.polling import Read, due
from jobs.run.recording import NOT_KNOWN, is_looked_for
from tests.support.timeline import Timeline, TinyProvider
from tests.unit.jobs.run.lives import START, lived, seconds, states, webinar

GOES_ON = Recording(RecordingStatus.RECORDING, "r1")
PUSHED = Recording(RecordingStatus.INVOKED, "r2")
RECORDS = {"record_on_start": True}
CONFIGURED = {"recording_config": {"max_seconds": 3600}}
END = START + timedelta(minutes=30)


def recorded(**changes: object) -> Broadcast:
    return webinar(meeting=RECORDS, **changes)


def kinds(life: Timeline) -> list[Kind]:
    return [call.kind for _, call, _ in life.calls]


def test_what_is_recorded_ends_after_its_stream_is_proven_off() -> None:
    life = lived(recorded(), (60, "join"), recording=GOES_ON)
    assert kinds(life)[-3:] == [Kind.STOP, Kind.CLOSE, Kind.STOP_RECORDING]
    assert life.calls[-1][1] == StopRecording("r1")
    assert life.calls[-1][0] < END + seconds(15)
    assert (states(life)[-1], life.provider.recording) == (State.ENDED, NO_RECORDING)
    assert "recorded_still" not in life.told


def test_a_push_beside_the_recording_ends_too() -> None:
    life = lived(recorded(), (60, "join"), recording=GOES_ON, recordings_to_come=[PUSHED])
    ended = [call for _, call, _ in life.calls if isinstance(call, StopRecording)]
    assert ended == [StopRecording("r1"), StopRecording("r2")]
    assert states(life)[-1] is State.ENDED


@pytest.mark.parametrize(
    ("options", "is_asked"),
    [(RECORDS, True), (CONFIGURED, True), ({}, False), ({"record_on_start": False}, False)],
)
def test_only_what_may_record_is_asked_about(options: dict[str, object], *, is_asked: bool) -> None:
    wanted = webinar(meeting=options)
    life = lived(wanted, (60, "join"), recording=GOES_ON)
    assert (life.seen.recording is not None) is is_asked is is_looked_for(wanted)


def test_a_recording_that_is_to_be_kept_goes_on_and_that_is_said() -> None:
    life = lived(recorded(keep_recording=True), (60, "join"), recording=GOES_ON)
    assert (life.seen.recording, life.provider.recording) == (None, GOES_ON)
    assert states(life)[-1] is State.ENDED
    assert "keep_recording" in life.run.why


@pytest.mark.parametrize("emptied", [{"end_session": True}, {"room": RoomUse.SHARED, "entry": "webinar"}])
def test_a_room_that_is_emptied_ends_its_recording_by_that(emptied: dict[str, object]) -> None:
    life = lived(recorded(**emptied), (60, "join"))
    assert life.seen.recording is None
    assert Kind.KICK_ALL in kinds(life)


def test_no_stop_waits_for_a_recording() -> None:
    """It is asked for only once the stream is proven off."""
    life = Timeline(recorded(), START - timedelta(hours=2), TinyProvider(recording=GOES_ON, to_off=20.0))
    life.go_until(END + seconds(15), ((START + seconds(60), "join"),))
    assert Read.RECORDING not in due(life.situation())
    assert life.seen.recording is None
    life.go_until(END + seconds(60))
    assert states(life)[-1] is State.ENDED


def test_one_that_cannot_be_ended_is_told_and_tried_for_as_long_as_it_goes_on() -> None:
    provider = TinyProvider(recording=GOES_ON, refuses=frozenset({Kind.STOP_RECORDING}))
    life = Timeline(recorded(), START - timedelta(hours=2), provider)
    life.go_until(END + timedelta(minutes=20), ((START + seconds(60), "join"),))
    tries = [outcome for _, call, outcome in life.calls if isinstance(call, StopRecording)]
    assert life.run.state is State.STOPPING
    assert 30 < len(tries) < 80
    assert set(tries) == {Outcome.ABSENT}
    (told,) = [each for each in conditions(life.situation()) if each.name == "recorded_still"]
    assert "a recording or RTMP push still runs" in told.text


def test_what_nobody_can_tell_is_asked_for_five_minutes_and_told_meanwhile() -> None:
    life = Timeline(recorded(), START - timedelta(hours=2), TinyProvider(recording=GOES_ON))
    life.unread = frozenset({Read.RECORDING})
    life.go_until(END + timedelta(minutes=4), ((START + seconds(60), "join"),))
    assert life.run.state is State.STOPPING
    assert "recorded_still" in life.told
    life.go_until(END + timedelta(minutes=6))
    assert states(life)[-1] is State.ENDED
    assert NOT_KNOWN in life.run.why
    assert "recorded_still" not in {each.name for each in conditions(life.situation())}


def test_an_unheard_of_word_neither_goes_on_nor_is_over() -> None:
    odd = Recording(RecordingStatus.UNHEARD, "r1")
    life = lived(recorded(), (60, "join"), recording=odd)
    assert life.run.state is State.STOPPING
    assert Kind.STOP_RECORDING not in kinds(life)


@pytest.mark.parametrize(
    "over", [RecordingStatus.UPLOADING, RecordingStatus.UPLOADED, RecordingStatus.ERRORED]
)
def test_what_is_over_already_is_not_ended_again(over: RecordingStatus) -> None:
    life = lived(recorded(), (60, "join"), recording=Recording(over, "r1"))
    assert states(life)[-1] is State.ENDED
    assert Kind.STOP_RECORDING not in kinds(life)


def test_another_one_begun_after_the_end_is_found_by_the_look_back() -> None:
    life = Timeline(recorded(), START - timedelta(hours=2))
    life.go_until(END + seconds(40), ((START + seconds(60), "join"),))
    assert (life.run.state, life.run.looked_back_at) == (State.ENDED, None)
    life.provider.recording = GOES_ON
    life.go_until(END + timedelta(minutes=3))
    assert life.provider.recording == NO_RECORDING
    assert life.run.looked_back_at


def test_a_look_back_waits_for_a_read_of_its_own() -> None:
    life = Timeline(recorded(), START - timedelta(hours=2))
    life.go_until(END + timedelta(minutes=3), ((START + seconds(60), "join"),))
    s, at = life.situation(), (life.run.off_at or END) + seconds(60)
    unread = replace(s, run=replace(life.run, looked_back_at=None))
    assert isinstance(decided(unread), Perform)
    earlier = replace(unread.seen, recording=answered(None, NO_RECORDING, at - seconds(9), same=False))
    assert isinstance(decided(replace(unread, seen=earlier)), WaitUntil)


def test_a_look_back_that_cannot_read_it_is_over_after_one_try() -> None:
    life = Timeline(recorded(), START - timedelta(hours=2))
    life.go_until(END + seconds(40), ((START + seconds(60), "join"),))
    life.unread = frozenset({Read.RECORDING})
    life.go_until(END + timedelta(minutes=2))
    assert life.run.looked_back_at


def test_the_quota_keeps_room_for_its_three_calls() -> None:
    def calls(wanted: Broadcast) -> int:
        return sum(each.calls for each in of_life(wanted, Policy()))

    assert calls(recorded()) == calls(webinar()) + 3
    assert calls(recorded(keep_recording=True)) == calls(webinar())
    shared = replace(recorded(), room=RoomUse.SHARED, entry="webinar")
    assert calls(shared) == calls(replace(shared, meeting={}))
