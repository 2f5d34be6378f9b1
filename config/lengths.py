"""Lengths that follow from a time of day, and may not be meant. What is written as a duration is meant."""

from datetime import datetime, time, timedelta

from config.entry_model import Written
from config.problems import Problems
from jobs.schedule import durations, local_time
from jobs.schedule.entry import Change, Entry
from jobs.schedule.local_time import zone_of
from jobs.schedule.recurrence import find, id_of

_LONG = timedelta(hours=12)


def note_lengths(written: Written, problems: Problems) -> None:
    """Note windows over 12 hours, and changed ones that do not last as long as their entry."""
    entry = written.entry
    if not isinstance(entry.end, timedelta) and entry.length > _LONG:
        begun = entry.own_wall
        place = written.place("end" if written.own("end") else "start")
        problems.warning(place, _doubt(entry.key, entry.length, begun, begun + entry.length), "long-window")
    for suffix, change in entry.changes.items():
        if text := _changed(entry, suffix, change):
            problems.warning(written.place("change", suffix, "end"), text, "other-length")


def _changed(entry: Entry, suffix: str, change: Change) -> str | None:
    ends_by_the_clock = isinstance(change.end, time | datetime)
    found = find(entry, id_of(entry, suffix)) if ends_by_the_clock else None
    if found is None:
        return None
    window, zone = found.broadcast.window, zone_of(entry.zone)
    begun, ended = (local_time.wall(each, zone) for each in (window.starts_at, window.ends_at))
    if entry.length in (window.length, ended - begun):
        return None
    return _doubt(
        found.broadcast.id, window.length, begun, ended, f", its entry {durations.format(entry.length)}"
    )


def _doubt(known_as: str, length: timedelta, begun: datetime, ended: datetime, beside: str = "") -> str:
    lasts = durations.format(length)
    times = f"from {begun:%Y-%m-%dT%H:%M} to {ended:%Y-%m-%dT%H:%M}"
    return f"{known_as} lasts {lasts}{beside}: {times}; write `duration: {lasts}` if that is meant"
