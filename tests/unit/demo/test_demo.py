"""The demonstration's judgement: what went wrong is seen, what went right is not blamed; and its screens."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from config import schedule
from jobs.run.lifecycle import State
from jobs.schedule import recurrence
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from worker.demo import script
from worker.demo.evidence import Evidence
from worker.demo.last_screen import LastScreen
from worker.demo.moment import Moment
from worker.demo.provider import Call, Happening, Room
from worker.demo.report import Report
from worker.demo.screen import Lines, View, introduction
from worker.demo.script import PARTS, Part
from worker.demo.stage import bare
from worker.demo.verdict import CLOSED, judged
from worker.store.records import Alert, Note, Overview

OPENED = {"live_stream_on_start": True, "status": "ACTIVE"}
NO_BODY: Mapping[str, object] = {}
ROOM = "0d5a4f0e-2f0b-4d0a-9d3a-5b1f5b0c9a11"
NEXT_WEEK = "weekly-webinar@2026-12-08"


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def call(
    at: datetime, method: str, ending: str = "", status: int = 200, body: Mapping[str, object] = NO_BODY
) -> Call:
    return Call(at, method, f"/meetings/{ROOM}{ending}" if ending != "new" else "/meetings", body, status)


def right(part: Part) -> Evidence:
    """Return what is known of a part that went as it should."""
    starts, ends = part.starts_at(NOON), part.ends_at(NOON)
    lives = [starts + seconds(3 + 5 * number) for number in range(part.streams)]
    offs = [*(at + seconds(2) for at in lives[:-1]), ends + seconds(2)][: part.streams]
    streams = [
        *(Happening(at - seconds(2), "stream.started", part.title) for at in lives),
        *(Happening(at, "stream.live", part.title) for at in lives),
        *(Happening(at, "stream.off", part.title) for at in offs),
    ]
    return Evidence(
        part=part,
        starts_at=starts,
        ends_at=ends,
        row=overview(part),
        notes=(
            Note(at=starts, kind="move", who="w", before="ready", after="starting", why="the window is open"),
        ),
        rooms=(Room(ROOM, part.title, active=False, flag=False, on_air=False, present=()),),
        history=tuple(sorted(streams, key=lambda each: each.at)),
        calls=(
            call(NOON, "POST", "new", 201, {"title": part.title}),
            call(starts + seconds(0.1), "PATCH", body=OPENED),
            call(starts + seconds(3), "GET", "/active-livestream"),
            call(ends + seconds(0.1), "POST", "/active-livestream/stop"),
            call(ends + seconds(0.2), "PATCH", body=CLOSED),
            call(ends + seconds(2), "GET", "/active-livestream", 404),
            call(ends + seconds(4), "GET", "/active-livestream", 404),
        ),
        told={name: alert(part, name, "warning") for name in part.alerts},
        coming=(overview(part, State.PLANNED, id=NEXT_WEEK),) if part.repeats else (),
    )


def alert(part: Part, name: str, severity: str) -> Alert:
    return Alert(
        key=f"{part.key}/{name}",
        subject=Subject(SubjectKind.BROADCAST, part.key),
        severity=severity,
        title="",
        text="as it is",
        cure="",
        raised_at=part.ends_at(NOON),
    )


def overview(part: Part, state: State | None = None, id: str = "") -> Overview:  # noqa: A002  The field's name.
    return Overview(
        id=id or part.key,
        title=part.title,
        account="default",
        state=state or part.comes_to,
        why="",
        entered_at=NOON,
        starts_at=part.starts_at(NOON),
        ends_at=part.ends_at(NOON),
        entry=None,
        source="schedule",
        cancelled=False,
    )


def without(evidence: Evidence, unwanted: Callable[[Call], bool]) -> Evidence:
    return replace(evidence, calls=tuple(each for each in evidence.calls if not unwanted(each)))


def later(evidence: Evidence, late: Callable[[Call], bool], by: float) -> Evidence:
    moved = (replace(each, at=each.at + seconds(by)) if late(each) else each for each in evidence.calls)
    return replace(evidence, calls=tuple(moved))


def is_stop(each: Call) -> bool:
    return each.resource.endswith("/stop")


def is_opening(each: Call) -> bool:
    return each.body == OPENED


def is_proof(each: Call) -> bool:
    return each.status == 404


SHOW = PARTS[0]
NOBODY = next(part for part in PARTS if part.comes_to is State.MISSED)
DROPS = next(part for part in PARTS if part.streams == 2)
FIRST_PROOF = SHOW.ends_at(NOON) + seconds(2)

WRONG = {
    "it is live, and should be ended": lambda e: replace(e, row=overview(SHOW, State.LIVE)),
    "it is unknown, and should be ended": lambda e: replace(e, row=None),
    "it has 2 meetings": lambda e: replace(e, rooms=e.rooms * 2),
    "it has 0 meetings": lambda e: replace(e, rooms=()),
    "it was on air before its start": lambda e: replace(
        e, history=(Happening(e.starts_at - seconds(1), "stream.started", SHOW.title), *e.history)
    ),
    "its doors never opened": lambda e: without(e, is_opening),
    "its doors opened 3.1 s after": lambda e: later(e, is_opening, 3),
    "its doors opened -0.9 s after": lambda e: later(e, is_opening, -1),
    "it was LIVE 0 times": lambda e: replace(e, history=()),
    "it was never stopped": lambda e: without(e, is_stop),
    "it was stopped 3.1 s after": lambda e: later(e, is_stop, 3),
    "it was stopped -0.9 s after": lambda e: later(e, is_stop, -1),
    "no two reads after the closing": lambda e: without(e, lambda each: each.at == FIRST_PROOF),
    "prove that it is off": lambda e: later(e, lambda each: each.at == FIRST_PROOF, 1),
    "no two reads": lambda e: without(e, lambda each: each.body == CLOSED),
    "two reads after the closing prove": lambda e: later(e, lambda each: each.body == CLOSED, 10),
    "the occurrence of next week is not planned": lambda e: replace(e, coming=()),
    "of next week is not planned": lambda e: replace(e, coming=(overview(SHOW, State.READY),)),
    "critical alert not_off was raised: as it is": lambda e: replace(
        e, told={"not_off": alert(SHOW, "not_off", "critical")}
    ),
    "the provider has it on air": lambda e: replace(e, rooms=(replace(e.rooms[0], on_air=True),)),
    "the provider has it open": lambda e: replace(e, rooms=(replace(e.rooms[0], active=True),)),
    "has it open": lambda e: replace(e, rooms=(replace(e.rooms[0], flag=True),)),
}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_what_went_right_is_not_blamed(part: Part) -> None:
    assert judged(right(part)).problems == ()


@pytest.mark.parametrize(("problem", "spoil"), WRONG.items(), ids=list(WRONG))
def test_what_went_wrong_is_seen(problem: str, spoil: Callable[[Evidence], Evidence]) -> None:
    verdict = judged(spoil(right(SHOW)))
    assert not verdict.right
    assert problem in "\n".join(verdict.problems)


def test_reads_that_find_a_stream_prove_nothing() -> None:
    evidence = right(SHOW)
    found = tuple(replace(each, status=200) if is_proof(each) else each for each in evidence.calls)
    assert not judged(replace(evidence, calls=found)).right


def test_an_alert_that_was_not_told_is_seen() -> None:
    assert judged(replace(right(NOBODY), told={})).problems == (
        "alert missed was not raised",
        "alert nobody_here was not raised",
    )


def test_a_stream_that_did_not_come_back_is_seen() -> None:
    evidence = right(DROPS)
    assert not judged(replace(evidence, history=evidence.history[:3])).right


def test_time_on_air_is_what_the_provider_saw() -> None:
    evidence = right(DROPS)
    assert judged(evidence).live_for == seconds(2) + (
        evidence.ends_at + seconds(2) - evidence.starts_at - seconds(8)
    )


def test_a_warning_too_many_is_no_fault() -> None:
    assert judged(replace(right(SHOW), told={"dropped": alert(SHOW, "dropped", "warning")})).right


# The script


def test_its_schedule_is_valid_and_says_what_the_parts_say() -> None:
    reading = schedule.parse(script.schedule(NOON).encode(), "schedule.yaml")
    assert reading.problems == ()
    assert reading.schedule
    found = {
        occurrence.broadcast.id: occurrence.broadcast.window
        for entry in reading.schedule.entries
        for occurrence in recurrence.occurrences(entry, NOON, NOON + timedelta(days=1))
    }
    assert set(found) == {part.broadcast_id(NOON) for part in PARTS}
    for part in PARTS:
        assert found[part.broadcast_id(NOON)].starts_at == part.starts_at(NOON)


def test_it_is_over_in_about_a_minute() -> None:
    assert max(part.ends_at(NOON) for part in PARTS) - NOON < seconds(45)


def test_an_id_names_the_day_of_the_schedules_clock() -> None:
    midnight = datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC)
    assert SHOW.broadcast_id(midnight) == "weekly-webinar@2027-01-01"


def test_nothing_of_the_callers_settings_reaches_its_processes() -> None:
    given = {
        "PATH": "/bin",
        "TZ": "Asia/Tokyo",
        "CUELIGHT_DATABASE_URL": "sqlite:////elsewhere.db",
        "CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN_FILE": "/token",
        "CREDENTIALS_DIRECTORY": "/credentials",
        "NOTIFY_SOCKET": "/socket",
    }
    assert bare(given) == {"PATH": "/bin", "TZ": "Asia/Tokyo"}


# The screens


def moment(after: float = 20) -> Moment:
    evidence = tuple(right(part) for part in PARTS)
    return Moment(NOON + seconds(after), NOON, evidence, ((NOON + seconds(6), SHOW.key, "Ada joins"),))


def written(renderable: object, width: int) -> str:
    console = Console(width=width, record=True, no_color=True, file=io.StringIO())
    console.print(renderable)
    return console.export_text()


@pytest.mark.parametrize("width", [80, 140])
def test_every_part_is_on_the_screen_and_nothing_runs_over(width: int) -> None:
    verdicts = [judged(each) for each in moment().evidence]
    for renderable in (View(moment()), View(moment(-3)), LastScreen(Report(moment().evidence, verdicts))):
        text = written(renderable, width)
        assert all(part.key in text for part in PARTS)
        assert max(map(len, text.splitlines())) <= width
    assert all(
        len(line) <= width
        for line in written(introduction(script.schedule(NOON), "a/folder"), width).splitlines()
    )


def test_the_table_has_as_many_lines_at_every_instant() -> None:
    quiet = replace(moment(), deeds=())
    views = [View(quiet), *(View(moment(after)) for after in (-3, 0, 20, 60))]
    assert len({len(written(each, 80).splitlines()) for each in views}) == 1


def test_people_are_named_where_there_is_room_and_else_counted() -> None:
    seen = moment()
    rooms = tuple(replace(each, present=("Ada", "Grace")) for each in seen.evidence[0].rooms)
    crowded = replace(seen, evidence=(replace(seen.evidence[0], rooms=rooms), *seen.evidence[1:]))
    assert "off, Ada, Grace" in written(View(crowded), 140)
    assert "off, 2 in" in written(View(crowded), 80)


def test_next_week_is_on_the_screen_and_in_the_report() -> None:
    evidence = moment().evidence
    report = Report(evidence, [judged(each) for each in evidence])
    assert f"next week: {NEXT_WEEK}, planned" in written(View(moment()), 80).splitlines()[0]
    assert f"next week: {NEXT_WEEK}, planned" in written(LastScreen(report), 80)
    assert report.as_json()["broadcasts"][0]["coming"][0]["id"] == NEXT_WEEK


def test_the_report_counts_what_was_sent() -> None:
    evidence = moment().evidence
    verdicts = [judged(each) for each in evidence]
    assert f"in all: {4 * len(PARTS)} calls, and {3 * len(PARTS)} reads" in written(
        LastScreen(Report(evidence, verdicts)), 80
    )


def test_what_is_shortened_stays_in_sight_above_the_table() -> None:
    at_the_end = written(introduction(script.schedule(NOON), "a/folder"), 80).splitlines()[-16:]
    assert "Times are shortened:" in at_the_end
    assert len(at_the_end) + len(written(View(moment()), 80).splitlines()) <= 40


def test_where_there_is_no_terminal_each_thing_is_told_once() -> None:
    console = Console(width=500, record=True, file=io.StringIO())
    lines = Lines(console)
    lines.show(moment())
    lines.show(moment())
    told = console.export_text().splitlines()
    assert len(told) == len(set(told)) == len(PARTS) + 1 + len(NOBODY.alerts)
    assert any("Ada joins" in line for line in told)
    assert any("book-club" in line and "alert: nobody_here: as it is" in line for line in told)


def test_the_report_is_right_only_if_each_part_is() -> None:
    evidence = moment().evidence
    verdicts = [judged(each) for each in evidence]
    assert Report(evidence, verdicts).right
    spoiled = [replace(verdicts[0], problems=("it was never stopped",)), *verdicts[1:]]
    assert not Report(evidence, spoiled).right
    text = written(LastScreen(Report(evidence, spoiled)), 80)
    assert "WRONG" in text
    assert "it was never stopped" in text
    assert Report(evidence, spoiled).as_json()["ok"] is False
