"""A schedule file: read and checked, planned against what there is, put in force."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config import schedule
from config.crowds import Outlook
from config.quotas import quotas_of
from config.schedule import Reading
from config.settings import Settings
from jobs.quota.foreseen import outlook
from jobs.quota.load import Load, load
from jobs.schedule.entry import Entry
from jobs.schedule.plan import plan as plan_of
from jobs.schedule.planned import Existing, Plan
from worker.engine.schedule_file import changes, rows_concerned
from worker.operations.operator import Operator
from worker.store.store import Store


@dataclass(frozen=True, slots=True)
class ScheduleDraft:
    """A plan, and the schedule that it was drawn from."""

    plan: Plan
    text: str
    load: Load
    """What is to be carried within the horizon once it is in force."""


def checked(file: Path, settings: Settings, now: datetime, before: Collection[Entry] = ()) -> Reading:
    """Read a schedule file, with every error, and with remarks on what is valid and hardly meant.

    `before`: the entries of an earlier schedule, to tell what was renamed without `was`.
    """
    secrets = sorted(settings.secrets)
    are_known = settings.accounts or secrets
    foreseen = Outlook(quotas_of(settings.accounts), now, now + settings.horizon)
    return schedule.load(file, _flavours(settings), now, foreseen, secrets if are_known else None, before)


def read(file: Path, settings: Settings, now: datetime) -> Reading:
    """Read a schedule file, with every error."""
    return schedule.load(file, _flavours(settings), now)


async def existing(
    store: Store, entries: Sequence[Entry], settings: Settings, now: datetime
) -> list[Existing]:
    """Return the rows that the plan of these entries depends on."""
    return await rows_concerned(store, entries, now, settings.horizon)


def draw(
    entries: Sequence[Entry], text: str, present: Sequence[Existing], settings: Settings, now: datetime
) -> ScheduleDraft:
    """Plan what the entries would change of what is present, and remark on what no quota would carry then."""
    wanted = plan_of(entries, present, now=now, horizon=settings.horizon, asked=True)
    quotas = quotas_of(settings.accounts)
    coming = load(wanted.afterwards(present, now), quotas, now, now + settings.horizon)
    return ScheduleDraft(outlook(wanted, present, quotas, now), text, coming)


async def apply(operator: Operator, draft: ScheduleDraft) -> Sequence[str]:
    """Put a schedule in force; return the ids that were changed meanwhile, and so left alone."""
    wanted = changes(draft.plan, draft.text, "apply", operator.clock.now())
    return (await operator.store.apply_plan(wanted)).stale


def _flavours(settings: Settings) -> dict[str, str] | None:
    return {name: each.flavour.value for name, each in settings.accounts.items()} or None
