"""Feeds in the shapes of those who make them, and what is expected of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
"""What every feed is read for; by the entry's own zone, Europe/Berlin."""

VTIMEZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:{year}1025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:{year}0329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One feed."""

    name: str
    data: bytes
    airs: Sequence[str] = ()
    """By the clock of Berlin: `12-01 18:00-19:00 Title`."""
    refused: Sequence[str] = ()
    """What each event that is not taken is told to be, in part."""
    cancelled: int = 0
    unreadable: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Shape:
    """Somebody's habits."""

    head: str
    zone: str
    """What Berlin is called."""
    foot: str = ""
    each: str = ""
    """Lines that every event has besides."""
    line_end: str = "\r\n"
    folded_at: int = 75
    zones: tuple[str, ...] = field(default=())

    def feed(self, *events: str, head: str = "") -> bytes:
        """Return a calendar with these events."""
        defined = "".join(VTIMEZONE.format(name=name, year=1601) for name in self.zones)
        whole = f"BEGIN:VCALENDAR\n{self.head}{head}{defined}{''.join(events)}{self.foot}END:VCALENDAR\n"
        return self.line_end.join(map(self._folded, whole.split("\n"))).encode()

    def event(self, start: str = "20261201T180000", *lines: str, uid: str = "1", title: str = "Show") -> str:
        """Return an event of one hour in Berlin, unless its own lines say otherwise."""
        own = [f"UID:{uid}@example.org", f"SUMMARY:{title}", *self.each.splitlines(), *lines]
        if not any(each.startswith("DTSTART") for each in lines):
            own.append(f"DTSTART;TZID={self._quoted()}:{start}")
        if not any(each.startswith(("DTEND", "DURATION")) for each in lines):
            own.append("DURATION:PT1H")
        return "BEGIN:VEVENT\n" + "".join(f"{each}\n" for each in own if each) + "END:VEVENT\n"

    def at(self, name: str, moment: str, *, more: str = "") -> str:
        """Return a property with a time in Berlin."""
        return f"{name}{more};TZID={self._quoted()}:{moment}"

    def _quoted(self) -> str:
        return f'"{self.zone}"' if set(self.zone) & set(",:;") else self.zone

    def _folded(self, line: str) -> str:
        parts = [line[start : start + self.folded_at] for start in range(0, len(line), self.folded_at)]
        return f"{self.line_end} ".join(parts)


GOOGLE = Shape(
    head="PRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\n"
    "METHOD:PUBLISH\nX-WR-CALNAME:Shows\nX-WR-TIMEZONE:Europe/Berlin\n",
    zone="Europe/Berlin",
    each="DTSTAMP:20261101T090000Z\nSEQUENCE:0\nSTATUS:CONFIRMED\nTRANSP:OPAQUE\n"
    "DESCRIPTION:-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~\\nJoin\\, please\\n",
)
OUTLOOK = Shape(
    head="PRODID:Microsoft Exchange Server 2010\nVERSION:2.0\nMETHOD:PUBLISH\nX-WR-CALNAME:Kalender\n",
    zone="W. Europe Standard Time",
    zones=("W. Europe Standard Time",),
    each="CLASS:PUBLIC\nPRIORITY:5\nDTSTAMP:20261101T090000Z\nTRANSP:OPAQUE\nSTATUS:CONFIRMED\n"
    "SEQUENCE:0\nX-MICROSOFT-CDO-APPT-SEQUENCE:0\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\n"
    "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\nX-MICROSOFT-CDO-ALLDAYEVENT:FALSE\n"
    "X-MICROSOFT-CDO-IMPORTANCE:1\nX-MICROSOFT-DISALLOW-COUNTER:FALSE\n",
)
EXCHANGE = Shape(
    head="METHOD:PUBLISH\nPRODID:Microsoft CDO for Microsoft Exchange\nVERSION:2.0\n",
    zone="Customized Time Zone",
    zones=("Customized Time Zone",),
    each="X-MICROSOFT-CDO-INSTTYPE:0\nX-MICROSOFT-CDO-OWNERAPPTID:-1\nTRANSP:OPAQUE\nPRIORITY:5\n",
    folded_at=40,
)
APPLE = Shape(
    head="METHOD:PUBLISH\nVERSION:2.0\nX-WR-CALNAME:Sendungen\nX-APPLE-CALENDAR-COLOR:#1BADF8\n"
    "PRODID:-//Apple Inc.//macOS 15.1//EN\nCALSCALE:GREGORIAN\n",
    zone="Europe/Berlin",
    zones=("Europe/Berlin",),
    each="TRANSP:OPAQUE\nDTSTAMP:20261101T090000Z\nX-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\nSEQUENCE:1\n"
    "BEGIN:VALARM\nX-WR-ALARMUID:A\nUID:A\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\nACTION:NONE\nEND:VALARM\n",
)
NEXTCLOUD = Shape(
    head="VERSION:2.0\nCALSCALE:GREGORIAN\nPRODID:-//SabreDAV//SabreDAV//EN\nX-WR-CALNAME:Studio\n"
    "REFRESH-INTERVAL;VALUE=DURATION:PT4H\nX-PUBLISHED-TTL:PT4H\n",
    zone="Europe/Berlin",
    zones=("Europe/Berlin",),
    each="CREATED:20261101T090000Z\nDTSTAMP:20261101T090000Z\nLAST-MODIFIED:20261101T090000Z\nSEQUENCE:2\n",
    line_end="\n",
)
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3"
THREE = ("12-01 18:00-19:00 Show", "12-08 18:00-19:00 Show", "12-15 18:00-19:00 Show")
"""What WEEKLY makes of the usual event."""
