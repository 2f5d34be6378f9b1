"""What airs as it stands: single events and rules, in everybody's shape."""

from tests.unit.calendars.feeds import (
    APPLE,
    EXCHANGE,
    GOOGLE,
    NEXTCLOUD,
    OUTLOOK,
    THREE,
    WEEKLY,
    Case,
)

ONE = THREE[:1]
SHAPES = {
    "google": GOOGLE,
    "outlook": OUTLOOK,
    "exchange": EXCHANGE,
    "apple": APPLE,
    "nextcloud": NEXTCLOUD,
}
UTC_WEEKLY = GOOGLE.event(
    "", "DTSTART:20261020T160000Z", "DTEND:20261020T170000Z", "RRULE:FREQ=WEEKLY;COUNT=4"
)
LONG = "A title of more characters than one line of a calendar holds, and so one that is folded in two"
VENDORS_ZONE = "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20261201T180000"
ODD_ZONE = '"(UTC+01:00) Amsterdam, Berlin, Bern"'

CASES = [
    *(Case(f"{name}: an event once", each.feed(each.event()), ONE) for name, each in SHAPES.items()),
    *(
        Case(f"{name}: each week", each.feed(each.event("20261201T180000", WEEKLY)), THREE)
        for name, each in SHAPES.items()
    ),
    Case(
        "google: an instant in UTC",
        GOOGLE.feed(GOOGLE.event("", "DTSTART:20261201T170000Z", "DTEND:20261201T180000Z")),
        ONE,
    ),
    Case(
        "google: what repeats in UTC keeps to the clock of X-WR-TIMEZONE",
        GOOGLE.feed(UTC_WEEKLY),
        ["11-03 18:00-19:00 Show", "11-10 18:00-19:00 Show"],
    ),
    Case(
        "nextcloud: what repeats in UTC, in a calendar without a zone, is in UTC",
        NEXTCLOUD.feed(UTC_WEEKLY),
        ["11-03 17:00-18:00 Show", "11-10 17:00-18:00 Show"],
    ),
    Case(
        "apple: a floating time is by the entry's zone",
        APPLE.feed(APPLE.event("", "DTSTART:20261201T180000")),
        ONE,
    ),
    Case(
        "google: a floating time is by X-WR-TIMEZONE",
        GOOGLE.feed(GOOGLE.event("", "DTSTART:20261201T120000")).replace(
            b"Europe/Berlin", b"America/New_York"
        ),
        ONE,
    ),
    Case(
        "outlook: a name of Windows without a definition",
        NEXTCLOUD.feed(OUTLOOK.event()),
        ONE,
    ),
    Case(
        "exchange: UTC by an address with a bare colon",
        EXCHANGE.feed(EXCHANGE.event("", "DTSTART;TZID=tzone://Microsoft/Utc:20261201T170000")),
        ONE,
    ),
    Case(
        "outlook: a zone whose name has colons and commas",
        OUTLOOK.feed(OUTLOOK.event("", f"DTSTART;TZID={ODD_ZONE}:20261201T180000")).replace(
            b"TZID:W. Europe Standard Time", rb"TZID:(UTC+01:00) Amsterdam\, Berlin\, Bern"
        ),
        ONE,
    ),
    Case(
        "nextcloud: a zone behind the name of a vendor",
        NEXTCLOUD.feed(NEXTCLOUD.event("", VENDORS_ZONE)),
        ONE,
    ),
    Case(
        "google: DTEND in another zone",
        GOOGLE.feed(GOOGLE.event("20261201T180000", "DTEND;TZID=America/New_York:20261201T130000")),
        ONE,
    ),
    Case(
        "outlook: past midnight",
        OUTLOOK.feed(OUTLOOK.event("20261231T220000", OUTLOOK.at("DTEND", "20270101T063000"))),
        ["12-31 22:00-06:30 Show"],
    ),
    Case(
        "apple: UNTIL as a date takes in that day",
        APPLE.feed(APPLE.event("20261201T180000", "RRULE:FREQ=WEEKLY;UNTIL=20261215")),
        THREE,
    ),
    Case(
        "nextcloud: UNTIL without a zone is by the clock of the start",
        NEXTCLOUD.feed(NEXTCLOUD.event("20261201T180000", "RRULE:FREQ=WEEKLY;UNTIL=20261215T180000")),
        THREE,
    ),
    Case(
        "google: UNTIL in UTC",
        GOOGLE.feed(GOOGLE.event("20261201T180000", "RRULE:FREQ=WEEKLY;UNTIL=20261215T165959Z")),
        THREE[:2],
    ),
    Case(
        "apple: of two times a day, one left out, in UTC as the other is here",
        APPLE.feed(
            APPLE.event("20261201T170000", "RRULE:FREQ=DAILY;BYHOUR=17,18;COUNT=4", "EXDATE:20261201T170000Z")
        ),
        ["12-01 17:00-18:00 Show", "12-02 17:00-18:00 Show", "12-02 18:00-19:00 Show"],
    ),
    Case(
        "nextcloud: dates besides the rule, one in another zone, one as a period",
        NEXTCLOUD.feed(
            NEXTCLOUD.event(
                "20261201T180000",
                "RDATE;TZID=America/New_York:20261203T120000",
                "RDATE;VALUE=PERIOD:20261204T170000Z/PT2H,20261205T170000Z/20261205T173000Z",
            )
        ),
        [*ONE, "12-03 18:00-19:00 Show", "12-04 18:00-20:00 Show", "12-05 18:00-18:30 Show"],
    ),
    Case(
        "google: an exception in another zone",
        GOOGLE.feed(GOOGLE.event("20261201T180000", WEEKLY, "EXDATE;TZID=America/New_York:20261208T120000")),
        [THREE[0], THREE[2]],
    ),
    Case(
        "outlook: an exception as a day",
        OUTLOOK.feed(OUTLOOK.event("20261201T180000", WEEKLY, "EXDATE;VALUE=DATE:20261208")),
        [THREE[0], THREE[2]],
    ),
    Case(
        "exchange: exceptions that are folded in the midst of a time",
        EXCHANGE.feed(
            EXCHANGE.event(
                "20261201T180000", WEEKLY, EXCHANGE.at("EXDATE", "20261201T180000,20261208T180000")
            )
        ),
        THREE[2:],
    ),
    Case(
        "google: private, and shown as free",
        GOOGLE.feed(GOOGLE.event("20261201T180000", "CLASS:PRIVATE").replace("OPAQUE", "TRANSPARENT")),
        ONE,
    ),
    Case("apple: a title that is folded", APPLE.feed(APPLE.event(title=LONG)), [f"12-01 18:00-19:00 {LONG}"]),
    Case(
        "nextcloud: a title with escaped signs and a line break",
        NEXTCLOUD.feed(NEXTCLOUD.event(title=r"Talk\, first\; part\nof \\two")),
        ["12-01 18:00-19:00 Talk, first; part of \\two"],
    ),
    Case("nextcloud: no title", NEXTCLOUD.feed(NEXTCLOUD.event(title="")), ["12-01 18:00-19:00 "]),
    Case(
        "google: across the end of summer time, the length stays",
        GOOGLE.feed(
            GOOGLE.event(
                "20261018T003000", GOOGLE.at("DTEND", "20261018T043000"), "RRULE:FREQ=WEEKLY;COUNT=4"
            )
        ),
        ["11-01 00:30-04:30 Show", "11-08 00:30-04:30 Show"],
    ),
    Case(
        "outlook: two calendars in one file",
        OUTLOOK.feed(OUTLOOK.event()) + APPLE.feed(APPLE.event("20261208T180000", uid="2")),
        THREE[:2],
    ),
    Case(
        "apple: what was over long ago is nobody's concern",
        APPLE.feed(
            APPLE.event("20200101T180000"),
            APPLE.event("", "DTSTART;VALUE=DATE:20200101", uid="2"),
            APPLE.event("20200101T180000", "RRULE:FREQ=HOURLY;UNTIL=20200201", uid="3"),
        ),
    ),
    Case(
        "nextcloud: tasks and journals are no events",
        NEXTCLOUD.feed(NEXTCLOUD.event(), NEXTCLOUD.event(uid="2").replace("VEVENT", "VTODO")),
        ONE,
    ),
    Case("google: an empty calendar", GOOGLE.feed()),
]
