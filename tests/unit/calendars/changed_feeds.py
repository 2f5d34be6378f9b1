"""Series of which single instances are moved, changed, called off; in everybody's shape."""

from tests.unit.calendars.feeds import APPLE, EXCHANGE, GOOGLE, NEXTCLOUD, OUTLOOK, THREE, WEEKLY, Case

OFF = ("Canceled: Show", "Abgesagt: Show", "Annulé : Show", "Cancelado: Show", "Annullato: Show")
OFF_BESIDES = ("Geannuleerd: Show", "Avlyst: Show", "Odwołane: Show", "CANCELLED:Show", "İptal edildi: Show")

CASES = [
    Case(
        "google: one moved",
        GOOGLE.feed(
            GOOGLE.event("20261201T180000", WEEKLY),
            GOOGLE.event("20261209T190000", GOOGLE.at("RECURRENCE-ID", "20261208T180000"), title="Moved"),
        ),
        [THREE[0], "12-09 19:00-20:00 Moved", THREE[2]],
    ),
    Case(
        "outlook: one moved, named in another zone",
        OUTLOOK.feed(
            OUTLOOK.event(
                "",
                "DTSTART;TZID=America/New_York:20261208T130000",
                "RECURRENCE-ID;TZID=America/New_York:20261208T120000",
            ),
            OUTLOOK.event("20261201T180000", WEEKLY),
        ),
        [THREE[0], "12-08 19:00-20:00 Show", THREE[2]],
    ),
    Case(
        "exchange: one moved, named by its day",
        EXCHANGE.feed(
            EXCHANGE.event("20261201T180000", WEEKLY),
            EXCHANGE.event("20261208T200000", "RECURRENCE-ID;VALUE=DATE:20261208"),
        ),
        [THREE[0], "12-08 20:00-21:00 Show", THREE[2]],
    ),
    Case(
        "nextcloud: one moved in from far outside",
        NEXTCLOUD.feed(
            NEXTCLOUD.event("20250101T180000", WEEKLY),
            NEXTCLOUD.event("20261201T180000", NEXTCLOUD.at("RECURRENCE-ID", "20250108T180000")),
        ),
        THREE[:1],
    ),
    Case(
        "google: one moved out of the time that is looked at",
        GOOGLE.feed(
            GOOGLE.event("20261201T180000", WEEKLY),
            GOOGLE.event("20271209T190000", GOOGLE.at("RECURRENCE-ID", "20261208T180000")),
        ),
        [THREE[0], THREE[2]],
    ),
    Case(
        "apple: this and all later ones, moved and longer",
        APPLE.feed(
            APPLE.event("20261201T180000", WEEKLY),
            APPLE.event(
                "20261208T200000",
                APPLE.at("RECURRENCE-ID", "20261208T180000", more=";RANGE=THISANDFUTURE"),
                "DURATION:PT2H",
                title="Later",
            ),
        ),
        [THREE[0], "12-08 20:00-22:00 Later", "12-15 20:00-22:00 Later"],
    ),
    Case(
        "nextcloud: this and all later ones by a day, over the end of summer time",
        NEXTCLOUD.feed(
            NEXTCLOUD.event("20261013T180000", "RRULE:FREQ=WEEKLY;COUNT=5"),
            NEXTCLOUD.event(
                "20261021T180000",
                NEXTCLOUD.at("RECURRENCE-ID", "20261020T180000", more=";RANGE=THISANDFUTURE"),
            ),
        ),
        ["11-04 18:00-19:00 Show", "11-11 18:00-19:00 Show"],
    ),
    Case(
        "google: one called off by its status",
        GOOGLE.feed(
            GOOGLE.event("20261201T180000", WEEKLY),
            GOOGLE.event("20261208T180000", GOOGLE.at("RECURRENCE-ID", "20261208T180000")).replace(
                "CONFIRMED", "CANCELLED"
            ),
        ),
        [THREE[0], THREE[2]],
        cancelled=1,
    ),
    Case(
        "apple: called off from one on",
        APPLE.feed(
            APPLE.event("20261201T180000", WEEKLY),
            APPLE.event(
                "20261208T180000",
                "STATUS:CANCELLED",
                APPLE.at("RECURRENCE-ID", "20261208T180000", more=";RANGE=THISANDFUTURE"),
            ),
        ),
        THREE[:1],
        cancelled=2,
    ),
    Case(
        "outlook: called off by their titles, in ten languages",
        OUTLOOK.feed(
            *(
                OUTLOOK.event(title=title, uid=str(number))
                for number, title in enumerate((*OFF, *OFF_BESIDES))
            ),
            OUTLOOK.event("20261208T180000", title="Cancelled flights and what to do", uid="not"),
        ),
        ["12-08 18:00-19:00 Cancelled flights and what to do"],
        cancelled=10,
    ),
    Case(
        "exchange: METHOD:CANCEL calls off all of it",
        EXCHANGE.feed(EXCHANGE.event()).replace(b"METHOD:PUBLISH", b"METHOD:CANCEL"),
        cancelled=1,
    ),
    Case(
        "google: a changed instance whose series is not there",
        GOOGLE.feed(GOOGLE.event("20261201T180000", GOOGLE.at("RECURRENCE-ID", "20261201T170000"))),
        THREE[:1],
    ),
    Case(
        "nextcloud: of two revisions of one instance the newer",
        NEXTCLOUD.feed(
            NEXTCLOUD.event("20261201T180000", WEEKLY),
            NEXTCLOUD.event("20261208T210000", NEXTCLOUD.at("RECURRENCE-ID", "20261208T180000")).replace(
                "SEQUENCE:2", "SEQUENCE:10"
            ),
            NEXTCLOUD.event("20261208T200000", NEXTCLOUD.at("RECURRENCE-ID", "20261208T180000")),
        ),
        [THREE[0], "12-08 21:00-22:00 Show", THREE[2]],
    ),
    Case(
        "apple: changed and left out is left out",
        APPLE.feed(
            APPLE.event("20261201T180000", WEEKLY, APPLE.at("EXDATE", "20261208T180000")),
            APPLE.event("20261208T200000", APPLE.at("RECURRENCE-ID", "20261208T180000")),
        ),
        [THREE[0], THREE[2]],
    ),
    Case(
        "outlook: one moved to a zone that nobody knows airs at no time",
        OUTLOOK.feed(
            OUTLOOK.event("20261201T180000", WEEKLY),
            OUTLOOK.event(
                "",
                "DTSTART;TZID=GMT Standard Time 1:20261208T190000",
                OUTLOOK.at("RECURRENCE-ID", "20261208T180000"),
            ),
        ),
        [THREE[0], THREE[2]],
        ["'Show' of 2026-12-08: no zone is called 'GMT Standard Time 1'"],
    ),
    Case(
        "exchange: two series under one UID",
        EXCHANGE.feed(EXCHANGE.event(), EXCHANGE.event("20261202T180000", title="Other")),
        THREE[:1],
        ["'Other' of 2026-12-02: another event has its UID"],
    ),
]
