"""What an operator must hear of a calendar. No address is in it."""

from dataclasses import replace
from datetime import datetime, timedelta

from jobs.conditions import Condition, Severity
from worker.calendars.feed import Feed
from worker.store.calendars import CalendarCopy

OLD_AFTER = timedelta(hours=24)
"""A copy that nothing has confirmed for longer is critical."""
_NAMED = 3
"""Events of one calendar that an alert names; the others are counted."""


def unreadable(reason: str, last: CalendarCopy | None, now: datetime) -> Condition:
    """It was not fetched, or nothing can be taken from it."""
    is_old = last is None or now - last.checked_at > OLD_AFTER
    text = f"its calendar cannot be read: {reason}; {_stays(last)}"
    cure = "Correct the calendar or its address: `cuelight validate` reads it at once."
    told = Condition("calendar_unreadable", Severity.WARNING, text, cure, cause=reason)
    return replace(told, severity=Severity.CRITICAL) if is_old else told


def would_remove(removed: int, coming: int, last: CalendarCopy) -> Condition:
    """It lacks so much of what was to come that it is not followed (law 13)."""
    text = f"its calendar would remove {removed} of its {coming} upcoming broadcasts; {_stays(last)}"
    cure = "If that is intended: `cuelight apply --confirm-removals`."
    return Condition("calendar_would_remove", Severity.CRITICAL, text, cure)


def not_taken(feed: Feed) -> Condition | None:
    """Events of it that do not air; None: there are none."""
    if not feed.refused_count:
        return None
    named = "; ".join(map(str, feed.refused[:_NAMED]))
    others = feed.refused_count - min(_NAMED, len(feed.refused))
    count = feed.refused_count
    text = f"{count} event{'s' if count > 1 else ''} of its calendar not taken: {named}"
    text += f"; and {others} others" if others else ""
    cure = "Correct them in the calendar: `cuelight validate` names each."
    return Condition("calendar_events_refused", Severity.WARNING, text, cure, cause=text)


def standing(feed: Feed, copy: CalendarCopy, now: datetime) -> str:
    """Return how things are with it, for who looks."""
    parts = [f"{len(feed.instances)} events in its calendar", f"checked {_age(now - copy.checked_at)} ago"]
    if feed.cancelled:
        parts.append(f"{feed.cancelled} cancelled there")
    if feed.refused_count:
        parts.append(f"{feed.refused_count} not taken")
    return ", ".join(parts)


def _stays(last: CalendarCopy | None) -> str:
    if last is None:
        return "it was never read, and its broadcasts stay as they are"
    return f"what was read {last.fetched_at:%Y-%m-%d %H:%M} UTC stays in force"


def _age(since: timedelta) -> str:
    minutes = int(since.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
