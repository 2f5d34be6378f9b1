"""What a reminder says: title, start and end by the host's clock, and the link."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from jobs.model import Broadcast, Host
from jobs.reminders import CANCELLED, Due


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one host."""

    subject: str
    text: str = field(repr=False)
    """Secret: the link stands in it."""


def reminder(wanted: Broadcast, due: Due, link: str) -> Letter:
    """Return what a host is told before the start; `link` is the host's own."""
    starts_at, ends_at = _by_the_clock_of(due.host, wanted.window.starts_at, wanted.window.ends_at)
    lines = [
        f"{wanted.title}, for {due.host.name}",
        *_news(due),
        "",
        f"Starts: {_in_full(starts_at)}",
        f"Ends: {_clock(ends_at) if ends_at.date() == starts_at.date() else _in_full(ends_at)}",
        "",
        f"Your link, which lets whoever has it in as you: {link}",
    ]
    return Letter(f"{_heading(due)}{wanted.title}, {_in_short(starts_at)}", "\n".join(lines))


def cancellation(wanted: Broadcast, due: Due) -> Letter:
    """Return what a host is told of a broadcast that is called off."""
    (starts_at,) = _by_the_clock_of(due.host, due.reminder.starts_at)
    lines = [
        f"{wanted.title}, for {due.host.name}",
        "",
        f"Cancelled: it does not take place on {_in_full(starts_at)}.",
    ]
    return Letter(f"Cancelled: {wanted.title}, {_in_short(starts_at)}", "\n".join(lines))


def _heading(due: Due) -> str:
    if due.known is None:
        return ""
    return "Not cancelled: " if due.known.what == CANCELLED else "Moved: "


def _news(due: Due) -> list[str]:
    if due.known is None:
        return []
    if due.known.what == CANCELLED:
        return ["It was cancelled, and takes place after all."]
    (before,) = _by_the_clock_of(due.host, due.known.starts_at)
    return [f"It was moved. It was to start on {_in_full(before)}."]


def _by_the_clock_of(host: Host, *instants: datetime) -> tuple[datetime, ...]:
    zone = ZoneInfo(host.contact.zone if host.contact and host.contact.zone else "UTC")
    return tuple(each.astimezone(zone) for each in instants)


def _in_full(at: datetime) -> str:
    return f"{at:%A}, {at.day} {at:%B %Y}, {_clock(at)}"


def _in_short(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %Y}, {at:%H:%M} ({at.tzinfo})"


def _clock(at: datetime) -> str:
    offset = f"{at:%z}"
    name = "" if str(at.tzinfo) == "UTC" else f", UTC{offset[:3]}:{offset[3:5]}"
    return f"{at:%H:%M} ({at.tzinfo}{name})"
