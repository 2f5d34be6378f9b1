"""Time passes by the second where something may happen, and leaps where nothing can."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from worker.rehearsal.tempo import CLOSE, STEADY, Stretch, Tempo

UNTIL = 10_000.0
STRETCHES = st.lists(
    st.tuples(st.integers(0, 9_000), st.integers(1, 900), st.sampled_from([CLOSE, STEADY])).map(
        lambda drawn: Stretch(float(drawn[0]), float(drawn[0] + drawn[1]), drawn[2])
    ),
    max_size=8,
)
DUE = st.floats(0, UNTIL - 1)


def covering(stretches: Sequence[Stretch], at: float) -> list[float]:
    return [each.tick for each in stretches if each.begin <= at < each.end]


def test_looks_fall_on_whole_seconds_where_something_may_happen() -> None:
    tempo = Tempo([Stretch(100, 200)], UNTIL)
    assert [tempo.look_at(due) for due in (100.2, 101.0, 150.9)] == [101.0, 101.0, 151.0]


def test_looks_fall_on_every_fifteenth_second_while_something_is_on_air_but_for_its_end() -> None:
    tempo = Tempo([Stretch(100, 200, STEADY), Stretch(193, 250)], UNTIL)
    assert [tempo.look_at(due) for due in (101.0, 191.0, 193.2)] == [105.0, 193.0, 194.0]


def test_where_nothing_can_happen_time_leaps_unless_something_is_under_way() -> None:
    tempo = Tempo([Stretch(100, 200), Stretch(5000, 5100)], UNTIL)
    assert tempo.look_at(200.5) == 5000.0
    assert tempo.look_at(200.5, is_busy=True) == 210.0
    assert tempo.look_at(200.5, is_busy=True, at_most=5.0) == 205.0
    assert tempo.look_at(5100.5) == UNTIL


@given(stretches=STRETCHES, due=DUE, is_busy=st.booleans())
def test_a_look_is_never_before_it_is_due_nor_later_than_its_stretch_allows(
    *, stretches: list[Stretch], due: float, is_busy: bool
) -> None:
    look_at = Tempo(stretches, UNTIL).look_at(due, is_busy=is_busy)
    assert look_at >= due - 1e-5
    ticks = covering(stretches, due)
    if ticks or is_busy:
        assert look_at <= due + min([*ticks, STEADY]) + 1e-5


@given(STRETCHES, st.lists(DUE, min_size=2, max_size=10))
def test_what_is_due_first_is_looked_at_first(stretches: list[Stretch], dues: list[float]) -> None:
    tempo = Tempo(stretches, UNTIL)
    looks = [tempo.look_at(due) for due in sorted(dues)]
    assert looks == sorted(looks)


@given(STRETCHES, DUE)
def test_no_leap_goes_past_the_beginning_of_a_stretch(stretches: list[Stretch], due: float) -> None:
    look_at = Tempo(stretches, UNTIL).look_at(due)
    assert not [each for each in stretches if due < each.begin < look_at - 1e-5]
