"""The calendars that a schedule follows, looked at while somebody waits: what they say, and how old it is."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.problems import Place, Problem, ProblemSeverity
from config.settings import Settings
from jobs.schedule.entry import Entry
from jobs.schedule.planned import Remark
from worker.calendars.feed import UnreadableError
from worker.calendars.fetching import FetchError
from worker.calendars.instances import Occurring, feed_in, occurring
from worker.calendars.renewal import Whereabouts, renewed
from worker.calendars.told import standing
from worker.installation.accounts import meeting_secrets
from worker.store.calendars import CalendarCopy

AT_ONCE = 4
RULE = "calendar"
"""What kind of problem it is when an event is not taken, or a calendar cannot be read."""


@dataclass(frozen=True, slots=True)
class Look:
    """What came of looking at one calendar."""

    key: str
    copy: CalendarCopy | None
    """What it says, or if it cannot be read, what it said; None: that is not known."""
    is_new: bool = False
    trouble: str = ""
    """Why it cannot be read."""


async def looked_at(
    entries: Iterable[Entry],
    copies: Iterable[CalendarCopy],
    settings: Settings,
    file: Path,
    now: datetime,
) -> list[Look]:
    """Look at every calendar that the entries of a file follow. `copies`: what was read of them last."""
    last, turns = {each.entry: each for each in copies}, asyncio.Semaphore(AT_ONCE)
    whereabouts = Whereabouts(file.parent, meeting_secrets(settings))

    async def look(entry: Entry) -> Look:
        before = last.get(entry.key)
        try:
            async with turns:
                copy = await renewed(entry, whereabouts, before, now, settings.horizon)
        except (FetchError, UnreadableError) as error:
            return Look(entry.key, before, trouble=str(error))
        return Look(entry.key, copy, is_new=True)

    return list(await asyncio.gather(*(look(each) for each in entries if each.calendar)))


def entries_by(entries: Sequence[Entry], looks: Iterable[Look]) -> Occurring:
    """Give each entry that follows a calendar what it says."""
    return occurring(entries, [each.copy for each in looks if each.copy])


def remarks(looks: Iterable[Look], now: datetime) -> list[Remark]:
    """Return what is to be known of each: how much it says, how old that is, what does not air."""
    return [Remark(each.key, text) for each in looks for text in _said(each, now)]


def problems(looks: Iterable[Look], places: Mapping[str, Place], file: Path) -> list[Problem]:
    """Return what is wrong with each, as warnings where the file names it."""
    return [
        Problem(str(file), *places[each.key], ProblemSeverity.WARNING, text, RULE)
        for each in looks
        for text in _wrong(each)
    ]


def _said(look: Look, now: datetime) -> list[str]:
    feed = feed_in(look.copy) if look.copy else None
    if look.copy is None or feed is None:
        return [f"{text}; its broadcasts stay as they are" for text in _wrong(look)]
    return [standing(feed, look.copy, now), *_wrong(look)]


def _wrong(look: Look) -> list[str]:
    trouble = [f"its calendar cannot be read: {look.trouble}"] if look.trouble else []
    feed = feed_in(look.copy) if look.copy and look.is_new else None
    if feed is None:
        return trouble
    refused = [f"not taken: {each}" for each in feed.refused]
    others = feed.refused_count - len(feed.refused)
    return [*trouble, *refused, *([f"and {others} other events are not taken"] if others else [])]
