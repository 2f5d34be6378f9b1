"""What is gathered of a broadcast to explain it, from either database."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import Settings
from jobs.conditions import Severity
from jobs.schedule.explain import Absence, Reason
from jobs.schedule.plan import plan
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House
from worker.calendars.feed import Feed, Instance, Refused, feed_text
from worker.engine.schedule_file import changes, rows_concerned
from worker.operations import schedules
from worker.operations.explaining import Findings, explained
from worker.store.calendars import CalendarCopy
from worker.store.orders import Order
from worker.store.records import Alert, Changes

DAY = timedelta(days=1)
SETTINGS = Settings(database_url=SecretStr("sqlite:////nowhere"), state_dir=Path("/nowhere"))
FILE = """
timezone: UTC
broadcasts:
  - key: weekly
    title: Weekly
    start: 2026-12-01T18:00
    duration: 1h
    repeat: FREQ=WEEKLY;COUNT=5
    except: [2026-12-08]
  - {key: once, title: Once, start: 2026-12-02T10:00, duration: 1h}
"""
WITHOUT_ONCE = FILE[: FILE.index("  - {key: once")]
RENAMED = FILE.replace("key: once,", "key: only, was: once,")


async def applied(
    house: House, folder: Path, text: str, at: datetime = NOON, by: str = "apply by ann"
) -> Path:
    """Put a schedule in force, as `apply` does."""
    file, settings = folder / "schedule.yaml", SETTINGS
    file.write_text(text)
    reading = schedules.read(file, settings, at)
    assert reading.schedule
    entries = reading.schedule.entries
    present = await rows_concerned(house.store, entries, at, settings.horizon)
    wanted = plan(entries, present, now=at, horizon=settings.horizon, asked=True)
    assert not (await house.store.apply_plan(changes(wanted, reading.text, by, at))).stale
    return file


async def why(house: House, broadcast_id: str, file: Path | None = None, at: datetime = NOON) -> Findings:
    return await explained(house.store, SETTINGS, broadcast_id, file, at)


async def absence(house: House, broadcast_id: str, at: datetime = NOON) -> Absence | None:
    reason = (await why(house, broadcast_id, at=at)).origin.reason
    return reason.absence if reason else None


async def test_what_is_there_has_its_entry_its_line_and_who_put_it_in_force(
    house: House, tmp_path: Path
) -> None:
    await applied(house, tmp_path, WITHOUT_ONCE)
    await applied(house, tmp_path, FILE, NOON + HOUR, "follow")
    found = await why(house, "weekly@2026-12-01")
    origin = found.origin
    assert (origin.line, origin.reason, origin.file) == (4, None, None)
    assert origin.in_force
    assert (origin.in_force.by, origin.in_force.at) == ("follow", NOON + HOUR)
    assert origin.since
    assert origin.since.by == "apply by ann"
    assert found.row
    assert found.row.added_at
    assert found.wanted


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        ("weekly@2026-12-08", Absence.LEFT_OUT),
        ("weekly@2026-12-22", Absence.AHEAD),
        ("weekly@2027-01-05", Absence.PAST_COUNT),
        ("weekly@2026-12-01T1800", Absence.OTHER_FORM),
        ("other", Absence.NO_ENTRY),
    ],
)
async def test_what_is_not_there_has_its_reason(
    house: House, tmp_path: Path, id_: str, expected: Absence
) -> None:
    await applied(house, tmp_path, FILE)
    assert await absence(house, id_) is expected


async def test_what_is_due_and_was_added_by_nobody_is_told_so(house: House, tmp_path: Path) -> None:
    await applied(house, tmp_path, FILE)
    assert await absence(house, "weekly@2026-12-22", NOON + 10 * DAY) is Absence.NOT_ADDED


async def test_what_was_over_before_its_schedule_was_in_force_is_told_so(
    house: House, tmp_path: Path
) -> None:
    await applied(house, tmp_path, FILE, NOON + 3 * DAY)
    assert await absence(house, "once", NOON + 3 * DAY) is Absence.WAS_OVER


async def test_an_entry_that_was_removed_is_told_with_the_schedule_that_dropped_it(
    house: House, tmp_path: Path
) -> None:
    await applied(house, tmp_path, FILE)
    await applied(house, tmp_path, WITHOUT_ONCE + "# once is no more\n", NOON + HOUR, "apply by bob")
    await applied(house, tmp_path, WITHOUT_ONCE, NOON + 2 * HOUR)
    found = await why(house, "once", at=NOON + 3 * HOUR)
    assert found.origin.dropped
    assert (found.origin.dropped.by, found.origin.dropped.at) == ("apply by bob", NOON + HOUR)
    assert [each.why for each in found.notes] == ["cancelled it: its entry was removed from the schedule"]


async def test_an_entry_with_a_new_key_is_told_with_it(house: House, tmp_path: Path) -> None:
    await applied(house, tmp_path, FILE)
    await applied(house, tmp_path, RENAMED, NOON + HOUR)
    found = await why(house, "once", at=NOON + HOUR)
    assert found.row is None
    assert found.origin.reason
    assert (found.origin.reason.absence, found.origin.reason.meant) == (Absence.RENAMED, ("only",))


async def test_what_operators_did_and_what_was_told_is_found(house: House, tmp_path: Path) -> None:
    await applied(house, tmp_path, FILE)
    await house.store.extend("once", HOUR, Order("ann", NOON))
    await house.store.leave_request("stop", "once", by="ann", at=NOON)
    for about in (
        Subject(SubjectKind.SCHEDULE),
        Subject(SubjectKind.SCHEDULE, "once"),
        Subject(SubjectKind.BROADCAST, "once"),
    ):
        told = Alert(
            key=f"{about}/x", subject=about, severity=Severity.WARNING, title="x", text=str(about), cure=""
        )
        await house.store.raise_alert(told, NOON)
    found = await why(house, "once")
    assert [each.who for each in found.notes] == ["ann"]
    assert [each.by for each in found.requests] == ["ann"]
    assert [each.text for each in found.alerts] == ["once", "schedule/once"]
    without = await why(house, "weekly@2026-12-08")
    assert [each.text for each in without.alerts] == ["schedule"]


async def test_a_file_that_says_something_else_is_told(house: House, tmp_path: Path) -> None:
    file = await applied(house, tmp_path, FILE)
    assert (await why(house, "once", file)).origin.file is None
    file.write_text(WITHOUT_ONCE)
    other = (await why(house, "once", file)).origin.file
    assert other
    assert (other.has_it, other.problems) == (False, ())
    file.write_text(FILE.replace("duration: 1h", "duration: 60"))
    other = (await why(house, "once", file)).origin.file
    assert other
    assert "duration" in other.problems[0] or "60" in other.problems[0]


async def test_what_nothing_knows_is_unknown_with_the_ids_that_were_likely_meant(
    house: House, tmp_path: Path
) -> None:
    assert (await why(house, "once")).is_unknown
    await applied(house, tmp_path, FILE)
    found = await why(house, "weely@2026-12-01")
    assert found.is_unknown
    assert found.likely[0] == "weekly@2026-12-01"
    assert (await why(house, "zzz")).likely == ()


async def test_a_row_of_another_system_needs_no_schedule(house: House) -> None:
    house.insert("by-sql")
    found = await why(house, "by-sql")
    assert not found.is_unknown
    assert found.origin.in_force is None


FOLLOWING = """
timezone: UTC
broadcasts:
  - {key: house, calendar: house.ics}
"""


async def test_an_event_of_a_calendar_is_told_by_what_was_read_of_it_last(house: House) -> None:
    await house.store.apply_plan(Changes(text=FOLLOWING, by="apply by ann", at=NOON))
    never = await why(house, "house@cabcdefgh")
    assert never.origin.reason
    assert never.origin.reason.absence is Absence.NEVER_READ
    event = Instance("abcdefgh", None, NOON + HOUR, NOON + 2 * HOUR, "Talk")
    feed = Feed((event,), (Refused("u", "Gala", "2026-12-01", "it has no zone"),), 1)
    copy = CalendarCopy(
        entry="house",
        source="s",
        content="c",
        feed=feed_text(feed),
        fetched_at=NOON,
        checked_at=NOON,
        reaches=NOON + DAY,
    )
    await house.store.keep_calendar(copy)
    assert (await why(house, "house@cabcdefgh")).origin.reason == Reason(absence=Absence.NOT_ADDED)
    gone = (await why(house, "house@czzzzzzzz")).origin.reason
    assert gone
    assert (gone.absence, gone.note) == (Absence.NOT_IN_CALENDAR, "'Gala' of 2026-12-01: it has no zone")
