"""One look at a calendar: fetched if it is another by now, and read apart."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from config.calendar_model import address as address_of
from config.secret_fields import variable_of
from jobs.schedule.entry import CalendarSource, Entry
from worker.calendars.apart import read_apart
from worker.calendars.feed import feed_text
from worker.calendars.fetching import NEVER_FETCHED, Fetched, FetchError, Validators, fetch, read_file
from worker.store.calendars import CalendarCopy

READ_AS = "1"
"""Which way of reading this is: what was read in another is read again."""
BEHIND = timedelta(days=2)
AHEAD = timedelta(days=90)
"""So much further than anybody plans: a server that is away for weeks empties nothing."""
SPARE = timedelta(days=60)
"""What a copy reaches further at least; if it does not, the calendar is read again though it is as it was."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What turns an entry's calendar into an address."""

    folder: Path
    """The schedule's."""
    secrets: Mapping[str, str]
    """By their names in small letters."""

    def of(self, source: CalendarSource) -> str | Path:
        """Return the URL or the file.

        Raises:
            FetchError: the secret that says it is not set, or is no address.
        """
        found = source.address
        if source.secret is not None:
            if source.secret not in self.secrets:
                raise FetchError(
                    f"the secret {source.secret.upper()} is not set: set {variable_of(source.secret)}"
                )
            found = self._valid(source.secret)
        return found if "://" in found else self.folder / found

    def _valid(self, name: str) -> str:
        try:
            return address_of(self.secrets[name])
        except ValueError as error:
            reason = str(error)
        raise FetchError(f"the secret {name.upper()}: {reason}")


async def renewed(
    entry: Entry, whereabouts: Whereabouts, last: CalendarCopy | None, now: datetime, horizon: timedelta
) -> CalendarCopy:
    """Look at an entry's calendar; return what it says, which may be what it said.

    Raises:
        FetchError: it was not fetched.
        UnreadableError: nothing can be taken from it.
    """
    if entry.calendar is None:
        raise FetchError("it has no calendar")
    address = whereabouts.of(entry.calendar)
    source = _digest(f"{READ_AS}\0{entry.zone}\0{address}".encode())
    known = last if last and last.source == source and last.reaches >= now + horizon + SPARE else None
    fetched = await _fetched(address, known)
    if fetched is None or (known and known.content == _digest(fetched.data)):
        return _as_it_was(known, fetched, now)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)  # All day long it says the same.
    until = today + horizon + AHEAD
    feed = await read_apart(fetched.data, today - BEHIND, until, entry.zone)
    return CalendarCopy(
        entry=entry.key,
        source=source,
        content=_digest(fetched.data),
        feed=feed_text(feed),
        fetched_at=now,
        checked_at=now,
        reaches=until,
        etag=fetched.validators.etag,
        last_modified=fetched.validators.last_modified,
    )


async def _fetched(address: str | Path, known: CalendarCopy | None) -> Fetched | None:
    if isinstance(address, Path):
        return Fetched(await asyncio.to_thread(read_file, address))
    validators = Validators(known.etag, known.last_modified) if known else NEVER_FETCHED
    return await fetch(address, validators)


def _as_it_was(known: CalendarCopy | None, fetched: Fetched | None, now: datetime) -> CalendarCopy:
    if known is None:  # Nobody says 304 to who did not ask.
        raise FetchError("the server says that it is as it was, and it was not there")
    if fetched is None:
        return replace(known, checked_at=now)
    said = fetched.validators
    return replace(known, checked_at=now, etag=said.etag, last_modified=said.last_modified)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
