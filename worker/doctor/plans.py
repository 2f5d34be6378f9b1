"""The schedule file that `run` follows: whether it is right, and what lies ahead."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from config import schedule
from config.problems import Problem, ProblemSeverity
from config.schedule import Schedule
from jobs.schedule import durations
from jobs.schedule.recurrence import occurrences
from worker.doctor.crowds import Tell
from worker.doctor.finding import Finding, ok, problem, skipped, warning

NAME = "schedule"


def look(  # noqa: PLR0913, PLR0917  What the settings say, each by itself.
    file: Path | None,
    accounts: Collection[str],
    horizon: timedelta,
    now: datetime,
    secrets: Collection[str] = (),
    tell: Tell = lambda _: None,
    services: Collection[str] | None = None,
) -> Sequence[Finding]:
    """Check the file; every problem is told at its line and column. `tell` hears of what airs within it."""
    if file is None:
        return [skipped(NAME, "CUELIGHT_SCHEDULE is not set: no file is followed")]
    reading = schedule.load(file, accounts or None, now, secrets=secrets, services=services)
    found = [_told(each) for each in reading.problems]
    return [*found, _ahead(file, reading.schedule, horizon, now, tell)] if reading.schedule else found


def _told(wrong: Problem) -> Finding:
    if wrong.severity is ProblemSeverity.ERROR:
        return problem(
            NAME, str(wrong), "Correct the file; until then the last good schedule stays in force."
        )
    return warning(NAME, str(wrong), "Ignore this if it is intended.")


def _ahead(file: Path, wanted: Schedule, horizon: timedelta, now: datetime, tell: Tell) -> Finding:
    coming = [each for entry in wanted.entries for each in occurrences(entry, now, now + horizon)]
    tell(each.broadcast for each in coming)
    span = durations.format(horizon)
    if not coming:
        return warning(NAME, f"{file}: nothing airs in the next {span}", "Ignore this if it is intended.")
    first = min(each.broadcast.window.starts_at for each in coming)
    return ok(NAME, f"{file}: {len(coming)} to air in the next {span}, the first at {first:%Y-%m-%d %H:%MZ}")
