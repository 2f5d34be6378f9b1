"""The examples of RFC 5545, section 3.8.5.3: start, rule, and the dates that are listed."""

SEP_2 = "1997-09-02T09:00"
NINE_TO_FIVE = " ".join(f"{hour:02}:{minute:02}" for hour in range(9, 17) for minute in (0, 20, 40))
JANUARIES = "1998 EST Jan 1-31 | 1999 EST Jan 1-31 | 2000 EST Jan 1-31"
FIVE_WEEKS = "1997 EDT Sep 2 4 9 11 16 18 23 25 30; Oct 2"

FINITE = [
    (SEP_2, "FREQ=DAILY;COUNT=10", "1997 EDT Sep 2-11"),
    (
        SEP_2,
        "FREQ=DAILY;UNTIL=19971224T000000Z",
        "1997 EDT Sep 2-30; Oct 1-25 | 1997 EST Oct 26-31; Nov 1-30; Dec 1-23",
    ),
    (SEP_2, "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997 EDT Sep 2 12 22; Oct 2 12"),
    (
        "1998-01-01T09:00",
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        JANUARIES,
    ),
    ("1998-01-01T09:00", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", JANUARIES),
    (SEP_2, "FREQ=WEEKLY;COUNT=10", "1997 EDT Sep 2 9 16 23 30; Oct 7 14 21 | 1997 EST Oct 28; Nov 4"),
    (
        SEP_2,
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        "1997 EDT Sep 2 9 16 23 30; Oct 7 14 21 | 1997 EST Oct 28; Nov 4 11 18 25; Dec 2 9 16 23",
    ),
    (SEP_2, "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", FIVE_WEEKS),
    (SEP_2, "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", FIVE_WEEKS),
    (
        "1997-09-01T09:00",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        (
            "1997 EDT Sep 1 3 5 15 17 19 29; Oct 1 3 13 15 17"
            " | 1997 EST Oct 27 29 31; Nov 10 12 14 24 26 28; Dec 8 10 12 22"
        ),
    ),
    (SEP_2, "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997 EDT Sep 2 4 16 18 30; Oct 2 14 16"),
    (
        "1997-09-05T09:00",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        (
            "1997 EDT Sep 5; Oct 3 | 1997 EST Nov 7; Dec 5"
            " | 1998 EST Jan 2; Feb 6; Mar 6; Apr 3 | 1998 EDT May 1; Jun 5"
        ),
    ),
    (
        "1997-09-05T09:00",
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        "1997 EDT Sep 5; Oct 3 | 1997 EST Nov 7; Dec 5",
    ),
    (
        "1997-09-07T09:00",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997 EDT Sep 7 28 | 1997 EST Nov 2 30 | 1998 EST Jan 4 25; Mar 1 29 | 1998 EDT May 3 31",
    ),
    (
        "1997-09-22T09:00",
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "1997 EDT Sep 22; Oct 20 | 1997 EST Nov 17; Dec 22 | 1998 EST Jan 19; Feb 16",
    ),
    (
        SEP_2,
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997 EDT Sep 2 15; Oct 2 15 | 1997 EST Nov 2 15; Dec 2 15 | 1998 EST Jan 2 15",
    ),
    (
        "1997-09-30T09:00",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997 EDT Sep 30; Oct 1 | 1997 EST Oct 31; Nov 1 30; Dec 1 31 | 1998 EST Jan 1 31; Feb 1",
    ),
    (
        "1997-09-10T09:00",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997 EDT Sep 10-15 | 1999 EST Mar 10-13",
    ),
    (
        "1997-06-10T09:00",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        " | ".join(f"{year} EDT Jun 10; Jul 10" for year in range(1997, 2002)),
    ),
    (
        "1997-03-10T09:00",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997 EST Mar 10 | "
        + " | ".join(f"{year} EST Jan 10; Feb 10; Mar 10" for year in (1999, 2001, 2003)),
    ),
    (
        "1997-01-01T09:00",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        (
            "1997 EST Jan 1 | 1997 EDT Apr 10; Jul 19 | 2000 EST Jan 1 | 2000 EDT Apr 9; Jul 18"
            " | 2003 EST Jan 1 | 2003 EDT Apr 10; Jul 19 | 2006 EST Jan 1"
        ),
    ),
    (
        "1997-09-04T09:00",
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997 EDT Sep 4; Oct 7 | 1997 EST Nov 6",
    ),
    (
        SEP_2,
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        "1997 EDT Sep 2 @ 09:00 09:15 09:30 09:45 10:00 10:15",
    ),
    (SEP_2, "FREQ=MINUTELY;INTERVAL=90;COUNT=4", "1997 EDT Sep 2 @ 09:00 10:30 12:00 13:30"),
    ("1997-08-05T09:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997 EDT Aug 5 10 19 24"),
    ("1997-08-05T09:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997 EDT Aug 5 17 19 31"),
    (
        "2007-01-15T09:00",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007 EST Jan 15 30; Feb 15 | 2007 EDT Mar 15 30",
    ),
]
"""All dates are listed."""

GOES_ON = [
    (
        SEP_2,
        "FREQ=DAILY;INTERVAL=2",
        (
            "1997 EDT Sep 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; Oct 2 4 6 8 10 12 14 16 18 20 22 24"
            " | 1997 EST Oct 26 28 30; Nov 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29; Dec 1 3"
        ),
    ),
    (
        SEP_2,
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1997 EDT Sep 2 16 30; Oct 14 | 1997 EST Oct 28; Nov 11 25; Dec 9 23 | 1998 EST Jan 6 20; Feb 3 17",
    ),
    (
        "1997-09-28T09:00",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997 EDT Sep 28 | 1997 EST Oct 29; Nov 28; Dec 29 | 1998 EST Jan 29; Feb 26",
    ),
    (
        SEP_2,
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997 EDT Sep 2 9 16 23 30 | 1997 EST Nov 4 11 18 25 | 1998 EST Jan 6 13 20 27; Mar 3 10 17 24 31",
    ),
    ("1997-05-19T09:00", "FREQ=YEARLY;BYDAY=20MO", "1997 EDT May 19 | 1998 EDT May 18 | 1999 EDT May 17"),
    (
        "1997-05-12T09:00",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "1997 EDT May 12 | 1998 EDT May 11 | 1999 EDT May 17",
    ),
    (
        "1997-03-13T09:00",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997 EST Mar 13 20 27 | 1998 EST Mar 5 12 19 26 | 1999 EST Mar 4 11 18 25",
    ),
    (
        "1997-06-05T09:00",
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        (
            "1997 EDT Jun 5 12 19 26; Jul 3 10 17 24 31; Aug 7 14 21 28"
            " | 1998 EDT Jun 4 11 18 25; Jul 2 9 16 23 30; Aug 6 13 20 27"
            " | 1999 EDT Jun 3 10 17 24; Jul 1 8 15 22 29; Aug 5 12 19 26"
        ),
    ),
    (
        SEP_2,  # Not in the rule: the RFC takes it out by EXDATE.
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "1998 EST Feb 13; Mar 13; Nov 13 | 1999 EDT Aug 13 | 2000 EDT Oct 13",
    ),
    (
        "1997-09-13T09:00",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        (
            "1997 EDT Sep 13; Oct 11 | 1997 EST Nov 8; Dec 13"
            " | 1998 EST Jan 10; Feb 7; Mar 7 | 1998 EDT Apr 11; May 9; Jun 13"
        ),
    ),
    (
        "1996-11-05T09:00",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996 EST Nov 5 | 2000 EST Nov 7 | 2004 EST Nov 2",
    ),
    (
        "1997-09-29T09:00",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997 EDT Sep 29 | 1997 EST Oct 30; Nov 27; Dec 30 | 1998 EST Jan 29; Feb 26; Mar 30",
    ),
    (
        SEP_2,
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        f"1997 EDT Sep 2-3 @ {NINE_TO_FIVE}",
    ),
    (
        SEP_2,
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
        f"1997 EDT Sep 2-3 @ {NINE_TO_FIVE}",
    ),
]
"""The list ends in dots."""
