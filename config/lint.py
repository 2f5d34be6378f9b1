"""What a schedule may say and hardly means: each at its place, with what to write instead."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime, timedelta

from config.crowds import Ahead
from config.entry_model import Written
from config.problems import Problems
from jobs.model import Broadcast, GoLive
from jobs.schedule.entry import Entry
from jobs.schedule.upcoming import next_broadcast

SHORTEST_WINDOW = timedelta(minutes=10)
"""The provider takes up to 30 s until it shows LIVE, and what drops is back within 60 s."""
LEAST_PREPARE = timedelta(minutes=5)
"""A create without an answer is searched for, and calls that fail are repeated, up to 30 s apart."""
_USUAL = {each.name: each.default for each in fields(Broadcast)}


def lint(entries: Iterable[Ahead], now: datetime, problems: Problems) -> None:
    """Note what is valid and probably not meant. `now`: what ended before it is past."""
    for each in entries:
        _prepare(each.written, problems)
        _entrance(each.written, problems)
        _coming(each, now, problems)


def note_renames(entries: Iterable[Written], before: Collection[Entry], problems: Problems) -> None:
    """Note keys that are new and look like one that is gone since: its meetings and links would be lost."""
    written = list(entries)
    kept = {each.entry.key for each in written} | {each.entry.was for each in written}
    gone = [each for each in before if each.key not in kept]
    known = {each.key for each in before}
    for each in written:
        old = next((one for one in gone if _alike(one, each.entry)), None)
        if old and each.entry.key not in known and each.entry.was is None:
            text = f"looks like {old.key} renamed: `was: {old.key}` carries its meetings and links over"
            problems.warning(each.place("key"), text, "renamed-without-was")


def _alike(one: Entry, other: Entry) -> bool:
    """Whether it is the same show: by its title, by when it is, or by its calendar."""
    if one.calendar or other.calendar:
        return one.calendar == other.calendar
    return one.title == other.title or (one.start, one.end, one.repeat) == (
        other.start,
        other.end,
        other.repeat,
    )


def _prepare(written: Written, problems: Problems) -> None:
    prepare: timedelta = written.entry.options.get("prepare", _USUAL["prepare"])
    if prepare < LEAST_PREPARE:
        text = "`prepare` is too short to repeat a call that fails: make it 5m or more"
        problems.warning(written.place("prepare"), text, "short-prepare")


def _entrance(written: Written, problems: Problems) -> None:
    options = written.entry.options
    if options.get("hosts") and options.get("go_live", GoLive.ON_JOIN) is GoLive.ON_JOIN:
        text = "hosts cannot enter before the start: `go_live: at_start` opens a backstage for them"
        problems.warning(written.place("hosts"), text, "hosts-wait")


def _coming(ahead: Ahead, now: datetime, problems: Problems) -> None:
    written = ahead.written
    if written.entry.calendar:
        return
    coming = next(iter(ahead.broadcasts), None) or next_broadcast(written.entry, now)
    if coming is None:
        problems.warning(written.place("start"), "all its occurrences are past", "all-past")
    elif coming.window.length < SHORTEST_WINDOW:
        text = f"{coming.id} is on air for less than 10 min: is that meant?"
        where = "duration" if written.own("duration") else "end"
        problems.warning(written.place(where), text, "short-window")
