"""What an operator must hear of the reminders of a broadcast."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.cause import substance
from jobs.conditions import Condition, Severity
from jobs.model import Broadcast
from jobs.reminders import CANCELLED, Delivery, Reminder, in_order

TRIES_TOLD = 3
"""A message that failed so often is told."""
TOLD_BEFORE = timedelta(minutes=5)
"""So shortly before the start, one that failed once is told, or that waits."""
WAITS_AT_MOST = timedelta(minutes=15)
"""A message that waits for so long is told; for five minutes the quota may have no room by itself."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that could not leave yet."""

    name: str
    """The host's name."""
    since: datetime
    why: str


def untold(wanted: Broadcast, told: Iterable[Reminder], now: datetime) -> list[Reminder]:
    """Return what of the last that was to be told to each host did not arrive, or may not have."""
    if now >= wanted.window.ends_at:
        return []
    reached = {host.id for host in wanted.hosts if host.contact}
    latest = {each.host: each for each in in_order(told) if each.host in reached}
    return [each for each in latest.values() if _is_to_be_heard_of(each, wanted.window.starts_at, now)]


def not_sent(
    wanted: Broadcast, told: Iterable[Reminder], waiting: Iterable[Waiting], now: datetime
) -> Condition | None:
    """Return what an operator must hear of what its hosts were sent, or were not; None: nothing."""
    found = untold(wanted, told, now)
    late = [each for each in waiting if _is_late(each, wanted, now)]
    said = [*map(_said, found), *(f"{each.name} was not sent the link yet: {each.why}" for each in late)]
    if not said:
        return None
    cause = ", ".join(
        [*(f"{each.host} {each.outcome} {substance(each.detail)}" for each in found), *(e.name for e in late)]
    )
    cure = f"Tell them yourself: `cuelight links {wanted.id}` prints the links. Then see why in the runbook."
    return Condition("reminder_not_sent", Severity.WARNING, "; ".join(said), cure, cause)


def quiet_until(wanted: Broadcast, told: Iterable[Reminder], now: datetime) -> datetime:
    """Return until when, if nothing else happens, nothing more is due and nothing else is to be heard of."""
    window = wanted.window
    leads = {lead for host in wanted.hosts if host.contact for lead in host.contact.leads}
    instants = [
        window.ends_at,
        window.starts_at - TOLD_BEFORE,
        *(window.starts_at - lead for lead in leads),
        *(each.repeated_from for each in told if each.outcome is Delivery.FAILED),
        *(each.left_from for each in told if each.outcome is Delivery.SENDING),
    ]
    return min((each for each in instants if each > now), default=datetime.max.replace(tzinfo=now.tzinfo))


def _is_to_be_heard_of(reminder: Reminder, starts_at: datetime, now: datetime) -> bool:
    if reminder.outcome is Delivery.FAILED:
        return reminder.tries >= TRIES_TOLD or now >= starts_at - TOLD_BEFORE
    return reminder.outcome is Delivery.UNKNOWN or reminder.is_left(now)


def _is_late(waiting: Waiting, wanted: Broadcast, now: datetime) -> bool:
    waits_long = now - waiting.since >= WAITS_AT_MOST
    return now < wanted.window.ends_at and (waits_long or now >= wanted.window.starts_at - TOLD_BEFORE)


def _said(reminder: Reminder) -> str:
    what = "that it is cancelled" if reminder.what == CANCELLED else "the link"
    if reminder.outcome is Delivery.FAILED:
        times = f" in {reminder.tries} tries" if reminder.tries > 1 else ""
        return f"{reminder.name} was not sent {what}{times}: {reminder.detail}"
    why = reminder.detail or "the worker ended while it was being sent"
    return f"it is not known whether {reminder.name} was sent {what}: {why}"
