"""Laws of the plan, whatever the schedule and whatever the table."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jobs.model import Broadcast, RoomUse
from jobs.run.lifecycle import State
from jobs.schedule.entry import Change, Entry
from jobs.schedule.plan import SCHEDULE, Existing, Plan
from tests.unit.jobs.schedule.plans import HOUR, NOW, entry, planned, rows


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
