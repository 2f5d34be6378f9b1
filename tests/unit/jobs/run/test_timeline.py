"""Laws of the decision core over whole lives, with any luck."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.model import Broadcast, Doors, GoLive, Host, Kind, Outcome, Window
from jobs.run.decide import decided
from jobs.run.decision import Create, Edit, Perform, RemoveHost, SetDoors, Start, Stop
from jobs.run.lifecycle import MOVES, OVER, State
from jobs.run.observations import NOTHING_SEEN, StreamStatus
from tests.support.timeline import Timeline, TinyProvider

START = datetime(2026, 12, 1, 18, tzinfo=UTC)
ON = (StreamStatus.INVOKED, StreamStatus.LIVE)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def webinar(**changes: object) -> Broadcast:
    fields: dict[str, object] = {
        "id": "webinar",
        "title": "Webinar",
        "window": Window(START, START + timedelta(minutes=30)),
        "prepare": timedelta(hours=1),
    }
    return Broadcast(**{**fields, **changes})  # type: ignore[arg-type]  # A test's own short form.


def lived(broadcast: Broadcast, *events: tuple[float, str], **world: object) -> Timeline:
    provider = TinyProvider(**world)  # type: ignore[arg-type]  # As above.
    timeline = Timeline(broadcast, START - timedelta(hours=2), provider)
    return timeline.go_until(
        START + timedelta(minutes=40), tuple((START + seconds(at), what) for at, what in events)
    )


def states(timeline: Timeline) -> list[State]:
    return [state for _, state in timeline.moves]


def set_back(life: Timeline, to: datetime) -> None:
    """Set the clock as a worker sees it: what was read is forgotten, what is recorded as later is now."""
    life.now, life.seen = to, NOTHING_SEEN
    life.run = replace(life.run, entered_at=min(to, life.run.entered_at))


AIRED = [State.READY, State.STARTING, State.LIVE, State.STOPPING, State.ENDED]


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


@given(
    st.integers(0, 10**6),
    st.sampled_from(GoLive),
    st.sampled_from([Kind.ADD_HOST, Kind.EDIT, Kind.BACKSTAGE, Kind.SHUT]),
)
def test_what_is_refused_again_and_again_delays_neither_the_opening_nor_the_end(
    number: int, go_live: GoLive, refused: Kind
) -> None:
    """Its back-off, drawn from the id, is of that call alone."""
    wanted = webinar(id=f"webinar-{number}", go_live=go_live, hosts=(Host("studio", "Studio", "presenter"),))
    life = lived(wanted, (20, "join"), refuses=frozenset({refused}), title="as somebody else named it")
    opened_at = next(at for at, call, _ in life.calls if call.kind is Kind.OPEN)
    stopped_at = next(at for at, call, _ in life.calls if isinstance(call, Stop))
    assert START <= opened_at <= START + seconds(1)
    assert timedelta(0) <= stopped_at - wanted.window.ends_at <= seconds(1)


def test_a_dropped_stream_is_brought_back() -> None:
    life = lived(webinar(), (10, "join"), (600, "drop"))
    assert State.INTERRUPTED in states(life)
    back_at = next(
        at for at, status in life.provider.on_air if status is StreamStatus.LIVE and at > START + seconds(600)
    )
    assert back_at <= START + seconds(600 + 30 + 20 + 5 + 20)
    assert states(life)[-1] is State.ENDED


def test_a_failing_exporter_is_restarted_three_times_at_most_and_then_told() -> None:
    life = lived(webinar(), (10, "join"), errors_to_come=99)
    in_window = [c for at, c, _ in life.calls if at < webinar().window.ends_at]
    assert sum(isinstance(call, Stop) for call in in_window) == 3
    assert "restarted_in_vain" in life.told
    assert states(life)[-1] is State.MISSED


def test_a_failing_exporter_that_recovers_goes_live() -> None:
    life = lived(webinar(), (10, "join"), errors_to_come=2)
    assert states(life) == AIRED


def test_a_slow_provider_is_not_started_twice() -> None:
    life = lived(webinar(), (10, "join"), to_live=150.0)
    assert states(life) == AIRED
    assert not any(isinstance(call, Start) for _, call, _ in life.calls)
    assert "no_picture" in life.told


def test_a_stop_that_is_ignored_is_repeated_and_then_everybody_is_sent_out() -> None:
    life = lived(webinar(), (10, "join"), stops_to_ignore=99)
    kinds = [call.kind for _, call, _ in life.calls]
    assert kinds.count(Kind.STOP) == 2
    assert Kind.KICK_ALL in kinds
    assert "not_off" in life.told
    assert states(life)[-1] is State.ENDED


def test_a_rejoin_after_the_stop_does_not_air_again() -> None:
    life = lived(webinar(), (10, "join"), (1810, "leave_all"), (1820, "join"))
    assert all(at < START + seconds(1810) for at, status in life.provider.on_air if status in ON)


def test_a_cancelled_broadcast_never_opens() -> None:
    life = lived(webinar(cancelled=True), (10, "join"))
    assert states(life) == [State.CANCELLED]
    assert life.calls == []


def test_a_create_that_took_effect_unheard_is_adopted_and_not_repeated() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2), faults={0: Outcome.UNKNOWN})
    life.go_until(START + timedelta(minutes=40), ((START + seconds(10), "join"),))
    assert len(life.provider.created) == 1
    assert states(life) == AIRED


def test_a_create_that_came_to_nothing_is_repeated_only_after_thirty_seconds_of_searching() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2), faults={0: Outcome.PENDING})
    life.go_until(START + timedelta(minutes=40), ((START + seconds(10), "join"),))
    creates = [at for at, call, _ in life.calls if isinstance(call, Create)]
    assert len(creates) == 2
    assert creates[1] - creates[0] >= seconds(30)
    assert states(life) == AIRED


def test_searches_that_are_not_answered_settle_nothing() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2), faults={0: Outcome.PENDING})
    life.blind = (START - timedelta(hours=2), START - timedelta(minutes=20))
    life.go_until(START + timedelta(minutes=40), ((START + seconds(10), "join"),))
    creates = [at for at, call, _ in life.calls if isinstance(call, Create)]
    assert creates[1] >= START - timedelta(minutes=20) + seconds(30)


def test_a_late_worker_does_not_begin_what_is_nearly_over() -> None:
    life = Timeline(webinar(), START + timedelta(minutes=26))
    life.go_until(START + timedelta(minutes=40))
    assert states(life) == [State.MISSED]
    assert life.calls == []


def test_a_late_worker_begins_while_enough_remains() -> None:
    life = Timeline(webinar(), START + timedelta(minutes=10))
    life.go_until(START + timedelta(minutes=40), ((START + timedelta(minutes=11), "join"),))
    assert states(life) == AIRED


def test_an_unreadable_provider_proves_nothing() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2))
    end = webinar().window.ends_at
    life.blind = (end, end + timedelta(minutes=5))
    life.go_until(end + timedelta(minutes=4), ((START + seconds(10), "join"),))
    assert states(life)[-1] is State.STOPPING
    life.go_until(end + timedelta(minutes=8))
    assert states(life)[-1] is State.ENDED


MOMENTS = st.integers(min_value=-1800, max_value=1900)
EVENTS = st.lists(st.tuples(MOMENTS, st.sampled_from(["join", "leave_all", "drop"])), max_size=6)
FAULTS = st.dictionaries(
    st.integers(min_value=0, max_value=12),
    st.sampled_from([Outcome.UNKNOWN, Outcome.PENDING, Outcome.NOT_SENT, Outcome.REFUSED]),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(
    mode=st.sampled_from(GoLive),
    events=EVENTS,
    faults=FAULTS,
    to_live=st.floats(min_value=1, max_value=250),
    errors=st.integers(min_value=0, max_value=5),
    ignored=st.integers(min_value=0, max_value=4),
    begin=st.integers(min_value=-4000, max_value=1700),
    emptied=st.booleans(),
)
def test_whatever_happens_it_keeps_to_the_table_is_dark_before_the_start_and_ends(
    mode: GoLive,
    events: list[tuple[int, str]],
    faults: dict[int, Outcome],
    to_live: float,
    errors: int,
    ignored: int,
    begin: int,
    emptied: bool,  # noqa: FBT001  Hypothesis hands it over by name.
) -> None:
    broadcast = webinar(go_live=mode, end_session=emptied)
    provider = TinyProvider(to_live=to_live, errors_to_come=errors, stops_to_ignore=ignored)
    life = Timeline(broadcast, START + seconds(begin), provider, faults=faults)
    happening = tuple((START + seconds(at), what) for at, what in events)
    life.go_until(broadcast.window.ends_at + timedelta(minutes=15), happening)

    path = [State.PLANNED, *states(life)]
    assert all(after in MOVES[before] for before, after in pairwise(path))
    assert all(at >= START for at, status in provider.on_air if status in ON)
    assert life.run.state in OVER
    assert provider.status not in ON
    assert life.run.room.held_by is None
    assert len(provider.created) <= 1 or any(fault is Outcome.UNKNOWN for fault in faults.values())
    if life.run.off_at:
        assert not provider.active
        assert not provider.flag


@settings(max_examples=50, deadline=None)
@given(
    to_live=st.floats(min_value=1, max_value=170), mode=st.sampled_from(GoLive), joins=st.integers(-600, 1500)
)
def test_a_provider_however_slow_is_started_at_most_once(to_live: float, mode: GoLive, joins: int) -> None:
    life = lived(webinar(go_live=mode), (joins, "join"), (joins + 40, "join"), to_live=to_live)
    invoked = [at for at, status in life.provider.on_air if status is StreamStatus.INVOKED]
    assert len(invoked) <= 1


def test_doors_are_set_with_flag_and_status_together() -> None:
    life = lived(webinar(), (10, "join"))
    doors = [call for _, call, _ in life.calls if isinstance(call, SetDoors)]
    assert [(each.doors, each.active, each.live_stream_on_start) for each in doors] == [
        (Doors.SHUT, False, True),
        (Doors.OPEN, True, True),
        (Doors.CLOSED, False, False),
    ]


def edited(life: Timeline, **changes: object) -> Timeline:
    life.broadcast = webinar(**changes)
    return life


def test_a_title_edited_before_its_meeting_is_found_is_patched() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2))
    life.faults = {0: Outcome.UNKNOWN}
    life.blind = (START - timedelta(hours=2), START - timedelta(minutes=39))
    life.go_until(START - timedelta(minutes=40))
    edited(life, title="Better").go_until(START - timedelta(minutes=10))
    assert life.provider.title == life.run.room.title == "Better"
    assert len(life.provider.created) == 1


def test_a_title_edited_later_is_patched_and_the_doors_stay() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - timedelta(minutes=20))
    edited(life, title="Better").go_until(START - timedelta(minutes=10))
    assert life.calls[-1][1] == Edit("Better", {})
    assert life.run.room.title == "Better"
    assert life.run.room.doors is Doors.SHUT


def test_hosts_are_added_and_taken_off_again() -> None:
    ada, bob = Host("ada", "Ada", "presenter"), Host("bob", "Bob", "presenter")
    life = Timeline(webinar(hosts=(ada, bob)), START - timedelta(hours=2)).go_until(
        START - timedelta(minutes=20)
    )
    assert set(life.run.room.hosts) == {"ada", "bob"}
    edited(life, hosts=(bob,)).go_until(START - timedelta(minutes=10))
    assert life.calls[-1][1] == RemoveHost(ada)
    assert set(life.run.room.hosts) == {"bob"}


def test_on_air_before_its_start_it_is_stopped_told_and_still_ready() -> None:
    life = Timeline(webinar(go_live=GoLive.AT_START), START - timedelta(hours=2))
    life.go_until(START - timedelta(minutes=10))
    life.provider.flag = True
    life.go_until(START - timedelta(minutes=1), ((START - timedelta(minutes=9), "join"),))
    assert "on_air_early" in life.told
    assert life.run.state is State.READY
    assert life.provider.status not in ON
    assert not life.provider.flag


def test_an_earlier_start_while_backstage_means_now() -> None:
    life = Timeline(webinar(go_live=GoLive.AT_START), START - timedelta(hours=2))
    now = START - timedelta(minutes=10)
    life.go_until(now, ((now - seconds(60), "join"),))
    window = Window(now - seconds(1), START + timedelta(minutes=30))
    edited(life, go_live=GoLive.AT_START, window=window).go_until(now + seconds(30))
    assert states(life)[-1] is State.LIVE


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


def test_over_and_moved_to_a_start_to_come_it_begins_anew_on_the_same_meeting() -> None:
    life = lived(webinar(), (10, "join"))
    later = START + timedelta(hours=3)
    edited(life, window=Window(later, later + timedelta(minutes=30)))
    life.go_until(later + timedelta(minutes=40), ((later + seconds(5), "join"),))
    assert states(life) == [*AIRED, State.READY, *AIRED[1:]]
    assert len(life.provider.created) == 1


def test_what_has_aired_does_not_air_again_when_the_clock_is_set_back() -> None:
    life = lived(webinar(), (10, "join"))
    set_back(life, START - timedelta(minutes=10))
    life.go_until(START + timedelta(hours=2), ((START + seconds(5), "join"),))
    assert states(life) == list(AIRED)


def test_what_was_missed_may_still_air_when_the_clock_is_set_back() -> None:
    life = lived(webinar())
    set_back(life, START - timedelta(minutes=10))
    life.go_until(START + timedelta(hours=2), ((START + seconds(5), "join"),))
    assert states(life)[-1] is State.ENDED


def test_what_is_stopped_on_air_by_a_clock_set_back_does_not_begin_again() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START + seconds(1))
    set_back(life, START - timedelta(minutes=20))
    life.go_until(START - timedelta(minutes=15), ((START - timedelta(minutes=19), "join"),))
    life.run = replace(life.run, stop_asked_at=life.now)
    life.go_until(START + timedelta(hours=2), ((START + seconds(5), "join"),))
    assert states(life) == list(AIRED)


def test_a_cancelled_one_that_is_wanted_again_before_its_start_airs() -> None:
    life = Timeline(webinar(cancelled=True), START - timedelta(hours=2)).go_until(START - timedelta(hours=1))
    assert states(life) == [State.CANCELLED]
    edited(life).go_until(START + timedelta(minutes=40), ((START + seconds(5), "join"),))
    assert states(life)[-1] is State.ENDED


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


def test_a_meeting_that_is_gone_twice_is_off() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2))
    life.go_until(START + seconds(300), ((START + seconds(10), "join"),))
    life.provider.gone = True
    life.go_until(webinar().window.ends_at + timedelta(minutes=2))
    assert states(life)[-1] is State.ENDED


def test_another_run_in_the_room_keeps_this_one_waiting() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - timedelta(minutes=5))
    life.run = replace(life.run, room=replace(life.run.room, held_by="the one before"))
    before = len(life.calls)
    life.go_until(START + seconds(60))
    assert life.run.state is State.READY
    assert len(life.calls) == before
    life.run = replace(life.run, room=replace(life.run.room, held_by=None))
    life.go_until(START + seconds(120), ((START + seconds(70), "join"),))
    assert states(life)[-1] is State.LIVE


def sharing(life: Timeline, turn_of: str | None) -> Timeline:
    life.run = replace(life.run, room=replace(life.run.room, turn_of=turn_of))
    return life


def test_a_backstage_waits_until_every_earlier_use_of_the_room_is_over() -> None:
    life = sharing(Timeline(webinar(go_live=GoLive.AT_START), START - timedelta(hours=2)), "the one before")
    life.go_until(START - timedelta(minutes=5))
    assert life.run.room.held_by is None
    sharing(life, "webinar").go_until(START - timedelta(minutes=4))
    assert life.run.room.doors is Doors.BACKSTAGE


def test_a_backstage_gives_way_to_a_use_of_the_room_that_came_later_and_starts_before() -> None:
    life = Timeline(webinar(go_live=GoLive.AT_START), START - timedelta(hours=2))
    life.go_until(START - timedelta(minutes=5))
    assert life.run.holds_room
    sharing(life, "an earlier one").go_until(START - timedelta(minutes=4))
    assert (life.run.room.held_by, life.run.room.doors) == (None, Doors.SHUT)
    assert not life.provider.active


def starts_after_joining_early(free_since: datetime | None) -> list[float]:
    """Return when starts were sent, in seconds, to a session that began before the doors opened."""
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - seconds(30))
    life.provider.session, life.provider.people = True, 1
    life.run = replace(life.run, room=replace(life.run.room, free_since=free_since))
    life.go_until(START + seconds(60))
    assert states(life)[-1] is State.LIVE
    return [(at - START).total_seconds() for at in life.provider.starts]


def test_who_stayed_from_the_broadcast_before_is_put_on_air_at_once() -> None:
    (start,) = starts_after_joining_early(START - seconds(60))
    assert start < 2
    (start,) = starts_after_joining_early(START - timedelta(days=7))
    assert start >= 20
    (start,) = starts_after_joining_early(None)
    assert start >= 20


def test_nobody_is_put_on_air_in_a_room_that_everybody_has_left() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - seconds(30))
    life.run = replace(life.run, room=replace(life.run.room, free_since=START - seconds(60)))
    life.go_until(START + seconds(60))
    assert not [call for _, call, _ in life.calls if isinstance(call, Start)]


def test_one_that_never_held_its_room_sends_nothing_when_it_leaves() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - timedelta(minutes=5))
    before = len(life.calls)
    edited(life, cancelled=True).go_until(START + timedelta(minutes=40))
    assert states(life)[-1] is State.CANCELLED
    assert len(life.calls) == before


def test_an_edit_that_was_not_answered_is_said_again_whole_though_it_is_taken_back() -> None:
    """It may have taken effect: the old title is what was acknowledged, and not what is there."""
    life = Timeline(webinar(), START - timedelta(hours=2))
    life.go_until(START - timedelta(minutes=30))
    life.faults[len(life.calls)] = Outcome.UNKNOWN
    life.broadcast = webinar(title="New")
    s = life.situation()
    (doubtful,) = [each for each in [decided(s)] if isinstance(each, Perform)]
    assert doubtful.step == Edit("New", {})
    life._perform(doubtful.step)
    assert life.provider.title == "New"
    life.broadcast = webinar()
    life.go_until(START - timedelta(minutes=20))
    assert life.calls[-1][1] == Edit("Webinar", {}, whole=True)
    assert life.provider.title == "Webinar"
    assert [call.kind for _, call, _ in life.calls].count(Kind.EDIT) == 2
