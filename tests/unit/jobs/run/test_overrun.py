"""Over the end by rule: by a decision ahead of it, on what was read, to the cap at the latest."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.model import Attempt, Broadcast, Doors, Kind, Outcome, Room, Run, Window
from jobs.policy import Policy
from jobs.quota.demand import of_life
from jobs.run import on_air, overrun
from jobs.run.alarms import conditions
from jobs.run.decision import Move, Perform, RunOver, Stop, Urgency
from jobs.run.intake import intake
from jobs.run.lifecycle import OVER, State
from jobs.run.observations import NOTHING_SEEN, Seen, Session, Stream, StreamStatus, answered
from jobs.run.polling import Read, due, next_look_at
from jobs.run.situation import Situation
from tests.support.timeline import Timeline, TinyProvider
from tests.unit.jobs.run.lives import ON, START, seconds, states, webinar

MINUTE = timedelta(minutes=1)
CAP = 12 * MINUTE
END = START + 30 * MINUTE
MAY = webinar(overrun=CAP)
ROOM = Room(key="webinar", account="default", marker="", meeting_id="m", doors=Doors.OPEN, held_by="webinar")
RUN = Run(id="webinar", state=State.LIVE, room=ROOM, entered_at=START + MINUTE, live_at=START + MINUTE)
LIVE = answered(None, Stream(StreamStatus.LIVE, "s"), END - MINUTE, same=False)
BEFORE_ITS_END = END - seconds(45)


def over_for(broadcast: Broadcast, *events: tuple[float, str], **world: object) -> Timeline:
    provider = TinyProvider(**world)  # type: ignore[arg-type]  # A test's own short form.
    happening = tuple((START + seconds(at), what) for at, what in events)
    life = Timeline(broadcast, START - timedelta(hours=2), provider)
    return life.go_until(broadcast.latest_end + 10 * MINUTE, happening)


def stopped_at(life: Timeline) -> datetime:
    return next(at for at, call, _ in life.calls if isinstance(call, Stop))


def seen(people: int | None, at: datetime = BEFORE_ITS_END) -> Seen:
    return replace(
        NOTHING_SEEN, stream=LIVE, session=answered(None, Session("x", "m", people), at, same=False)
    )


def situation(
    found: Seen, run: Run = RUN, now: datetime = BEFORE_ITS_END, wanted: Broadcast = MAY
) -> Situation:
    return Situation(wanted, run, found, now, Policy())


def test_with_people_in_it_runs_over_a_little_at_a_time_and_is_off_at_the_cap() -> None:
    life = over_for(MAY, (10, "join"))
    assert [until for _, until in life.ends] == [END + each * MINUTE for each in (5, 10, 12)]
    assert timedelta(0) <= stopped_at(life) - (END + CAP) <= seconds(1)
    assert life.run.state is State.ENDED


def test_without_the_option_it_ends_as_planned_whoever_is_in() -> None:
    life = over_for(webinar(), (10, "join"))
    assert life.ends == []
    assert stopped_at(life) - END <= seconds(1)


def test_when_everybody_has_left_it_ends_at_the_end_that_is_in_force() -> None:
    life = over_for(MAY, (10, "join"), (2030, "away"))
    assert [until for _, until in life.ends] == [END + 5 * MINUTE]
    assert timedelta(0) <= stopped_at(life) - (END + 5 * MINUTE) <= seconds(1)


def test_what_drops_past_its_planned_end_is_over_and_is_not_started_again() -> None:
    life = over_for(MAY, (10, "join"), (1900, "drop"))
    went_off = START + seconds(1900)
    assert states(life)[-3:] == [State.INTERRUPTED, State.STOPPING, State.ENDED]
    assert not any(at > went_off and status in ON for at, status in life.provider.on_air)


def test_what_drops_before_its_planned_end_is_brought_back_until_then_alone() -> None:
    life = over_for(MAY, (10, "join"), (1790, "drop"))
    assert [until for _, until in life.ends] == [END + 5 * MINUTE]
    assert states(life)[-3:] == [State.INTERRUPTED, State.STOPPING, State.ENDED]
    assert stopped_at(life) <= END + seconds(31)


@settings(max_examples=120, deadline=None)
@given(
    cap=st.integers(min_value=0, max_value=1500),
    events=st.lists(
        st.tuples(st.integers(0, 3300), st.sampled_from(["join", "away", "leave_all", "drop"])), max_size=8
    ),
    blind=st.none() | st.tuples(st.integers(0, 3000), st.integers(0, 900)),
    is_unread=st.booleans(),
    ignored=st.integers(min_value=0, max_value=3),
)
def test_whoever_comes_and_goes_it_is_never_on_air_by_rule_past_the_cap_and_starts_nothing_past_the_end(
    cap: int,
    events: list[tuple[int, str]],
    blind: tuple[int, int] | None,
    is_unread: bool,  # noqa: FBT001  Hypothesis hands it over by name.
    ignored: int,
) -> None:
    wanted = webinar(overrun=seconds(cap))
    life = Timeline(wanted, START - timedelta(hours=2), TinyProvider(stops_to_ignore=ignored))
    life.blind = (START + seconds(blind[0]), START + seconds(sum(blind))) if blind else None
    life.unread = frozenset({Read.SESSION}) if is_unread else frozenset()
    life.go_until(END + seconds(cap) + 15 * MINUTE, tuple((START + seconds(at), what) for at, what in events))

    before = END
    for at, until in life.ends:
        assert at < before < until <= END + seconds(cap)
        before = until
    assert not (is_unread and life.ends)
    assert not any(at >= END and step.kind is Kind.START for at, step, _ in life.calls)
    assert life.run.state in OVER
    assert life.provider.status not in ON
    if life.run.off_wanted_at:
        assert life.run.off_wanted_at <= before


def test_an_end_past_the_cap_cannot_even_be_said() -> None:
    past = Window(START, END + CAP + seconds(1))
    with pytest.raises(ValueError, match="by rule"):
        replace(MAY, window=past, planned_end=END)
    with pytest.raises(ValueError, match="by rule"):
        replace(webinar(), window=Window(START, END + MINUTE), planned_end=END)
    assert MAY.running_until(END + 5 * CAP).window.ends_at == END + CAP


def test_the_cap_counts_from_the_planned_end_however_often_the_end_was_moved() -> None:
    moved = MAY
    for _ in range(20):
        moved = moved.running_until(moved.window.ends_at + 5 * MINUTE)
    assert (moved.window.ends_at, moved.planned_end) == (END + CAP, END)
    assert moved.as_planned == MAY


@pytest.mark.parametrize(
    "found",
    [
        NOTHING_SEEN,
        seen(None),
        seen(0),
        seen(3, END - 3 * MINUTE),
        replace(NOTHING_SEEN, session=answered(None, Session(None), BEFORE_ITS_END, same=False)),
    ],
    ids=["never asked", "not said", "nobody", "long ago", "no session"],
)
def test_what_is_not_known_of_people_moves_no_end(found: Seen) -> None:
    assert overrun.extension(situation(found)) is None


def test_people_who_are_known_to_be_in_move_the_end() -> None:
    decided = overrun.extension(situation(seen(1)))
    assert decided is not None
    assert decided.step == RunOver(END + 5 * MINUTE)


def test_the_newest_answer_counts_from_whichever_list_it_comes() -> None:
    empty = answered(None, Session("x", "m", 0), BEFORE_ITS_END + seconds(5), same=False)
    s = situation(replace(seen(3), present=empty), now=BEFORE_ITS_END + seconds(6))
    assert overrun.extension(s) is None


def test_nothing_is_moved_in_the_last_seconds_for_it_could_not_be_written_down_in_time() -> None:
    assert overrun.extension(situation(seen(3), now=END - seconds(6))) is not None
    assert overrun.extension(situation(seen(3), now=END - seconds(5))) is None


@pytest.mark.parametrize("minutes", [-10, 0, 5])
def test_a_room_that_another_one_needs_moves_no_end(minutes: int) -> None:
    needed = replace(RUN, room=replace(ROOM, needed_at=END + minutes * MINUTE))
    assert overrun.extension(situation(seen(3), needed)) is None


def test_a_room_that_is_needed_long_after_is_free_until_then() -> None:
    later = replace(RUN, room=replace(ROOM, needed_at=END + 6 * MINUTE))
    assert overrun.extension(situation(seen(3), later)) is not None


@pytest.mark.parametrize(
    "change", [{"run": replace(RUN, stop_asked_at=END - MINUTE)}, {"wanted": replace(MAY, cancelled=True)}]
)
def test_what_is_called_off_is_stopped_and_not_moved(change: dict[str, object]) -> None:
    s = situation(seen(3), **change)  # type: ignore[arg-type]  # One of two.
    assert overrun.extension(s) is None
    assert isinstance(on_air.live(s), Perform | Move)


def test_a_stop_that_was_sent_past_the_planned_end_is_the_end_whatever_was_written_meanwhile() -> None:
    sent = Attempt(kind=Kind.STOP, began_at=END + seconds(0.3), outcome=Outcome.DONE)
    s = situation(
        seen(3), replace(RUN, attempts=(sent,)), END + seconds(20), MAY.running_until(END + 5 * MINUTE)
    )
    assert s.over
    assert on_air.live(s) == Move(State.STOPPING, "off the air after its planned end")


def test_it_is_asked_who_is_in_a_minute_before_the_end_and_of_nobody_else() -> None:
    stream = replace(NOTHING_SEEN, stream=LIVE)
    early = situation(stream, now=END - seconds(61))
    assert Read.SESSION not in due(early)
    assert next_look_at(early) == END - seconds(60)
    assert Read.SESSION in due(situation(stream, now=END - seconds(60)))
    assert Read.SESSION not in due(situation(stream, now=END - seconds(60), wanted=webinar()))


def test_what_it_asks_is_known_to_fall_due() -> None:
    extra = [each for each in of_life(MAY, Policy()) if each not in of_life(webinar(), Policy())]
    assert [(each.at, each.urgency, each.calls) for each in extra] == [(END - MINUTE, Urgency.WATCH_LIVE, 1)]


RUNNING_OVER = MAY.running_until(END + 5 * MINUTE)
OVER_BY_2 = END + 2 * MINUTE


def test_an_end_that_was_moved_by_rule_stays_in_force_while_the_row_says_the_same() -> None:
    assert intake(MAY, RUNNING_OVER, RUN, ["default"], OVER_BY_2).broadcast == RUNNING_OVER
    stopping = replace(RUN, state=State.STOPPING)
    assert intake(MAY, RUNNING_OVER, stopping, ["default"], OVER_BY_2).refusal == ""


@pytest.mark.parametrize("ends_at", [END - 10 * MINUTE, END + MINUTE, END + 20 * MINUTE])
def test_whoever_moves_the_planned_end_is_obeyed_at_once(ends_at: datetime) -> None:
    ordered = replace(MAY, window=Window(START, ends_at))
    assert intake(ordered, RUNNING_OVER, RUN, ["default"], OVER_BY_2).broadcast == ordered


@pytest.mark.parametrize(("minutes", "left"), [(0, 0), (3, 3), (30, 5)])
def test_whoever_allows_less_by_rule_is_obeyed_at_once(minutes: int, left: int) -> None:
    ordered = replace(MAY, overrun=minutes * MINUTE)
    found = intake(ordered, RUNNING_OVER, RUN, ["default"], OVER_BY_2).broadcast
    assert found == ordered.running_until(END + left * MINUTE)


def test_for_as_long_as_it_runs_over_it_is_told_until_when_and_how_to_end_it() -> None:
    s = situation(seen(3), now=OVER_BY_2, wanted=RUNNING_OVER)
    (told,) = [each for each in conditions(s) if each.name == "overrunning"]
    assert told.text == "runs over its end by rule until 18:35:00Z, at the latest until 18:42:00Z"
    assert told.cure == "`cuelight stop webinar` ends it at once."
    for over in (replace(s, broadcast=MAY), replace(s, run=replace(RUN, state=State.STOPPING))):
        assert "overrunning" not in {each.name for each in conditions(over)}
