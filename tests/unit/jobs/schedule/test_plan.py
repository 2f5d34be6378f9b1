from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.model import Broadcast, GoLive, RoomUse, Window
from jobs.run.lifecycle import HOLDING, OVER, State
from jobs.schedule import rule
from jobs.schedule.plan import SCHEDULE, Existing, Plan, concerned, ids_to_take, plan, too_much
from jobs.schedule.recurrence import Change, Entry, occurrences

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
HORIZON = timedelta(days=14)
ON_AIR = sorted(HOLDING)


def entry(key: str = "webinar", start: datetime = NOW + HOUR, end: timedelta = HOUR, **fields: Any) -> Entry:
    text = fields.pop("repeat", None)
    fields.setdefault("title", "Webinar")
    return Entry(key=key, start=start, end=end, repeat=rule.parse(text) if text else None, **fields)


def daily(key: str = "webinar", start: datetime = NOW + HOUR, count: int = 5, **fields: Any) -> Entry:
    return entry(key, start, repeat=f"FREQ=DAILY;COUNT={count}", **fields)


def planned(
    entries: list[Entry], existing: list[Existing] | None = None, *, now: datetime = NOW, asked: bool = False
) -> Plan:
    """Plan with all the rows; the few that the plan is said to depend on lead to the same."""
    whole = plan(entries, existing or [], now=now, horizon=HORIZON, asked=asked)
    told = those_concerned(entries, existing or [], now)
    assert plan(entries, told, now=now, horizon=HORIZON, asked=asked) == whole
    return whole


def those_concerned(entries: list[Entry], existing: list[Existing], now: datetime = NOW) -> list[Existing]:
    """Return the rows that are read of all that there are."""
    which = concerned(entries, now=now, horizon=HORIZON)
    late = [each for each in existing if each.broadcast.window.ends_at > which.ending_after]
    told = [each for each in existing if each in late or each.broadcast.id in which.ids]
    taken = ids_to_take(entries, told)
    return [each for each in existing if each in told or each.broadcast.id in taken]


def rows(*entries: Entry, state: State | None = None, **fields: Any) -> list[Existing]:
    found = [each for item in entries for each in occurrences(item, NOW - 30 * DAY, NOW + HORIZON)]
    return [Existing(broadcast=each.broadcast, version=1, state=state, **fields) for each in found]


def applied(plan: Plan, existing: list[Existing]) -> list[Existing]:
    """Do to the rows what a store does."""
    renames = {each.existing.broadcast.id: each.broadcast for each in plan.rename}
    table = {
        each.broadcast.id: each
        for row in existing
        for each in [replace(row, broadcast=renames.get(row.broadcast.id, row.broadcast))]
    }
    for edit in (*plan.move, *plan.change):
        table[edit.broadcast.id] = replace(table[edit.broadcast.id], broadcast=edit.broadcast)
    for cancel in plan.cancel:
        row = table[cancel.existing.broadcast.id]
        table[row.broadcast.id] = replace(row, broadcast=replace(row.broadcast, cancelled=True))
    for added in plan.add:
        assert added.id not in table
        table[added.id] = Existing(broadcast=added, version=1)
    return list(table.values())


def said(plan: Plan) -> str:
    return " | ".join(f"{each.id} {each.text}" for each in (*plan.remarks, *plan.refusals))


def test_an_empty_table_gets_what_lies_within_the_horizon() -> None:
    found = planned([daily(count=30)])
    assert [each.id for each in found.add][:2] == ["webinar@2026-12-01", "webinar@2026-12-02"]
    assert len(found.add) == 14
    assert found.remarks == ()


def test_past_occurrences_are_never_added() -> None:
    assert planned([entry(start=NOW - 2 * HOUR)]).empty


def test_what_is_there_already_needs_nothing() -> None:
    assert planned([daily()], rows(daily())) == Plan()


def test_a_new_window_is_a_move_and_a_new_title_a_change() -> None:
    moved = planned([entry(start=NOW + 3 * HOUR)], rows(entry()))
    (edit,) = moved.move
    assert edit.fields == {"starts_at", "ends_at"}
    assert edit.broadcast.window.starts_at == NOW + 3 * HOUR
    changed = planned([entry(title="New", options={"end_session": True})], rows(entry()))
    (edit,) = changed.change
    assert edit.fields == {"title", "end_session"}
    assert edit.broadcast.title == "New"
    assert (moved.change, moved.add, moved.cancel, changed.move) == ((), (), (), ())


def test_a_row_moved_beyond_the_horizon_is_moved_and_not_cancelled() -> None:
    change = Change(start=NOW + 100 * DAY)
    found = planned([daily(changes={"2026-12-02": change})], rows(daily()))
    assert [each.broadcast.window.starts_at for each in found.move] == [NOW + 100 * DAY]
    assert not found.cancel


def test_an_entry_that_is_gone_is_cancelled_with_the_reason() -> None:
    (cancel,) = planned([entry("other", start=NOW + 99 * DAY)], rows(entry())).cancel
    assert (cancel.existing.broadcast.id, cancel.why) == ("webinar", "its entry is gone from the schedule")


def test_a_skipped_occurrence_is_cancelled_with_its_note() -> None:
    skip = Change(skip=True, note="Epiphany")
    (cancel,) = planned([daily(changes={"2026-12-02": skip})], rows(daily())).cancel
    assert (cancel.existing.broadcast.id, cancel.why) == (
        "webinar@2026-12-02",
        "the schedule skips it: Epiphany",
    )


@pytest.mark.parametrize("source", ["sql", "add", "reopen"])
def test_rows_that_no_file_made_are_never_touched(source: str) -> None:
    foreign = rows(daily(), source=source)
    assert planned([entry("other", start=NOW + HOUR)], foreign).cancel == ()
    assert planned([daily(title="New")], foreign).change == ()


def test_an_id_that_no_file_made_is_not_taken_over() -> None:
    found = planned([entry()], rows(entry(), source="sql"))
    assert found.empty
    assert "is the id of a broadcast that no file made" in said(found)
    assert found.refusals[0].alarm


def test_an_operators_change_outlives_the_file() -> None:
    (row,) = rows(entry(), operator_fields=frozenset({"ends_at", "title"}))
    own = replace(row.broadcast, title="Mine", window=Window(NOW + HOUR, NOW + 5 * HOUR))
    found = planned([entry(title="New", options={"end_session": True})], [replace(row, broadcast=own)])
    (edit,) = found.change
    assert edit.fields == {"end_session"}
    assert (edit.broadcast.title, edit.broadcast.window.ends_at) == ("Mine", NOW + 5 * HOUR)
    assert "ends_at stays as it is: an operator changed it" in said(found)


def test_an_operators_start_after_the_files_end_keeps_the_operators_window() -> None:
    (row,) = rows(entry(), operator_fields=frozenset({"starts_at"}))
    own = replace(row.broadcast, window=Window(NOW + 4 * HOUR, NOW + 5 * HOUR))
    assert planned([entry()], [replace(row, broadcast=own)]).empty


def test_what_an_operator_called_off_stays_off_whatever_its_run_says() -> None:
    for state in (None, State.PLANNED, State.CANCELLED):
        (row,) = rows(entry(), state=state, operator_fields=frozenset({"cancelled"}))
        off = replace(row, broadcast=replace(row.broadcast, cancelled=True))
        found = planned([entry(title="New")], [off])
        assert found.empty
        assert "an operator called it off" in said(found)


def test_what_an_operator_called_back_is_not_cancelled_by_the_file() -> None:
    found = planned([entry("other")], rows(entry(), operator_fields=frozenset({"cancelled"})))
    assert not found.cancel
    assert "an operator wants it" in said(found)


def test_a_missed_run_is_the_files_again_but_an_aired_one_is_not_aired_twice() -> None:
    (row,) = rows(entry(start=NOW + 5 * HOUR), operator_fields=frozenset({"starts_at", "ends_at"}))
    early = replace(row, broadcast=replace(row.broadcast, window=Window(NOW - 2 * HOUR, NOW - HOUR)))
    missed = planned([entry(start=NOW + 5 * HOUR)], [replace(early, state=State.MISSED)])
    assert [each.broadcast.window.starts_at for each in missed.move] == [NOW + 5 * HOUR]
    assert "so it is run again" in said(missed)
    assert planned([entry(start=NOW + 5 * HOUR)], [replace(early, state=State.ENDED)]).empty


def test_what_a_file_called_off_comes_back_before_its_start_only() -> None:
    for start, comes_back in ((NOW + HOUR, True), (NOW - timedelta(minutes=10), False)):
        (row,) = rows(entry(start=start), state=State.CANCELLED)
        off = replace(row, broadcast=replace(row.broadcast, cancelled=True))
        found = planned([entry(start=start)], [off])
        assert [each.broadcast.cancelled for each in found.change] == ([False] if comes_back else [])
        assert ("its start has passed" in said(found)) is not comes_back


@pytest.mark.parametrize("state", ON_AIR)
def test_following_takes_nothing_off_the_air_and_apply_asks(state: State) -> None:
    on_air = rows(daily(start=NOW - HOUR / 2, count=1), state=state)
    followed = planned([entry("other", start=NOW + DAY)], on_air)
    assert not followed.cancel
    assert [each.alarm for each in followed.remarks] == [True]
    applied_now = planned([entry("other", start=NOW + DAY)], on_air, asked=True)
    assert len(applied_now.cancel) == len(applied_now.asks) == 1


@pytest.mark.parametrize("state", ON_AIR)
def test_a_file_that_ends_the_window_in_the_past_takes_nothing_off_the_air(state: State) -> None:
    on_air = rows(entry(start=NOW - HOUR / 2), state=state)
    followed = planned([entry(start=NOW - HOUR / 2, end=HOUR / 4)], on_air)
    assert followed.empty
    assert followed.remarks[0].alarm
    assert "it is over by the schedule; it is on air and goes on to its end" in said(followed)


@pytest.mark.parametrize("state", ON_AIR)
def test_on_air_the_end_moves_and_the_start_does_not(state: State) -> None:
    on_air = rows(entry(start=NOW - HOUR / 2), state=state)
    longer = planned([entry(start=NOW - HOUR / 4, end=2 * HOUR)], on_air)
    (edit,) = longer.move
    assert edit.broadcast.window == Window(NOW - HOUR / 2, NOW - HOUR / 4 + 2 * HOUR)
    assert edit.fields == {"ends_at"}


@pytest.mark.parametrize("state", ON_AIR)
def test_moving_to_tomorrow_what_is_on_air_does_not_keep_it_on_air_till_then(state: State) -> None:
    on_air = rows(entry(start=NOW - HOUR / 2), state=state)
    found = planned([entry(start=NOW + DAY)], on_air)
    assert found.empty
    assert f"starts_at stays as it is: the run is {state}" in said(found)


def test_a_stopping_run_keeps_its_window() -> None:
    found = planned(
        [entry(start=NOW - HOUR / 2, end=3 * HOUR)], rows(entry(start=NOW - HOUR / 2), state=State.STOPPING)
    )
    assert found.empty


def test_account_and_room_are_frozen_once_a_meeting_is_adopted() -> None:
    other = entry(options={"account": "events", "room": RoomUse.SHARED, "go_live": GoLive.AT_START})
    for state, fields in ((State.PLANNED, {"account", "room", "go_live"}), (State.READY, {"go_live"})):
        (edit,) = planned([other], rows(entry(), state=state)).change
        assert edit.fields == fields


def test_what_an_operator_ended_early_is_not_aired_again_when_its_entry_gets_a_rule() -> None:
    start = NOW - HOUR / 2
    (row,) = rows(entry(start=start), state=State.ENDED, operator_fields=frozenset({"ends_at"}))
    ended = replace(row, broadcast=replace(row.broadcast, window=Window(start, NOW - HOUR / 6)))
    found = planned([daily(start=start)], [ended])
    assert "webinar@2026-12-01" not in [each.id for each in found.add]


def test_an_added_occurrence_under_way_begins_late_and_apply_asks() -> None:
    found = planned([entry(start=NOW - HOUR / 4)])
    assert [each.id for each in found.add] == [each.id for each in found.asks] == ["webinar"]
    assert "begins late" in said(found)


def test_a_start_moved_into_the_past_begins_at_once_and_apply_asks() -> None:
    found = planned([entry(start=NOW - HOUR / 4)], rows(entry(), state=State.READY))
    assert [each.id for each in found.asks] == ["webinar"]


@pytest.mark.parametrize("state", [State.ENDED, State.CANCELLED])
def test_a_rule_moved_to_a_later_hour_runs_nothing_again_that_was_aired_or_called_off_today(
    state: State,
) -> None:
    today, *later = rows(daily(start=NOW - 2 * HOUR))
    there = [replace(today, state=state), *later]
    found = planned([daily(start=NOW + 2 * HOUR)], there)
    assert [each.broadcast.id for each in found.move] == [each.broadcast.id for each in later]
    assert "stays so: give it a start under `change`" in said(found)


def test_what_is_over_runs_again_at_a_start_that_is_its_own() -> None:
    today, *later = rows(daily(start=NOW - 2 * HOUR))
    there = [replace(today, state=State.ENDED), *later]
    by_name = daily(start=NOW - 2 * HOUR, changes={"2026-12-01": Change(start=NOW + 2 * HOUR)})
    assert [each.broadcast.id for each in planned([by_name], there).move] == ["webinar@2026-12-01"]
    once = [replace(each, state=State.ENDED) for each in rows(entry(start=NOW - 2 * HOUR))]
    assert [each.broadcast.id for each in planned([entry(start=NOW + 7 * DAY)], once).move] == ["webinar"]


ONCE = entry(start=NOW - HOUR / 2, end=2 * HOUR)
EVERY_DAY = daily(start=NOW - HOUR / 2, end=2 * HOUR)
BESIDE = daily(start=NOW - DAY + HOUR, end=2 * HOUR, also=(NOW - HOUR / 2,))
TWICE = entry(start=NOW - HOUR / 2, end=2 * HOUR, repeat="FREQ=DAILY;BYHOUR=18,22;COUNT=9")
ELSEWHERE = daily(start=NOW - HOUR / 2, end=2 * HOUR, zone="Pacific/Auckland")


@pytest.mark.parametrize(
    ("before", "after"),
    [(ONCE, EVERY_DAY), (EVERY_DAY, ONCE), (BESIDE, EVERY_DAY), (EVERY_DAY, TWICE), (EVERY_DAY, ELSEWHERE)],
    ids=["gains a rule", "loses it", "absorbs an extra one", "fires twice a day", "changes its zone"],
)
@pytest.mark.parametrize("state", [State.READY, State.LIVE, State.STOPPING, State.ENDED, State.CANCELLED])
def test_what_keeps_its_entry_and_instant_keeps_its_row_whatever_its_form_of_id(
    before: Entry, after: Entry, state: State
) -> None:
    """Else a second meeting begins beside the one that is on air, or what was stopped airs again."""
    (row,) = [each for each in rows(before) if each.broadcast.window.starts_at == NOW - HOUR / 2]
    found = planned([after], [replace(row, state=state)])
    assert not [each for each in found.add if each.window.starts_at <= NOW]
    assert not found.cancel


def test_what_is_nearly_over_is_not_added_any_more() -> None:
    start = NOW - timedelta(minutes=58)
    assert planned([entry(start=start)]).empty
    assert planned([entry(start=start, options={"late_start": timedelta(minutes=1)})]).add


@pytest.mark.parametrize("asked", [False, True])
def test_a_key_renamed_without_was_while_on_air_is_refused(*, asked: bool) -> None:
    on_air = rows(entry("old", start=NOW - HOUR / 4), state=State.LIVE)
    found = planned([entry("new", start=NOW - HOUR / 4)], on_air, asked=asked)
    assert found.empty
    assert "write `was: old`" in said(found)
    assert found.refusals[0].alarm


def test_another_window_or_a_kept_entry_is_no_rename() -> None:
    old = entry("old", start=NOW - HOUR / 4)
    on_air = rows(old, state=State.LIVE)
    assert [each.id for each in planned([entry("new", start=NOW + HOUR)], on_air).add] == ["new"]
    assert [each.id for each in planned([old, entry("new", start=NOW - HOUR / 4)], on_air).add] == ["new"]


def test_was_carries_rows_over_instead_of_making_new_ones() -> None:
    found = planned([daily("new", was="old")], rows(daily("old")))
    first = found.rename[0]
    assert (first.existing.broadcast.id, first.broadcast.id) == ("old@2026-12-01", "new@2026-12-01")
    assert {each.broadcast.entry for each in found.rename} == {"new"}
    assert (len(found.rename), found.add, found.cancel, found.needs_confirmation) == (5, (), (), False)


def test_was_and_an_edit_come_together() -> None:
    found = planned([entry("new", was="old", title="New")], rows(entry("old")))
    assert (
        [each.broadcast.id for each in found.rename]
        == [each.broadcast.id for each in found.change]
        == ["new"]
    )


@pytest.mark.parametrize("state", [*ON_AIR, State.STOPPING, *sorted(OVER)])
def test_what_is_on_air_or_over_keeps_its_old_id_and_is_not_added_again(state: State) -> None:
    under_way = entry("old", start=NOW - HOUR / 4)
    found = planned([entry("new", start=NOW - HOUR / 4, was="old")], rows(under_way, state=state))
    assert found.empty
    assert found.refusals == ()


def test_was_of_a_key_that_is_still_there_renames_nothing() -> None:
    found = planned([entry("old"), entry("new", was="old")], rows(entry("old")))
    assert not found.rename
    assert [each.id for each in found.add] == ["new"]


def test_a_file_that_would_wipe_the_night_needs_confirmation() -> None:
    assert planned([entry("other")], rows(daily(count=3))).needs_confirmation
    assert not planned([entry("other")], rows(daily(count=2))).needs_confirmation
    many = [entry(f"e{n}") for n in range(20)]
    assert not planned(many[4:], rows(*many)).needs_confirmation
    assert planned(many[5:], rows(*many)).needs_confirmation


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_three_and_more_than_a_fifth_are_too_much(removed: int, coming: int) -> None:
    assert too_much(removed, coming) == (removed > max(2, coming / 5))


def test_a_dropped_row_that_is_over_or_past_is_left_alone() -> None:
    for state in sorted(OVER):
        assert planned([entry("other", start=NOW + 99 * DAY)], rows(entry(), state=state)).empty
    assert planned([entry("other", start=NOW + 99 * DAY)], rows(entry(start=NOW - 5 * HOUR))).empty


def test_clock_changes_are_remarked_on() -> None:
    gap = entry(start=datetime(2027, 3, 28, 2, 30), zone="Europe/Berlin")  # noqa: DTZ001 - a wall time
    assert "is missing" in said(planned([gap], now=datetime(2027, 3, 27, tzinfo=UTC)))


KEYS = ["a", "b", "c", "d"]
STARTS = st.integers(-30, 60).map(lambda quarters: NOW + quarters * HOUR / 4)
CHANGES = st.dictionaries(
    st.sampled_from([f"2026-12-0{n}" for n in range(1, 6)]),
    st.builds(
        Change,
        skip=st.booleans(),
        start=st.none() | STARTS,
        end=st.none() | st.sampled_from([HOUR / 2, 3 * HOUR]),
        options=st.fixed_dictionaries({}, optional={"title": st.sampled_from(["T", "U"])}),
    ),
    max_size=3,
)


@st.composite
def schedules(draw: st.DrawFn) -> list[Entry]:
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1))
    free = [None, *(key for key in KEYS if key not in keys)]
    entries = []
    for key in keys:
        was = draw(st.sampled_from(free))
        free = [each for each in free if each is None or each != was]
        repeat = draw(st.sampled_from(["FREQ=DAILY;COUNT=5", "FREQ=DAILY;INTERVAL=2"]))
        fields = {
            "was": was,
            "repeat": repeat,
            "title": draw(st.sampled_from(["T", "U"])),
            "changes": draw(CHANGES),
        }
        options = draw(st.sampled_from([{}, {"account": "events"}, {"room": RoomUse.SHARED}]))
        entries.append(
            entry(key, draw(STARTS), draw(st.sampled_from([HOUR / 2, 3 * HOUR])), options=options, **fields)
        )
    return entries


OPERATORS = st.frozensets(
    st.sampled_from(["starts_at", "ends_at", "title", "cancelled", "account"]), max_size=2
)


@st.composite
def tables(draw: st.DrawFn) -> list[Existing]:
    found = []
    for item in rows(*draw(schedules())):
        state = draw(st.none() | st.sampled_from(State))
        source = draw(st.sampled_from([SCHEDULE, SCHEDULE, SCHEDULE, "sql", "reopen"]))
        own = replace(item.broadcast, cancelled=draw(st.booleans()))
        operators = draw(OPERATORS)
        found.append(replace(item, broadcast=own, state=state, source=source, operator_fields=operators))
    return found


@given(entries=schedules(), table=tables(), asked=st.booleans())
def test_an_applied_plan_leaves_nothing_to_do(
    *, entries: list[Entry], table: list[Existing], asked: bool
) -> None:
    first = planned(entries, table, asked=asked)
    again = planned(entries, applied(first, table), asked=asked)
    assert again.empty, (first, again)


@given(entries=schedules(), table=tables(), asked=st.booleans())
def test_nobody_elses_row_is_ever_touched(
    *, entries: list[Entry], table: list[Existing], asked: bool
) -> None:
    found = planned(entries, table, asked=asked)
    foreign = {row.broadcast.id for row in table if row.source != SCHEDULE}
    assert not foreign & {each.id for each in found.add}
    edits = {each.existing.source for each in (*found.move, *found.change)}
    others = {each.existing.source for each in found.cancel} | {each.existing.source for each in found.rename}
    assert edits | others <= {SCHEDULE}


@given(schedules(), tables())
def test_following_never_takes_off_the_air_nor_touches_what_an_operator_set(
    entries: list[Entry], table: list[Existing]
) -> None:
    found = planned(entries, table)
    assert not [each for each in found.cancel if each.existing.on_air]
    for edit in (*found.move, *found.change):
        if edit.existing.on_air and edit.fields & {"starts_at", "ends_at"}:
            assert edit.broadcast.window.ends_at > NOW
            assert "starts_at" not in edit.fields
        if edit.existing.state is not State.MISSED:
            assert not edit.fields & edit.existing.operator_fields


@given(schedules(), tables())
def test_every_addition_is_still_to_come_or_can_begin(entries: list[Entry], table: list[Existing]) -> None:
    found = planned(entries, table)
    added: tuple[Broadcast, ...] = found.add
    assert all(each.window.ends_at > NOW for each in added)
    assert len({each.id for each in added}) == len(added)
    assert {each.id for each in added if each.window.starts_at <= NOW} <= {each.id for each in found.asks}
