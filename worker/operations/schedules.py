"""A schedule file: read and checked, planned against what there is, put in force."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from config import schedule
from config.crowds import Outlook
from config.quotas import quotas_of
from config.schedule import Reading
from config.settings import Settings
from jobs.model import Broadcast
from jobs.month import Forecast, month_of
from jobs.quota.foreseen import outlook
from jobs.quota.load import Load, load
from jobs.schedule.entry import Entry
from jobs.schedule.later import minutes_between, minutes_later
from jobs.schedule.plan import plan as plan_of
from jobs.schedule.planned import Existing, Plan
from worker.engine.schedule_file import changes, rows_concerned
from worker.operations.calendars import Look, entries_by, looked_at, problems, remarks
from worker.operations.operator import Operator
from worker.operations.refusals import ChangedError
from worker.store.calendars import CalendarCopy
from worker.store.errors import ChangedMeanwhileError
from worker.store.store import Store


@dataclass(frozen=True, slots=True)
class ScheduleDraft:
    """A plan, and the schedule that it was drawn from."""

    plan: Plan
    text: str
    load: Load
    """What is to be carried within the horizon once it is in force."""
    month: Forecast
    """What this month will have had of export then."""
    calendars: Sequence[CalendarCopy] = ()
    """What was read of calendars, and is in force with it."""


def checked(file: Path, settings: Settings, now: datetime, before: Collection[Entry] = ()) -> Reading:
    """Read a schedule file, with every error, and with remarks on what is valid and hardly meant.

    `before`: the entries of an earlier schedule, to tell what was renamed without `was`.
    """
    known, services = _secrets(settings), _services(settings)
    return schedule.load(file, _flavours(settings), now, _outlook(settings, now), known, before, services)


def checked_text(text: str, name: str, settings: Settings, now: datetime) -> Reading:
    """Read a schedule that lies in no file, as `checked` does. `name`: what its problems call it."""
    known, services = _secrets(settings), _services(settings)
    foreseen = _outlook(settings, now)
    return schedule.parse(text.encode(), name, _flavours(settings), now, foreseen, known, (), services)


async def calendars_checked(reading: Reading, file: Path, settings: Settings, now: datetime) -> Reading:
    """Return the reading with what is wrong with the calendars that the file follows."""
    if reading.schedule is None or not reading.calendars:
        return reading
    looks = await looked_at(reading.schedule.entries, (), settings, file, now)
    found = [*reading.problems, *problems(looks, reading.calendars, file)]
    return replace(reading, problems=tuple(sorted(found, key=lambda each: (each.line, each.column))))


def read(file: Path, settings: Settings, now: datetime) -> Reading:
    """Read a schedule file, with every error."""
    return schedule.load(file, _flavours(settings), now, services=_services(settings))


def read_text(text: str, name: str, settings: Settings, now: datetime) -> Reading:
    """Read a schedule that lies in no file, with every error. `name`: what its problems call it."""
    return schedule.parse(text.encode(), name, _flavours(settings), now, services=_services(settings))


@dataclass(frozen=True, slots=True)
class Present:
    """What a plan is drawn from: what the file and its calendars want, and what there is."""

    entries: Sequence[Entry]
    rows: Sequence[Existing]
    looks: Sequence[Look] = ()
    """At the calendars that entries follow."""
    aired: int = 0
    """Minutes on the air in this month so far."""


async def present(
    store: Store | None, entries: Sequence[Entry], file: Path, settings: Settings, now: datetime
) -> Present:
    """Look at the calendars that entries of a file follow, and return the rows that the plan depends on.

    `store` None: there is no database, and so no rows.
    """
    following = [each.key for each in entries if each.calendar]
    copies = await store.calendars(following) if store and following else []
    looks = await looked_at(entries, copies, settings, file, now)
    found = entries_by(entries, looks)
    rows = await rows_concerned(store, found.entries, now, settings.horizon) if store else []
    aired, _ = await store.minutes(month_of(now).begins_at, now, now) if store else (0, 0)
    return Present(found.entries, found.planned(rows), looks, aired)


def draw(found: Present, text: str, settings: Settings, now: datetime) -> ScheduleDraft:
    """Plan what the entries would change of what is present, and remark on what no quota would carry then."""
    present = found.rows
    wanted = plan_of(found.entries, present, now=now, horizon=settings.horizon, asked=True)
    wanted += Plan(remarks=tuple(remarks(found.looks, now)))
    quotas = quotas_of(settings.accounts)
    afterwards = wanted.afterwards(present, now)
    coming = load(afterwards, quotas, now, now + settings.horizon)
    copies = [each.copy for each in found.looks if each.copy and each.is_new]
    month = _month(found, afterwards, now, now + settings.horizon)
    return ScheduleDraft(outlook(wanted, present, quotas, now), text, coming, month, copies)


def _month(found: Present, afterwards: Sequence[Broadcast], now: datetime, reaches: datetime) -> Forecast:
    """Return what this month will have had. `reaches`: until when there are rows for what repeats."""
    month = month_of(now)
    planned = minutes_between((each.window for each in afterwards), now, month.ends_at)
    known = {each.id for each in afterwards}
    later = minutes_later(found.entries, reaches, month.ends_at, known) if reaches < month.ends_at else 0
    return Forecast(month, found.aired, planned + later)


async def apply(operator: Operator, draft: ScheduleDraft, after: int | None = None) -> Sequence[str]:
    """Put a schedule in force; return the ids that were changed meanwhile, and so left alone.

    `after`: the number of the schedule that it is to supersede; None: whichever is in force.

    Raises:
        ChangedError: another one is in force by now; nothing was written.
    """
    wanted = changes(draft.plan, draft.text, f"apply by {operator.name}", operator.clock.now())
    try:
        applied = await operator.store.apply_plan(replace(wanted, calendars=draft.calendars, after=after))
    except ChangedMeanwhileError as error:
        raise ChangedError(str(error)) from None
    return applied.stale


def _outlook(settings: Settings, now: datetime) -> Outlook:
    return Outlook(quotas_of(settings.accounts), now, now + settings.horizon)


def _secrets(settings: Settings) -> Collection[str] | None:
    """Return the names that meetings' secrets have; None: nothing is set up here, so that nobody knows."""
    secrets = sorted(settings.secrets)
    return secrets if settings.accounts or secrets else None


def _flavours(settings: Settings) -> dict[str, str] | None:
    return {name: each.flavour.value for name, each in settings.accounts.items()} or None


def _services(settings: Settings) -> Collection[str] | None:
    """Return by what hosts can be told; None: nothing is set up here, so that nobody knows."""
    return settings.notify if settings.accounts or settings.notify else None
