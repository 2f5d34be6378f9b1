"""Why a schedule has no such broadcast, in sentences."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from jobs.schedule.explain import Absence, Reason
from jobs.schedule.origin import Origin
from worker.view.sentences import clock


def why_absent(origin: Origin, reason: Reason, zone: tzinfo | None) -> str:
    """Return why there is no such broadcast, and which one was likely meant."""
    said = _SAID[reason.absence](origin, reason, zone)
    return f"{said}{_meant(reason)}"


def _meant(reason: Reason) -> str:
    if not reason.meant or reason.absence in {Absence.RENAMED, Absence.NOT_REOPENED}:
        return ""
    first, *others = reason.meant
    return f" Did you mean {first}" + (f" (or {', '.join(others)})" if others else "") + "?"


def _removed(origin: Origin, _: Reason, zone: tzinfo | None) -> str:
    dropped, key = origin.dropped, origin.entry.key if origin.entry else ""
    if dropped is None:
        return f"The entry {key} is not in the schedule in force."
    return (
        f"The entry {key} was removed from the schedule by revision {dropped.number}, put in force"
        f" {clock(dropped.at, zone)} by {put_in_force_by(dropped.by)}."
    )


def _excepted(_: Origin, reason: Reason, __: tzinfo | None) -> str:
    return f"`except` leaves out {_day(reason)}: {reason.note}."


def _skipped(_: Origin, reason: Reason, __: tzinfo | None) -> str:
    return "The schedule skips it, by a `change`" + (f": {reason.note}." if reason.note else ".")


def _count(_: Origin, reason: Reason, __: tzinfo | None) -> str:
    last = f": the last is {_day(reason)}" if reason.limit else ""
    return f"The rule {reason.note} counts no further{last}."


def _not_in_calendar(_: Origin, reason: Reason, __: tzinfo | None) -> str:
    text = "The calendar that its entry follows was read last without it."
    return f"{text} Not taken of that calendar: {reason.note}." if reason.note else text


def _ahead(_: Origin, reason: Reason, zone: tzinfo | None) -> str:
    at = clock(reason.limit, zone) if isinstance(reason.limit, datetime) else "in time"
    return (
        f"The schedule has it, beyond the horizon. It will be added on {at} by the worker that follows the"
        " file, else by the next `cuelight apply` after then."
    )


def _was_over(_: Origin, reason: Reason, zone: tzinfo | None) -> str:
    at = clock(reason.limit, zone) if isinstance(reason.limit, datetime) else "before"
    return f"The schedule has it, but it was over ({at}) before that schedule was put in force."


def put_in_force_by(by: str) -> str:
    """Return how a schedule came into force."""
    if by == "follow":
        return "a worker that follows the file"
    who = by.removeprefix("apply").removeprefix(" by ")
    return f"`cuelight apply` ({who})" if who else "`cuelight apply`"


def _day(reason: Reason) -> str:
    limit = reason.limit
    if limit is None:
        return "That day"
    return f"{limit:%a %d %b %Y %H:%M}" if isinstance(limit, datetime) else f"{limit:%a %d %b %Y}"


_SAID: Mapping[Absence, Callable[[Origin, Reason, tzinfo | None], str]] = {
    Absence.NO_ENTRY: lambda *_: "No schedule that is kept has an entry of this key.",
    Absence.REMOVED: _removed,
    Absence.RENAMED: lambda _, reason, __: f"Its entry has a new key: it is {reason.meant[0]} now.",
    Absence.LEFT_OUT: _excepted,
    Absence.SKIPPED: _skipped,
    Absence.TAKEN: lambda _, reason, __: f"The schedule leaves it out: {reason.note}.",
    Absence.NOT_IN_CALENDAR: _not_in_calendar,
    Absence.NEVER_READ: lambda *_: "The calendar that its entry follows was never read here.",
    Absence.BEFORE_START: lambda _, reason, __: f"The entry begins later, {_day(reason)}.",
    Absence.PAST_UNTIL: lambda _, reason, __: (
        f"The rule {reason.note} ends before it: UNTIL is {_day(reason)}."
    ),
    Absence.PAST_COUNT: _count,
    Absence.NOT_OF_RULE: lambda _, reason, __: f"The rule {reason.note} does not fire then.",
    Absence.OTHER_FORM: lambda *_: "The schedule has it under an id of another form.",
    Absence.ONLY_ONCE: lambda *_: "The entry does not recur: its id is its key alone.",
    Absence.NO_DATE: lambda *_: "The entry recurs: an id needs the date of an occurrence after `@`.",
    Absence.NOT_REOPENED: lambda _, reason, __: (
        f"{reason.meant[0]} is in the schedule, and was not reopened so often."
    ),
    Absence.AHEAD: _ahead,
    Absence.WAS_OVER: _was_over,
    Absence.NOT_ADDED: lambda *_: (
        "The schedule has it and it is due, but nobody has added it: no worker follows the file, or none has"
        " looked since. `cuelight apply` adds it."
    ),
}
