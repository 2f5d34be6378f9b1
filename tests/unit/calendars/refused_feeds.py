"""Events that are not taken, each with its reason beside one that is; and calendars of which nothing is."""

from collections.abc import Sequence

from tests.unit.calendars.feeds import APPLE, EXCHANGE, GOOGLE, NEXTCLOUD, OUTLOOK, Case, Shape

OTHER = "12-24 18:00-19:00 Other"


def beside(name: str, shape: Shape, reason: str, *lines: str, airs: Sequence[str] = ()) -> Case:
    """Return a feed with an event of these lines, and one that airs."""
    wrong = shape.event("20261201T180000", *lines)
    data = shape.feed(wrong, shape.event("20261224T180000", uid="2", title="Other"))
    return Case(name, data, [*airs, OTHER], [reason])


def repeated(name: str, shape: Shape, rule: str, reason: str) -> Case:
    return beside(name, shape, f"'Show' of 2026-12-01: {reason}", f"RRULE:{rule}")


def unreadable(name: str, data: bytes, reason: str) -> Case:
    return Case(name, data, unreadable=reason)


ON = "'Show' of 2026-12-01: "
CASES = [
    beside(
        "outlook: a zone of no name",
        OUTLOOK,
        f"{ON}no zone is called 'GMT Standard Time 1'",
        "DTSTART;TZID=GMT Standard Time 1:20261201T180000",
    ),
    beside(
        "exchange: an address of no zone",
        EXCHANGE,
        f"{ON}no zone is called 'tzone://Microsoft/Custom'",
        "DTSTART;TZID=tzone://Microsoft/Custom:20261201T180000",
    ),
    beside(
        "google: DTEND by a zone of no name",
        GOOGLE,
        f"{ON}no zone is called 'Berlin'",
        "DTEND;TZID=Berlin:20261201T190000",
    ),
    beside(
        "apple: ends before it starts",
        APPLE,
        f"{ON}it ends before it starts",
        APPLE.at("DTEND", "20261201T170000"),
    ),
    beside("nextcloud: a negative length", NEXTCLOUD, f"{ON}it ends before it starts", "DURATION:-PT1H"),
    beside(
        "google: ends as it starts", GOOGLE, f"{ON}it has no length", GOOGLE.at("DTEND", "20261201T180000")
    ),
    beside("nextcloud: neither an end nor a length", NEXTCLOUD, f"{ON}it has no length", "DURATION:"),
    beside("outlook: all day", OUTLOOK, f"{ON}it lasts all day", "DTSTART;VALUE=DATE:20261201"),
    beside(
        "exchange: all day, written as from midnight to midnight",
        EXCHANGE,
        f"{ON}it lasts all day",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    ),
    beside("apple: longer than a day", APPLE, f"{ON}it lasts 30 h", "DURATION:PT30H"),
    repeated("google: by the second", GOOGLE, "FREQ=SECONDLY", "FREQ=SECONDLY repeats within the day"),
    repeated(
        "outlook: by the minute", OUTLOOK, "FREQ=MINUTELY;COUNT=3", "FREQ=MINUTELY repeats within the day"
    ),
    repeated(
        "nextcloud: by the hour", NEXTCLOUD, "FREQ=HOURLY;INTERVAL=24", "FREQ=HOURLY repeats within the day"
    ),
    repeated(
        "apple: daily, at every minute",
        APPLE,
        f"FREQ=DAILY;BYHOUR=1,2;BYMINUTE={','.join(map(str, range(60)))}",
        "RRULE repeats 120 times a day",
    ),
    repeated("google: each nothing days", GOOGLE, "FREQ=DAILY;INTERVAL=0", "INTERVAL=0 is no number"),
    repeated("exchange: less than once", EXCHANGE, "FREQ=DAILY;COUNT=-1", "COUNT=-1 is no number"),
    repeated(
        "apple: two ends", APPLE, "FREQ=DAILY;COUNT=3;UNTIL=20261224", "COUNT and UNTIL exclude each other"
    ),
    repeated(
        "nextcloud: a part that no RFC knows", NEXTCLOUD, "FREQ=DAILY;BYEASTER=0", "RRULE cannot be read"
    ),
    repeated("outlook: a weekday of no name", OUTLOOK, "FREQ=WEEKLY;BYDAY=XX", "Expected weekday"),
    repeated(
        "google: an end before its start", GOOGLE, "FREQ=WEEKLY;UNTIL=20261101T000000Z", "its own start"
    ),
    repeated(
        "apple: read in two ways",
        APPLE,
        "FREQ=MONTHLY;BYDAY=TH,FR,-1FR;COUNT=3",
        "its rule is read in two ways, and airs by neither",
    ),
    repeated("nextcloud: what the RFC forbids", NEXTCLOUD, "FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"),
    beside(
        "google: an exception that cannot be read",
        GOOGLE,
        f"{ON}EXDATE cannot be read: '2026-12-08'",
        "RRULE:FREQ=WEEKLY",
        "EXDATE:2026-12-08",
    ),
    beside(
        "exchange: an exception by a zone of no name",
        EXCHANGE,
        f"{ON}no zone is called 'Nowhere'",
        "RRULE:FREQ=WEEKLY",
        "EXDATE;TZID=Nowhere:20261208T180000",
    ),
    beside(
        "apple: a rule of exceptions, which nobody follows any more",
        APPLE,
        f"{ON}EXRULE is not understood",
        "RRULE:FREQ=WEEKLY",
        "EXRULE:FREQ=MONTHLY",
    ),
    beside(
        "nextcloud: a day that there is not",
        NEXTCLOUD,
        "'Show' of 2026-02-30: DTSTART is no date",
        "DTSTART:20260230T180000",
    ),
    beside(
        "google: two starts",
        GOOGLE,
        f"{ON}DTSTART is given 2 times",
        "DTSTART:20261201T180000Z",
        "DTSTART:20261202T180000Z",
    ),
    Case(
        "nextcloud: no start",
        NEXTCLOUD.feed(NEXTCLOUD.event().replace("DTSTART", "X-START")),
        (),
        ["'Show': DTSTART is missing"],
    ),
    Case(
        "google: no UID", GOOGLE.feed(GOOGLE.event().replace("UID:", "X-UID:")), (), [f"{ON}UID is missing"]
    ),
    Case(
        "exchange: a definition of a zone that says nothing",
        EXCHANGE.feed(EXCHANGE.event())
        .replace(b"BEGIN:STANDARD", b"BEGIN:X")
        .replace(b"END:STANDARD", b"END:X")
        .replace(b"BEGIN:DAYLIGHT", b"BEGIN:X")
        .replace(b"END:DAYLIGHT", b"END:X"),
        (),
        ["the definition of the zone 'Customized Time Zone' cannot be read"],
    ),
    unreadable("a page to log in", b"<!DOCTYPE html><html><body>Sign in</body></html>", "it is a web page"),
    unreadable("nothing", b"", "it is empty"),
    unreadable("something else", b'{"events": []}', "BEGIN:VCALENDAR is missing"),
    unreadable("google: cut off in an event", GOOGLE.feed(GOOGLE.event())[:-40], "it breaks off"),
    unreadable(
        "apple: cut off after an event",
        APPLE.feed(APPLE.event()).replace(b"END:VCALENDAR", b""),
        "it breaks off: END:VCALENDAR is missing",
    ),
    unreadable("nextcloud: an end of nothing", NEXTCLOUD.feed("END:VEVENT\n"), "END:VEVENT stands where"),
    unreadable(
        "google: X-WR-TIMEZONE of no name",
        GOOGLE.feed(GOOGLE.event()).replace(b"X-WR-TIMEZONE:Europe/Berlin", b"X-WR-TIMEZONE:Middle Earth"),
        "X-WR-TIMEZONE: no zone is called 'Middle Earth'",
    ),
    unreadable(
        "outlook: more than a season holds",
        OUTLOOK.feed(
            *(OUTLOOK.event("20261201T180000", "RRULE:FREQ=DAILY", uid=str(number)) for number in range(23))
        ),
        "at most",
    ),
]
