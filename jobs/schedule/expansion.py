"""From a pattern to wall times (RFC 5545, section 3.3.10): interval by interval, from anywhere in time."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import gcd

from jobs.schedule.calendar_days import LAST_DAY, Days, month_of, weekday
from jobs.schedule.pattern import SLOTS_A_DAY, Frequency, Pattern

CYCLE = 146_097
"""Days in 400 years, after which dates, leap years and weekdays repeat: nothing is looked for beyond."""

_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def expansion(pattern: Pattern, start: datetime) -> "Expansion":
    """Return what a pattern makes of a start."""
    return Expansion(pattern, start)


class Expansion:
    """The wall times (naive) of a pattern begun at a start of whole seconds.

    What the RFC leaves open is read thus. A start that is not in the rule is no occurrence, and COUNT does
    not count it. A week belongs to one year, that of its fourth day, with all its days; INTERVAL counts such
    years where BYWEEKNO is given. Of several parts that name dates all must hold; a number before a weekday
    counts within the month, or within the year where FREQ=YEARLY stands without BYMONTH, also where another
    part limits it. FREQ=WEEKLY with BYMONTH takes those days of a week that lie in the month. BYSETPOS counts
    times, not days, in the whole of an interval, and so also those before the start. FREQ=HOURLY and
    MINUTELY count by the local clock. A time that a change of clocks leaves out is not dropped (3.3.10) but
    moved (3.3.5), which `local_time` does.
    """

    def __init__(self, pattern: Pattern, start: datetime) -> None:
        self._start = start
        self._pattern = pattern.completed(start)
        self._days = Days(self._pattern)
        self._times = self._pattern.times()
        self._fires = self._ever_fires()

    def walls(self, since: datetime, to: datetime) -> Iterator[datetime]:
        """Yield those from `since` to `to`, both included, and at most for 400 years."""
        since = max(since, self._start)
        if not self._fires or since > to:
            return
        begin = since.toordinal()
        for wall in self._on_days(begin, min(to.toordinal(), begin + CYCLE, LAST_DAY)):
            if wall > to:
                return
            if wall >= since:
                yield wall

    def _on_days(self, begin: int, end: int) -> Iterator[datetime]:
        """Yield in order those from one day to another, and some before and after."""
        match self._pattern.freq:
            case Frequency.HOURLY | Frequency.MINUTELY:
                return self._by_slots(begin, end)
            case Frequency.DAILY:
                return self._by_days(begin, end)
            case _:
                return self._by_intervals(begin, end)

    def _by_intervals(self, begin: int, end: int) -> Iterator[datetime]:
        """Yield times in years, months or weeks, each of them looked at whole."""
        first = self._days.interval_of(self._start.toordinal())
        nearest = self._days.interval_of(begin)
        nearest += (first - nearest) % self._pattern.interval
        for number in range(nearest, self._days.interval_of(end) + 1, self._pattern.interval):
            yield from self._of_interval(self._days.of_interval(number))

    def _of_interval(self, days: Sequence[int]) -> Iterator[datetime]:
        times = self._times
        if not self._pattern.bysetpos:
            yield from (datetime.fromordinal(day) + time for day in days for time in times)
            return
        for place in self._pattern.places(len(days) * len(times)):
            yield datetime.fromordinal(days[place // len(times)]) + times[place % len(times)]

    def _by_days(self, begin: int, end: int) -> Iterator[datetime]:
        first, interval = self._start.toordinal(), self._pattern.interval
        for day in self._days_between(begin, end):
            if (day - first) % interval == 0:
                midnight = datetime.fromordinal(day)
                for time in self._times:
                    yield midnight + time

    def _by_slots(self, begin: int, end: int) -> Iterator[datetime]:
        """Yield times in hours or minutes, each INTERVAL of them from the start."""
        allowed, slot = self._pattern.slots(), _DAY // SLOTS_A_DAY[self._pattern.freq]
        for day in self._days_between(begin, end):
            midnight, in_step = datetime.fromordinal(day), self._slots_in_step(day)
            for number in in_step if isinstance(allowed, range) else allowed:
                if number in in_step:
                    for time in self._times:
                        yield midnight + number * slot + time

    def _slots_in_step(self, day: int) -> range:
        slots, interval = SLOTS_A_DAY[self._pattern.freq], self._pattern.interval
        passed = slots * (day - self._start.toordinal()) - self._slot_of_start()
        return range(-passed % interval, slots, interval)

    def _slot_of_start(self) -> int:
        midnight = datetime.fromordinal(self._start.toordinal())
        return (self._start - midnight) // (_DAY // SLOTS_A_DAY[self._pattern.freq])

    def _days_between(self, begin: int, end: int) -> Iterator[int]:
        month = month_of(begin)
        yield from (day for day in self._days.of_month(month) if day >= begin)
        for each in range(month + 1, month_of(end) + 1):
            yield from self._days.of_month(each)

    def _ever_fires(self) -> bool:
        """Whether it may fire: False is certain, and spares a search through centuries."""
        if self._pattern.freq in SLOTS_A_DAY:
            return bool(self._times) and self._meets()
        most = {Frequency.WEEKLY: len(self._pattern.byday), Frequency.MONTHLY: 31}
        picks = self._pattern.places(most.get(self._pattern.freq, 371) * len(self._times))
        return bool(picks or not self._pattern.bysetpos)

    def _meets(self) -> bool:
        """Whether steps of INTERVAL, which repeat on a later week, ever meet a weekday and time of day."""
        slots = SLOTS_A_DAY[self._pattern.freq]
        step = gcd(self._pattern.interval, 7 * slots)
        passed = weekday(self._start.toordinal()) * slots + self._slot_of_start()
        days = {each.day for each in self._pattern.byday} or range(7)
        return any(
            (day * slots + slot - passed) % step == 0 for slot in self._pattern.slots() for day in days
        )
