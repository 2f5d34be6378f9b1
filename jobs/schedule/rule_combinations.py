"""Parts of a rule that RFC 5545 (section 3.3.10) forbids together, and those that can be read two ways."""

from collections.abc import Iterator

from jobs.schedule.pattern import Frequency, Pattern

_OTHERS = ("bymonth", "byweekno", "byyearday", "bymonthday", "byday", "byhour", "byminute", "bysecond")
"""What BYSETPOS may pick from."""

_AT_A_TURN_OF_THE_YEAR = {1, 52, 53, -1, -52, -53}


def objection(pattern: Pattern) -> str | None:
    """Return why the RFC forbids it, with the cure; None if it does not."""
    return next(_forbidden(pattern), None)


def readings(pattern: Pattern) -> tuple[str, ...]:
    """Return how it is read where other programs may read it otherwise, with what leaves no doubt."""
    return tuple(_open(pattern))


def _forbidden(pattern: Pattern) -> Iterator[str]:
    freq = pattern.freq
    if pattern.numbers_days and freq not in {Frequency.MONTHLY, Frequency.YEARLY}:
        yield f"a number before a day of BYDAY needs FREQ=MONTHLY or YEARLY, not {freq}: remove the number"
    if pattern.numbers_days and pattern.byweekno:
        yield "a number before a day of BYDAY is not allowed with BYWEEKNO: remove one of the two"
    if pattern.bymonthday and freq is Frequency.WEEKLY:
        yield "BYMONTHDAY is not allowed with FREQ=WEEKLY: use FREQ=MONTHLY, or BYDAY instead"
    if pattern.byyearday and freq in {Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY}:
        yield f"BYYEARDAY is not allowed with FREQ={freq}: use FREQ=YEARLY, or BYMONTH with BYMONTHDAY"
    if pattern.byweekno and freq is not Frequency.YEARLY:
        yield f"BYWEEKNO is not allowed with FREQ={freq}: use FREQ=YEARLY"
    if pattern.bysetpos and not any(getattr(pattern, name) for name in _OTHERS):
        yield "BYSETPOS picks from what other BY parts give, and there is none: add one, or remove BYSETPOS"


def _open(pattern: Pattern) -> Iterator[str]:
    if pattern.freq is Frequency.YEARLY:
        yield from _open_in_a_year(pattern)
    if pattern.numbers_days and (pattern.bymonthday or pattern.byyearday):
        within = "month" if pattern.bymonth or pattern.freq is Frequency.MONTHLY else "year"
        yield f"numbers in BYDAY count weekdays within the {within}, whatever days other parts leave"
    if pattern.bysetpos and _has_several_times(pattern):
        yield "BYSETPOS counts times, not days: to count days, write an entry for each time of day"


def _open_in_a_year(pattern: Pattern) -> Iterator[str]:
    days = [name for name in ("byweekno", "byyearday", "bymonthday") if getattr(pattern, name)]
    together = [*(["bymonth"] if pattern.bymonth and days != ["bymonthday"] else []), *days]
    if days and len(together) > 1:
        named = " and ".join(name.upper() for name in together)
        yield f"{named} are given: a day must meet each of them; if one is enough, write an entry for each"
    if days == ["bymonthday"] and not pattern.bymonth:
        yield "FREQ=YEARLY;BYMONTHDAY without BYMONTH means every month: add BYMONTH, or use FREQ=MONTHLY"
    if days == ["byweekno"] and not pattern.byday:
        yield "BYWEEKNO without BYDAY means the weekday of the start: add BYDAY"
    if pattern.byweekno & _AT_A_TURN_OF_THE_YEAR and not pattern.bymonth:
        yield "BYWEEKNO takes weeks whole, into the next or last year: add BYMONTH to leave those days out"


def _has_several_times(pattern: Pattern) -> bool:
    return any(len(each) > 1 for each in (pattern.byhour, pattern.byminute, pattern.bysecond))
