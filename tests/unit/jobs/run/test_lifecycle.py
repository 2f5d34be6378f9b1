"""The table of moves."""

from pathlib import Path

import pytest

from jobs.run.lifecycle import MOVES, OVER, IllegalMoveError, State, diagram, moved_to

README = Path(__file__).parents[4] / "README.md"


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_only_moves_of_the_table_are_made(before: State, after: State) -> None:
    if after in MOVES[before]:
        assert moved_to(before, after) is after
    else:
        with pytest.raises(IllegalMoveError, match=f"from {before} to {after}"):
            moved_to(before, after)


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(State)


def test_once_there_is_a_meeting_the_only_way_out_is_stopping() -> None:
    with_meeting = {State.READY, State.STARTING, State.LIVE, State.INTERRUPTED}
    assert all(not MOVES[state] & OVER for state in with_meeting)
    assert all(State.STOPPING in MOVES[state] for state in with_meeting)


def test_the_readme_shows_the_diagram_of_this_table() -> None:
    assert diagram() in README.read_text(encoding="utf-8")
