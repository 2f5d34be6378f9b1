"""The whole story of a broadcast, in sentences."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobs.model import Broadcast, GoLive, Window
from jobs.run.lifecycle import State
from jobs.schedule.entry import Entry
from jobs.schedule.explain import Absence, Reason
from jobs.schedule.origin import InForce, Origin
from tests.support.clock import NOON
from tests.unit.view.records import ALERT, HOUR, row
from worker.store.records import Note, Request
from worker.view.explanation import Explanation
from worker.view.sentences import of_note, of_request

MINUTE = timedelta(minutes=1)
ENTRY = Entry(key="show", title="Show", start=NOON, end=HOUR, zone="Asia/Tokyo")
ORIGIN = Origin(in_force=InForce(1, NOON - HOUR, "apply by ann"), entry=ENTRY, line=3, wall=NOON)


def note(kind: str, before: str = "", after: str = "", why: str = "", at: datetime = NOON) -> Note:
    return Note(at=at, kind=kind, who="ann", before=before, after=after, why=why)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (note("move", "", "planned", "picked up"), "ann picked it up. It is planned."),
        (note("move", "", "rejected", "no title"), "ann picked it up. It is rejected: no title."),
        (note("move", "ready", "live", "LIVE was read"), "It is on air: LIVE was read."),
        (note("move", "ready", "odd"), "odd."),
        (
            note("order", why="extended it by 15m: ends_at 2026-12-01T12:00:00Z -> 2026-12-01T12:15:00.5Z"),
            "ann extended it by 15m: ends_at Tue 01 Dec 2026 12:00:00 UTC -> Tue 01 Dec 2026 12:15:00 UTC.",
        ),
        (note("edit", "", "accepted", "changed: title"), "The row as it stands is in force: changed: title."),
        (note("edit", "", "refused", "too late"), "The row as it stands is refused: too late."),
        (
            note("edit", "a", "b", "its entry has a new key"),
            "ann gave it another id, b instead of a: its entry has a new key.",
        ),
        (note("attempt", "stop", "done"), "The provider was asked to stop the stream: done."),
        (
            note("attempt", "open", "refused", "429"),
            "The provider was asked to open the doors: refused (429).",
        ),
        (note("wait", "open", "waits", "quota"), "The call to open the doors waits: quota."),
        (note("wait", "open", "goes on"), "The call to open the doors goes on."),
        (note("seen", why="final check"), "Seen: final check."),
        (note("alert", "no_picture", "resolved", "seen to"), "ann resolved the alert no_picture: seen to."),
        (note("sweep", "", "stop", "on air"), "sweep stop: on air."),
    ],
)
def test_each_step_is_a_sentence(step: Note, text: str) -> None:
    assert of_note(step, UTC) == text


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("follow", "The schedule file that a worker follows"),
        ("apply by ann", "ann, with `cuelight apply`,"),
        ("ann", "ann"),
    ],
)
def test_who_ordered_a_change_is_told(by: str, who: str) -> None:
    step = Note(at=NOON, kind="order", who=by, why="cancelled it")
    assert of_note(step, UTC) == f"{who} cancelled it."


def test_what_was_asked_is_told_with_its_answer_or_that_there_is_none() -> None:
    asked = {"id": 1, "kind": "reopen", "broadcast_id": "a", "argument": "15m", "by": "ann", "asked_at": NOON}
    assert of_request(Request(**asked)) == "ann asked for `reopen 15m`; no worker has answered yet."  # type: ignore[arg-type]
    done = Request(**asked, answer="a.2")  # type: ignore[arg-type]
    assert of_request(done) == "ann asked for `reopen 15m`; a worker answered: a.2."


def explanation(state: State | None = State.LIVE, **others: Any) -> Explanation:
    known: dict[str, Any] = {
        "broadcast_id": "show",
        "now": NOON,
        "row": row(state, id="show", title="Show", added_at=NOON - 2 * HOUR),
        "wanted": Broadcast(id="show", title="Show", window=Window(NOON, NOON + HOUR)),
        "origin": ORIGIN,
        "notes": (
            note("move", "", "planned", at=NOON - HOUR),
            note("move", "planned", "ready", at=NOON - 30 * MINUTE),
            note("move", "ready", "live", at=NOON - MINUTE),
        ),
        "requests": (),
        "alerts": (),
        "worker_seen_at": NOON,
    }
    return Explanation(**(known | others))


def kinds(found: Explanation) -> list[str]:
    return [each.kind for each in found.sentences()]


def test_it_goes_from_the_schedule_through_what_happened_to_what_is_next_and_what_was_told() -> None:
    found = explanation(alerts=(ALERT,))
    assert kinds(found) == ["schedule", "schedule", "row", "step", "step", "step", "now", "next", "alert"]
    events = [each.at for each in found.sentences() if each.kind in ("row", "step")]
    assert events == sorted(at for at in events if at)


def test_it_is_told_by_the_clock_of_its_entry_and_said_so() -> None:
    found = explanation()
    assert found.heading == "show: Show (times are by the clock of Asia/Tokyo)"
    (now,) = [each.text for each in found.sentences() if each.kind == "now"]
    assert now.startswith("It is live; its window is Tue 01 Dec 2026 20:30:00 JST to ")
    assert explanation(origin=Origin()).heading.endswith("the clock of this machine)")


def test_up_to_an_instant_it_says_what_was_known_then() -> None:
    found = explanation(alerts=(ALERT,)).up_to(NOON - 20 * MINUTE)
    assert kinds(found)[:5] == ["schedule", "schedule", "row", "step", "step"]
    (then,) = [each.text for each in found.sentences() if each.kind == "now"]
    assert then == "It was ready then."
    assert "next" not in kinds(found)
    before = [each.text for each in explanation().up_to(NOON - 90 * MINUTE).sentences()]
    assert before[-1] == "No worker had picked it up then."
    assert [each.text for each in explanation().up_to(NOON - 3 * HOUR).sentences()][
        -1
    ] == "It had no row yet."


def test_a_time_without_an_offset_is_by_the_clock_of_the_entry() -> None:
    typed = datetime(2026, 12, 1, 20, 40)  # noqa: DTZ001  As it is typed.
    found = explanation().up_to(typed)
    assert found.until == typed.replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    assert explanation().up_to(NOON).until == NOON
    assert explanation().up_to(None).until is None


AT_START = Broadcast(
    id="show", title="Show", window=Window(NOON + HOUR, NOON + 2 * HOUR), go_live=GoLive.AT_START
)


@pytest.mark.parametrize(
    ("state", "others", "text"),
    [
        (None, {"worker_seen_at": None}, "a worker picks it up; none has ever run on this database"),
        (None, {}, "a worker picks it up; the last was seen Tue 01 Dec 2026 21:00:00 JST."),
        (State.PLANNED, {}, "its meeting is created Tue 01 Dec 2026 21:00:00 JST."),
        (State.READY, {}, "the doors open Tue 01 Dec 2026 21:00:00 JST; the first to join puts it on air."),
        (State.READY, {"wanted": AT_START}, "the backstage opens Tue 01 Dec 2026 21:45:00 JST"),
        (State.STARTING, {}, "it is on air once somebody is in and LIVE is read"),
        (State.LIVE, {}, "it is taken off the air Tue 01 Dec 2026 22:00:00 JST."),
        (State.INTERRUPTED, {}, "it is taken off the air"),
        (State.STOPPING, {}, "two reads that say off; cuelight does not give up on it before."),
        (State.ENDED, {}, "nothing; `cuelight reopen`"),
        (State.REJECTED, {}, "nothing, until its row or the file is corrected."),
        (State.LIVE, {"wanted": None}, "its row cannot be read"),
    ],
)
def test_what_is_next_follows_from_its_state(state: State | None, others: dict[str, Any], text: str) -> None:
    (found,) = [each.text for each in explanation(state, **others).sentences() if each.kind == "next"]
    assert found.startswith(f"Next: {text}")


def test_a_row_that_was_rejected_is_told_with_its_reason() -> None:
    found = explanation(State.REJECTED, row=row(State.REJECTED, why="starts_at: no offset"))
    assert "It is rejected (starts_at: no offset)" in "".join(each.text for each in found.sentences())


def test_of_what_no_schedule_made_no_schedule_is_told() -> None:
    reason = Reason(absence=Absence.NO_ENTRY)
    found = explanation(
        row=row(State.LIVE, source="sql"), origin=Origin(in_force=ORIGIN.in_force, reason=reason)
    )
    assert not {"schedule", "absent"} & set(kinds(found))


def test_of_what_has_no_row_the_reason_is_told_and_what_the_journal_has() -> None:
    reason = Reason(absence=Absence.AHEAD, limit=NOON + HOUR)
    ahead = explanation(
        row=None, wanted=None, notes=(), origin=Origin(in_force=ORIGIN.in_force, entry=ENTRY, reason=reason)
    )
    assert kinds(ahead) == ["schedule", "schedule", "absent"]
    gone = explanation(row=None, wanted=None, origin=Origin())
    assert [each.text for each in gone.sentences()][-1].startswith("It has no row")
