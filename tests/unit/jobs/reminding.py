"""A broadcast whose hosts are told, and what they were told of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from jobs.contact import Contact
from jobs.model import Broadcast, Host, Room, Run, Window
from jobs.reminders import Delivery, Due, Reminder, due
from jobs.run.lifecycle import State

START = datetime.fromisoformat("2026-12-01T18:00:00+00:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ANNA = Host("anna", "Anna", "presenter", Contact("mail:anna@example.org", zone="Europe/Berlin"))
BEN = Host("ben", "Ben", "presenter", Contact("chat:ben", (3 * HOUR,)))
STUDIO = Host("studio", "Studio", "presenter")
SHOW = Broadcast(id="show", title="Show", window=Window(START, START + HOUR), hosts=(ANNA, BEN, STUDIO))


def run(state: State = State.READY, wanted: Broadcast = SHOW, live_at: datetime | None = None) -> Run:
    """Return a run with all hosts in its meeting."""
    added: Mapping[str, Host] = {host.id: host.participant for host in wanted.hosts}
    room = Room(
        key=wanted.id, account="default", marker="", meeting_id="m", hosts=MappingProxyType(dict(added))
    )
    return Run(id=wanted.id, state=state, room=room, entered_at=START - 24 * HOUR, live_at=live_at)


def moved(by: timedelta, wanted: Broadcast = SHOW) -> Broadcast:
    return replace(wanted, window=Window(wanted.window.starts_at + by, wanted.window.ends_at + by))


def came(found: Due, outcome: Delivery, at: datetime | None = None) -> Reminder:
    """Return what is recorded of a message of which this came."""
    return replace(found.reminder, outcome=outcome, at=at or found.reminder.at)


def recorded(told: list[Reminder], one: Reminder) -> list[Reminder]:
    """Return what is recorded once this is written, as the database has it: each key once."""
    return [*(each for each in told if each.key != one.key), one]


def said(wanted: Broadcast, run: Run, told: list[Reminder], now: datetime) -> list[tuple[str, str]]:
    return [(each.host.id, each.reminder.what) for each in due(wanted, run, told, now)]
