"""The bytes of a calendar -> its parts (RFC 5545, 3.1 and 3.4): what it says of itself, zones, events.

They are cut apart before anything is understood: what is wrong with one event is wrong with no other, and
as many events are answered for as begin there.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from icalendar.parser import Contentline

from worker.calendars.feed import UnreadableError

MOST_EVENTS = 20_000
_FOLD = re.compile(r"\n[ \t]")
_BARE_ADDRESS = re.compile(r"(;TZID=)(tzone://[^:;\"]+)", re.IGNORECASE)
"""Exchange names zones by an address whose colon it does not quote."""
_EDGE = re.compile(r"(BEGIN|END)[ \t]*:[ \t]*([A-Za-z0-9-]+)[ \t]*", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9-]+")
_OF_A_PAGE = re.compile(r"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Property:
    """One line: what it is called, its parameters in capitals, and its value as it is written."""

    name: str
    parameters: Mapping[str, str]
    value: str


@dataclass(slots=True)
class Section:
    """One calendar; a file may hold several."""

    properties: list[str] = field(default_factory=list)
    zones: list[list[str]] = field(default_factory=list)
    """The lines of each, its BEGIN and END among them."""
    events: list[list[str]] = field(default_factory=list)
    """The lines of each; not those of the alarms in it."""


def sections(data: bytes) -> list[Section]:
    """Cut a calendar apart.

    Raises:
        UnreadableError: it is no calendar, breaks off, or its parts are not nested as they should be.
    """
    text = data.decode("utf-8-sig", errors="replace")
    cut = _Cut()
    for line in _unfolded(text):
        cut.take(line)
    if not cut.found:
        raise UnreadableError(_no_calendar(text))
    if cut.inside:
        raise UnreadableError(f"it breaks off: END:{cut.inside[-1]} is missing")
    return cut.found


def properties(lines: Iterable[str], wanted: Iterable[str]) -> list[Property]:
    """Return the properties of these names, in their order.

    Raises:
        ValueError: a line of one of them cannot be read.
    """
    names = tuple(wanted)
    return [_property(line) for line in lines if _begins_as(line, names)]


def text_of(value: str) -> str:
    """Return what a value of type TEXT says (RFC 5545, 3.3.11)."""
    return re.sub(r"\\([nN,;\\])", lambda found: "\n" if found[1] in "nN" else found[1], value)


class _Cut:
    """Goes through the lines, and knows in what it is."""

    def __init__(self) -> None:
        self.found: list[Section] = []
        self.inside: list[str] = []
        self._events = 0

    def take(self, line: str) -> None:
        """Put a line where it belongs."""
        edge = _EDGE.fullmatch(line) if line[0] in "BbEe" else None
        if edge is None:
            self._keep(line)
        elif edge[1].upper() == "BEGIN":
            self._begin(edge[2].upper(), line)
        else:
            self._end(edge[2].upper(), line)

    def _begin(self, name: str, line: str) -> None:
        self.inside.append(name)
        if self.inside == ["VCALENDAR"]:
            self.found.append(Section())
        elif self.inside == ["VCALENDAR", "VEVENT"]:
            self._events += 1
            if self._events > MOST_EVENTS:
                raise UnreadableError(f"it has more than {MOST_EVENTS:,} events")
            self.found[-1].events.append([])
        elif self.inside == ["VCALENDAR", "VTIMEZONE"]:
            self.found[-1].zones.append([])
        self._keep_of_zone(line)

    def _end(self, name: str, line: str) -> None:
        if not self.inside or self.inside[-1] != name:
            raise UnreadableError(f"END:{name[:40]} stands where nothing of the kind has begun")
        self._keep_of_zone(line)
        self.inside.pop()

    def _keep(self, line: str) -> None:
        if self.inside == ["VCALENDAR"]:
            self.found[-1].properties.append(line)
        elif self.inside == ["VCALENDAR", "VEVENT"]:
            self.found[-1].events[-1].append(line)
        else:
            self._keep_of_zone(line)

    def _keep_of_zone(self, line: str) -> None:
        if self.inside[:2] == ["VCALENDAR", "VTIMEZONE"]:
            self.found[-1].zones[-1].append(line)


def _unfolded(text: str) -> Sequence[str]:
    """Return the lines as they were before they were folded, whatever ends them."""
    whole = _FOLD.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line for line in whole.split("\n") if line.strip())
    return [_BARE_ADDRESS.sub(r'\1"\2"', line) if "tzone:" in line else line for line in lines]


def _begins_as(line: str, names: Sequence[str]) -> bool:
    name = _NAME.match(line)
    return name is not None and name[0].upper() in names


def _property(line: str) -> Property:
    bare, colon, plainly = line.partition(":")
    if colon and ";" not in bare:  # As most are; the library looks at every character.
        return Property(bare.strip().upper(), {}, plainly.strip())
    name, parameters, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]  # The library's.
    plain = {
        key.upper(): given if isinstance(given, str) else ",".join(given) for key, given in parameters.items()
    }
    return Property(name.upper(), plain, value.strip())


def _no_calendar(text: str) -> str:
    if _OF_A_PAGE.match(text):
        return "it is a web page, not a calendar; perhaps one to log in"
    return "it is not a calendar: BEGIN:VCALENDAR is missing" if text.strip() else "it is empty"
