"""What happened to a broadcast, step by step."""

from datetime import timedelta

import pytest

from tests.support.clock import NOON
from worker.store.records import Note
from worker.view.story import spoken, story

SECOND = timedelta(seconds=1)


def note(kind: str, before: str = "", after: str = "", why: str = "", after_s: int = 0) -> Note:
    return Note(at=NOON + after_s * SECOND, kind=kind, who="w", before=before, after=after, why=why)


STEPS = [note("edit"), note("move", after_s=1), note("seen", after_s=2), note("attempt", after_s=3)]


def test_it_is_told_until_an_instant_that_is_included() -> None:
    assert story(STEPS).steps == tuple(STEPS)
    assert story(STEPS, NOON + 2 * SECOND).steps == tuple(STEPS[:3])
    assert story(STEPS, NOON - SECOND).steps == ()


def test_what_the_worker_did_is_its_moves_and_its_calls() -> None:
    assert [each.kind for each in story(STEPS).done()] == ["move", "attempt"]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (note("move", "ready", "starting", "the window is open"), "is starting: the window is open"),
        (note("move", "ready", "starting"), "is starting"),
        (note("attempt", "stop", "done"), "stop: done"),
        (note("attempt", "stop", "refused", "not with this plan"), "stop: refused (not with this plan)"),
        (note("attempt", "stop", "absent", "404"), "stop: absent (nothing was running)"),
    ],
)
def test_what_was_done_is_spoken(step: Note, text: str) -> None:
    assert spoken(step) == text
