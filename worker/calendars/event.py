"""The lines of one VEVENT -> what it says, or why it is not taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from worker.calendars.cancelled import calls_off
from worker.calendars.feed import Refused, short
from worker.calendars.moments import Clock, duration, elapsed, is_utc, parsed
from worker.calendars.rules import last_instant, rule
from worker.calendars.sections import Property, properties, text_of

LONGEST = timedelta(hours=24)
_ONCE = ("UID", "SUMMARY", "STATUS", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID")
_OF_OUTLOOK = "X-MICROSOFT-CDO-ALLDAYEVENT"
_LISTS = ("RRULE", "RDATE", "EXDATE", "EXRULE")
_MARGIN = timedelta(days=1)
MOST_EXTRA = 2_000
"""Dates that one event may add or leave out."""

Moment = date | datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One VEVENT, with every time in its zone."""

    uid: str
    title: str
    sequence: int
    start: datetime
    length: timedelta
    is_cancelled: bool
    rules: tuple[str, ...]
    extra: tuple[tuple[Moment, timedelta | None], ...]
    """RDATE: each with its own length, if it is a period."""
    excepted: tuple[Moment, ...]
    replaces: Moment | None
    """The start of the instance of the series that it stands for (RECURRENCE-ID)."""
    and_later: bool
    """It stands for all that come after, too (RANGE=THISANDFUTURE)."""

    @property
    def repeats(self) -> bool:
        """Whether it makes a series."""
        return bool(self.rules or self.extra)

    def refused(self, reason: str) -> Refused:
        """Say why it is not taken."""
        return Refused(short(self.uid), short(self.title), f"{self.start:%Y-%m-%d}", reason)


@dataclass(frozen=True, slots=True)
class Unusable:
    """An event that is not taken; the instance of a series that it stands for does not air either."""

    refused: Refused
    uid: str = ""
    replaces: Moment | None = None


def event(lines: Sequence[str], clock: Clock, since: datetime) -> Event | Unusable | None:
    """Read one event; None: it was over before `since`, so that nothing of it is anybody's concern."""
    try:
        found = _Lines(lines)
    except ValueError as error:
        return Unusable(Refused("", short(_summary(lines)), "", str(error)))
    try:
        return found.event(clock)
    except ValueError as error:
        return None if found.is_past(since) else found.unusable(str(error), clock)


class _Lines:
    """What an event has, by name."""

    def __init__(self, lines: Sequence[str]) -> None:
        found = properties(lines, (*_ONCE, *_LISTS, _OF_OUTLOOK))
        self._many: Mapping[str, list[Property]] = {
            name: [each for each in found if each.name == name] for name in (*_ONCE, *_LISTS, _OF_OUTLOOK)
        }

    def event(self, clock: Clock) -> Event:
        """Return what it says.

        Raises:
            ValueError: it cannot be taken; the message says why.
        """
        start = self._start(clock)
        if self._many["EXRULE"]:
            raise ValueError("EXRULE is not understood, and what it leaves out would air")
        title = text_of(self._text("SUMMARY"))
        status = self._text("STATUS").upper()
        return Event(
            uid=self._uid(),
            title=title,
            sequence=int(found) if (found := self._text("SEQUENCE")).isdigit() else 0,
            start=start,
            length=self._length(start, clock),
            is_cancelled=status == "CANCELLED" or calls_off(title),
            rules=tuple(rule(each.value, start.tzinfo or UTC) for each in self._many["RRULE"]),
            extra=self._listed("RDATE", clock),
            excepted=tuple(each for each, _ in self._listed("EXDATE", clock)),
            replaces=self._moment("RECURRENCE-ID", clock),
            and_later=self._range() == "THISANDFUTURE",
        )

    def unusable(self, reason: str, clock: Clock) -> Unusable:
        """Say why it is not taken, as well as it can be named."""
        try:
            replaces = self._moment("RECURRENCE-ID", clock)
        except ValueError:
            replaces = None
        return Unusable(self._refused(reason), self._raw("UID"), replaces)

    def _refused(self, reason: str) -> Refused:
        start = self._many["DTSTART"]
        on = start[0].value[:8] if start else ""
        day = f"{on[:4]}-{on[4:6]}-{on[6:]}" if on.isdigit() and len(on) == 8 else short(on)
        return Refused(short(self._raw("UID")), short(text_of(self._raw("SUMMARY"))), day, reason)

    def is_past(self, since: datetime) -> bool:
        """Whether nothing of it takes place any more, as far as can be told of what is not understood."""
        ends = [_roughly(each) for name in ("DTSTART", "DTEND") for each in self._many[name]]
        rules = [last_instant(each.value, UTC) for each in self._many["RRULE"]]
        if self._many["RDATE"] or not ends:
            return False
        last = [*ends, *rules]
        return all(each is not None and each + _MARGIN < since for each in last)

    def _start(self, clock: Clock) -> datetime:
        start = self._moment("DTSTART", clock)
        if start is None:
            raise ValueError("DTSTART is missing")
        if not isinstance(start, datetime) or self._raw(_OF_OUTLOOK).upper() == "TRUE":
            raise ValueError("it lasts all day, and has no time to begin at")
        if is_utc(start.tzinfo) and (self._many["RRULE"] or self._many["RDATE"]) and clock.display:
            return start.astimezone(clock.display)
        return start

    def _length(self, start: datetime, clock: Clock) -> timedelta:
        length = self._written_length(start, clock)
        if length < timedelta(0):
            raise ValueError("it ends before it starts")
        if not length:
            raise ValueError("it has no length: DTEND or DURATION is missing, or is the start")
        if length > LONGEST:
            hours = length / timedelta(hours=1)
            raise ValueError(f"it lasts {hours:,.4g} h; {LONGEST / timedelta(hours=1):.0f} h at most")
        return length

    def _written_length(self, start: datetime, clock: Clock) -> timedelta:
        end = self._moment("DTEND", clock)
        if end is None:
            written = self._text("DURATION")
            return duration("DURATION", written) if written else timedelta(0)
        if isinstance(end, datetime):
            return elapsed(start, end)
        raise ValueError("DTEND has no time")

    def _moment(self, name: str, clock: Clock) -> Moment | None:
        written = self._one(name)
        return clock.read(written) if written else None

    def _listed(self, name: str, clock: Clock) -> tuple[tuple[Moment, timedelta | None], ...]:
        found = tuple(pair for each in self._many[name] if each.value for pair in clock.read_each(each))
        if len(found) > MOST_EXTRA:
            raise ValueError(f"{name} lists {len(found):,}; {MOST_EXTRA:,} at most")
        return found

    def _range(self) -> str:
        written = self._one("RECURRENCE-ID")
        return written.parameters.get("RANGE", "").upper() if written else ""

    def _uid(self) -> str:
        uid = self._text("UID")
        if not uid:
            raise ValueError("UID is missing, by which it would be known again")
        return uid

    def _text(self, name: str) -> str:
        found = self._one(name)
        return found.value if found else ""

    def _raw(self, name: str) -> str:
        """Return the first of what may stand there more than once."""
        return self._many[name][0].value if self._many[name] else ""

    def _one(self, name: str) -> Property | None:
        found = self._many[name]
        if len(found) > 1 and name not in {"SUMMARY", "STATUS", "SEQUENCE"}:
            raise ValueError(f"{name} is given {len(found)} times")
        return found[0] if found else None


def _roughly(written: Property) -> datetime | None:
    """Return an instant, a day at most beside the right one."""
    try:
        found = parsed(written.name, written.value)
    except ValueError:
        return None
    return datetime(found.year, found.month, found.day, tzinfo=UTC) + _MARGIN


def _summary(lines: Sequence[str]) -> str:
    return next((line.partition(":")[2] for line in lines if line.upper().startswith("SUMMARY")), "")
