"""Lives of a broadcast from the first look to the last: on air at its time, and proven off."""

from dataclasses import replace
from datetime import timedelta

from jobs.model import Doors, GoLive, Kind
from jobs.run.decision import Create, SetDoors, Stop
from jobs.run.lifecycle import State
from jobs.run.observations import StreamStatus
from tests.support.timeline import Timeline, TinyProvider
from tests.unit.jobs.run.lives import AIRED, ON, START, edited, lived, seconds, states, webinar


def test_a_webinar_goes_live_on_join_and_is_proven_off() -> None:
    life = lived(webinar(), (60, "join"))
    assert states(life) == AIRED
    assert [call.kind for _, call, _ in life.calls] == [
        Kind.CREATE,
        Kind.SHUT,
        Kind.OPEN,
        Kind.STOP,
        Kind.CLOSE,
    ]
    assert life.run.looked_back_at is not None


def test_an_event_at_start_has_a_backstage_that_does_not_stream() -> None:
    life = lived(webinar(go_live=GoLive.AT_START), (-300, "join"))
    assert states(life) == AIRED
    created = life.calls[0][1]
    assert isinstance(created, Create)
    assert not created.live_stream_on_start
    assert life.provider.on_air[0][0] >= START
    assert life.provider.starts == [life.provider.on_air[0][0]]


def test_at_start_with_nobody_there_goes_live_when_somebody_comes() -> None:
    life = lived(webinar(go_live=GoLive.AT_START), (200, "join"))
    assert states(life) == AIRED
    assert "nobody_here" in life.told


def test_doors_are_set_with_flag_and_status_together() -> None:
    life = lived(webinar(), (10, "join"))
    doors = [call for _, call, _ in life.calls if isinstance(call, SetDoors)]
    assert [(each.doors, each.active, each.live_stream_on_start) for each in doors] == [
        (Doors.SHUT, False, True),
        (Doors.OPEN, True, True),
        (Doors.CLOSED, False, False),
    ]


def test_nobody_comes_and_it_is_missed_and_told() -> None:
    life = lived(webinar())
    assert states(life) == [State.READY, State.STARTING, State.STOPPING, State.MISSED]
    assert {"nobody_here", "missed"} <= life.told
    assert not life.provider.active
    assert not life.provider.flag


def test_the_stop_leaves_at_the_end_to_the_half_second() -> None:
    life = lived(webinar(), (10, "join"))
    stopped_at = next(at for at, call, _ in life.calls if isinstance(call, Stop))
    assert stopped_at - webinar().window.ends_at <= seconds(1)


def test_a_dropped_stream_is_brought_back() -> None:
    life = lived(webinar(), (10, "join"), (600, "drop"))
    assert State.INTERRUPTED in states(life)
    back_at = next(
        at for at, status in life.provider.on_air if status is StreamStatus.LIVE and at > START + seconds(600)
    )
    assert back_at <= START + seconds(600 + 30 + 20 + 5 + 20)
    assert states(life)[-1] is State.ENDED


def test_a_rejoin_after_the_stop_does_not_air_again() -> None:
    life = lived(webinar(), (10, "join"), (1810, "leave_all"), (1820, "join"))
    assert all(at < START + seconds(1810) for at, status in life.provider.on_air if status in ON)


def test_a_cancelled_broadcast_never_opens() -> None:
    life = lived(webinar(cancelled=True), (10, "join"))
    assert states(life) == [State.CANCELLED]
    assert life.calls == []


def test_a_late_worker_does_not_begin_what_is_nearly_over() -> None:
    life = Timeline(webinar(), START + timedelta(minutes=26))
    life.go_until(START + timedelta(minutes=40))
    assert states(life) == [State.MISSED]
    assert life.calls == []


def test_a_late_worker_begins_while_enough_remains() -> None:
    life = Timeline(webinar(), START + timedelta(minutes=10))
    life.go_until(START + timedelta(minutes=40), ((START + timedelta(minutes=11), "join"),))
    assert states(life) == AIRED


def test_on_air_before_its_start_it_is_stopped_told_and_still_ready() -> None:
    life = Timeline(webinar(go_live=GoLive.AT_START), START - timedelta(hours=2))
    life.go_until(START - timedelta(minutes=10))
    life.provider.flag = True
    life.go_until(START - timedelta(minutes=1), ((START - timedelta(minutes=9), "join"),))
    assert "on_air_early" in life.told
    assert life.run.state is State.READY
    assert life.provider.status not in ON
    assert not life.provider.flag


def test_a_stop_that_was_asked_for_ends_it_at_once() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2))
    life.go_until(START + seconds(300), ((START + seconds(10), "join"),))
    life.run = replace(life.run, stop_asked_at=life.now)
    asked_at = life.now
    life.go_until(START + seconds(400))
    assert states(life)[-2:] == [State.STOPPING, State.ENDED]
    assert next(at for at, call, _ in life.calls if isinstance(call, Stop)) == asked_at


def test_a_cancelled_show_on_air_is_taken_off_with_one_stop() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2))
    life.go_until(START + seconds(300), ((START + seconds(10), "join"),))
    edited(life, cancelled=True).go_until(START + seconds(400))
    assert states(life)[-1] is State.ENDED
    assert sum(isinstance(call, Stop) for _, call, _ in life.calls) == 1


def test_end_session_empties_the_room() -> None:
    life = lived(webinar(end_session=True), (10, "join"))
    assert [call.kind for _, call, _ in life.calls][-3:] == [Kind.STOP, Kind.CLOSE, Kind.KICK_ALL]
    assert not life.provider.session


def test_what_was_opened_again_after_it_was_over_is_closed_again() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2))
    life.go_until(webinar().window.ends_at + seconds(20), ((START + seconds(10), "join"),))
    assert states(life)[-1] is State.ENDED
    life.provider.active = life.provider.flag = True
    life.go_until(webinar().window.ends_at + timedelta(minutes=5))
    assert not life.provider.active
    assert not life.provider.flag
    assert life.run.looked_back_at is not None


def ready(*, gone: bool = False, blind: bool = False) -> Timeline:
    """A webinar up to half a minute before its start."""
    life = Timeline(webinar(), START - timedelta(hours=2), TinyProvider())
    life.go_until(START - timedelta(minutes=5))
    life.provider.gone = gone
    if blind:
        life.blind = (life.now, START + timedelta(hours=1))
    life.go_until(START - seconds(61))
    assert "preflight" not in life.told
    return life.go_until(START - seconds(30))


def test_a_minute_before_the_start_the_meeting_is_asked_for_and_what_is_amiss_is_told() -> None:
    asked = ready().seen.meeting
    assert asked
    assert asked.fact
    assert asked.fact.reads == (START - seconds(60),)
    assert "preflight" not in ready().told
    assert "preflight" in ready(gone=True).told
    assert "preflight" in ready(blind=True).told
