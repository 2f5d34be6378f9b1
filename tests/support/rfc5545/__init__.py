"""An own reading of recurrence rules (RFC 5545, sections 3.3.5, 3.3.10 and 3.8.5.3), to hold the product's
against.

It asks of each local day whether it belongs, part by part, and expands nothing: `calendar` knows the days,
`membership` which of them a rule takes, `clocks` the instants, `recurrence_set` puts them together; `text`
reads a rule, and `forbidden` names the sentence by which the RFC refuses one. Years 1990 to 2070.

What the RFC leaves open, or says in two ways: its words, and how they are read here.

A DTSTART outside its rule
    "The recurrence set generated with a DTSTART property value not synchronized with the recurrence rule is
    undefined" (3.8.5.3).
    -> The rule alone counts: such a start is no occurrence, nor the first of COUNT.
What lies before DTSTART
    It "defines the first instance in the recurrence set" (3.8.5.3).
    -> No local time before that of DTSTART: by the local clock, as all of a rule is.
Missing local times
    They "MUST be ignored", but also "interpreted in the same manner as an explicit DATE-TIME value" (3.3.10).
    -> The second, which is the more precise and names 3.3.5: the offset before the gap.
Two local times of one instant
    "Duplicate instances are ignored" (3.8.5.3).
    -> One occurrence. It counts once for COUNT, and of two instants the earlier counts first.
HOURLY at a change of clocks
    "All the recurrence instances start at the same local time regardless of time zone changes" (3.8.5.3).
    -> Hours of the local clock: the second pass of a repeated hour has no occurrence.
UNTIL as a date or as a local time, for a start in a zone
    It "MUST be specified as a date with UTC time".
    -> Taken as well, as people write it: the whole local day; the local clock.
BYSETPOS in the first period
    A set "starts at the beginning of the interval defined by the FREQ rule part".
    -> The whole period is counted, also what lies before DTSTART.
YEARLY with BYWEEKNO: whose week
    "Week number one of the calendar year is the first week that contains at least four (4) days in that
    calendar year."
    -> A week belongs whole to the year that numbers it, also for INTERVAL and BYSETPOS, and DTSTART to the
    year of its week. BYMONTH, BYMONTHDAY and BYYEARDAY ask for the calendar's.
YEARLY with BYWEEKNO and no day
    "The appropriate minute, hour, day, or month would have been retrieved from the DTSTART property."
    -> The weekday of DTSTART, which is what a day is in a week.
YEARLY with BYMONTHDAY or BYDAY and no BYMONTH
    The same sentence; but the table has both expand a YEARLY rule, and without a number BYDAY is "all days of
    this type within the specified frequency".
    -> In every month.
YEARLY with two parts that expand
    They "are applied to the current set of evaluated occurrences in the following order".
    -> What the first took, the second narrows.
A numbered BYDAY beside BYMONTHDAY or BYYEARDAY
    "Limit", and "an offset within the month when the BYMONTH rule part is present", else within the year.
    -> Numbered so, and then narrowed. In a MONTHLY rule always within the month.
Plain and numbered BYDAY together
    "A COMMA-separated list of days."
    -> All days that any of them means.
WEEKLY with BYMONTH, in a week of two months
    "Limit", as from "all days (...) to all days in January".
    -> Each day is asked for its own month.
COUNT=0
    DTSTART "always counts as the first occurrence".
    -> Refused.
The second 60
    "Implementations that do not support leap seconds SHOULD interpret the second 60 as equivalent to the
    second 59" (3.3.5).
    -> So.
"""
