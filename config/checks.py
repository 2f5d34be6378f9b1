"""What only the calendar shows: rules that never fire, changes of nothing, windows that cannot be."""

from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta

from config.entry_model import Written
from config.lengths import note_lengths
from config.problems import Place, Problems
from jobs.model import Broadcast, GoLive, RoomUse
from jobs.schedule import local_time
from jobs.schedule.clock_changes import changing_clocks
from jobs.schedule.entry import Change, Entry, suffix_of
from jobs.schedule.local_time import zone_of
from jobs.schedule.recurrence import Cause, collision, has, id_of, left_out
from jobs.schedule.rule import Rule
from jobs.schedule.slots import first as first_of

LOOK_AHEAD = timedelta(days=366)
"""So far ahead occurrences are looked at one by one."""
_USUAL = {each.name: each.default for each in fields(Broadcast)}
_NEAR = timedelta(days=7)
_DAY = timedelta(days=1)


def check(written: Written, since: datetime | None, problems: Problems) -> None:
    """Note what is wrong with an entry whose values are all readable.

    `since`: occurrences before it are nobody's concern any more; None: from the start on.
    """
    entry = written.entry
    _doors(written, problems)
    if entry.calendar:  # What is in it, only reading it shows.
        return
    if not (_end(written, problems) and _rule(written, problems)):
        return
    _exceptions(written, problems)
    if not (_also(written, problems) and _changes(written, problems)):
        return
    begin = max(
        local_time.instant(entry.start, zone_of(entry.zone)), since or datetime.min.replace(tzinfo=UTC)
    )
    _shared(written, begin, problems)
    note_lengths(written, problems)
    _clock_changes(written, begin, problems)


def _end(written: Written, problems: Problems) -> bool:
    """Whether the entry ends after it starts."""
    wrong = _wrong_end(written.entry)
    if wrong:
        problems.error(written.place("end"), wrong)
    return wrong is None


def _wrong_end(entry: Entry) -> str | None:
    if isinstance(entry.end, datetime) and (entry.repeat or entry.also):
        return "a full end is for a single occurrence only: write a duration, or a time such as 19:00"
    if isinstance(entry.end, time) and entry.end == entry.own_wall.time():
        return "ends at its start: write a later end, or `duration: 24h`"
    return None if entry.repeat else _wrong_window(entry, entry.key)


def _wrong_window(entry: Entry, known_as: str) -> str | None:
    try:
        left = left_out(entry, known_as)
    except ValueError as problem:
        return f"{known_as} {problem}"
    return f"{known_as}: {left.why}; move one, or skip it" if left and left.cause is Cause.TAKEN else None


def _clock_changes(written: Written, begin: datetime, problems: Problems) -> None:
    """Note times that are missing or come twice, where it is written when that one starts."""
    found = changing_clocks(written.entry, begin, begin + LOOK_AHEAD)
    places = _starts(written) if found else {}
    for each in found:
        place = places.get(each.broadcast.id.partition("@")[2], written.place("start"))
        for text in each.remarks:
            problems.warning(place, f"{each.broadcast.id}: {text}", "clock-change")


def _starts(written: Written) -> dict[str, Place]:
    """Return where the starts of extra and of moved occurrences are written, by their suffixes."""
    entry, zone = written.entry, zone_of(written.entry.zone)
    walls = [local_time.wall(each, zone) for each in entry.also]
    extra = {suffix_of(wall): written.item("also", number) for number, wall in enumerate(walls)}
    moved = [suffix for suffix, change in entry.changes.items() if change.start]
    return extra | {suffix: written.place("change", suffix, "start") for suffix in moved}


def _rule(written: Written, problems: Problems) -> bool:
    """Whether the rule ever fires."""
    entry, rule = written.entry, written.entry.repeat
    if rule is None:
        if entry.exceptions:
            problems.error(written.place("except"), "exceptions need a `repeat`")
        return not entry.exceptions
    start = entry.first_wall
    first = rule.first(start)
    if first is None or not rule.reaches(first, local_time.instant(first, zone_of(entry.zone))):
        problems.error(written.place("repeat"), _never(rule, first), "never-fires")
        return False
    if first != start and (begins := first_of(entry)):
        text = f"the start does not match the rule: the first occurrence is {begins.start:%Y-%m-%dT%H:%M}"
        problems.warning(written.place("start"), text)
    for text in rule.remarks:
        problems.warning(written.place("repeat"), text, "two-readings")
    return True


def _never(rule: Rule, first: datetime | None) -> str:
    if first is None:
        return f"{rule.text} never fires"
    return f"{rule.text} never fires: it ends before {first:%Y-%m-%dT%H:%M}, which would be the first"


def _exceptions(written: Written, problems: Problems) -> None:
    entry = written.entry
    start = entry.first_wall
    for number, each in enumerate(entry.exceptions):
        if not isinstance(each, date):
            continue  # Holidays are meant whether one falls on an occurrence or not.
        since, to = _span(each)
        if entry.repeat and next(entry.repeat.walls(start, since, to), None) is None:
            problems.warning(
                written.item("except", number), f"{_written(each)} is not an occurrence of the rule"
            )


def _span(exception: date | datetime) -> tuple[datetime, datetime]:
    if isinstance(exception, datetime):
        return exception, exception
    midnight = datetime.combine(exception, time(0))
    return midnight, midnight + _DAY - timedelta(seconds=1)


def _written(moment: date | datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}" if isinstance(moment, datetime) else moment.isoformat()


def _also(written: Written, problems: Problems) -> bool:
    """Whether the extra occurrences are extra."""
    entry, zone = written.entry, zone_of(written.entry.zone)
    walls = [local_time.wall(each, zone) for each in entry.also]
    firsts = {wall: number for number, wall in reversed(list(enumerate(walls)))}
    twice = [n for n, wall in enumerate(walls) if firsts[wall] < n or _regular(entry, wall)]
    for number in twice:
        problems.error(written.item("also", number), f"{_written(walls[number])} is already an occurrence")
    return not twice


def _regular(entry: Entry, wall: datetime) -> bool:
    if entry.repeat is None or entry.excepts(wall):
        return entry.repeat is None and wall == entry.first_wall
    return next(entry.repeat.walls(entry.first_wall, wall, wall), None) is not None


def _changes(written: Written, problems: Problems) -> bool:
    """Whether each change is of something, and leaves a window."""
    right = True
    for suffix, change in written.entry.changes.items():
        if problems.too_many:  # Looking for what was meant by each takes long.
            return False
        if text := _wrong_change(written.entry, suffix, change):
            problems.error(written.place("change", suffix), text)
            right = False
    return right


def _wrong_change(entry: Entry, suffix: str, change: Change) -> str | None:
    if not has(entry, suffix):
        return f"no such occurrence: {id_of(entry, suffix)}{_instead(entry, suffix)}"
    if "account" in change.options and entry.options.get("room") is RoomUse.SHARED:
        return "the account of a shared room cannot change for one occurrence"
    return _wrong_window(entry, id_of(entry, suffix))


def _instead(entry: Entry, suffix: str) -> str:
    """Return what was likely meant, or why there is none."""
    if left := left_out(entry, id_of(entry, suffix)):
        return f" is left out: {left.why}; `also` adds one"
    near = _nearest(entry, suffix)
    return f"; did you mean {near}?" if near else ""


def _nearest(entry: Entry, suffix: str) -> str | None:
    """Return the suffix of the occurrence that was likely meant."""
    day = datetime.combine(date.fromisoformat(suffix[:10]), time(0))
    zone = zone_of(entry.zone)
    extra = (local_time.wall(each, zone) for each in entry.also)
    walls = [wall for wall in extra if abs(wall - day) <= _NEAR + _DAY]
    if entry.repeat:
        walls += entry.repeat.walls(entry.first_wall, day - _NEAR, day + _NEAR)
    forms = [form for wall in walls for form in (f"{wall:%Y-%m-%d}", suffix_of(wall)) if has(entry, form)]
    near = [form for form in forms if abs(datetime.fromisoformat(form[:10]) - day) <= _NEAR]
    return min(near, key=lambda form: abs(datetime.fromisoformat(form[:10]) - day), default=None)


def _doors(written: Written, problems: Problems) -> None:
    """Note doors that never open, or that open before there is a meeting."""
    entry = written.entry
    at_start = entry.options.get("go_live") is GoLive.AT_START
    doors = entry.options.get("doors", _USUAL["doors"])
    if written.own("doors") and not at_start:
        problems.error(written.place("doors"), "`doors` needs `go_live: at_start`: remove it, or add that")
    elif at_start and doors > entry.options.get("prepare", _USUAL["prepare"]):
        problems.error(
            written.place("doors"), "doors open before the meeting is created: make `prepare` longer"
        )


def _shared(written: Written, begin: datetime, problems: Problems) -> None:
    """Note occurrences that would be in one room at the same time."""
    if written.entry.options.get("room") is not RoomUse.SHARED:
        return
    found = collision(written.entry, begin, begin + LOOK_AHEAD)
    if found:
        ids = " and ".join(each.id for each in found)
        problems.error(
            written.place("room"), f"{ids} overlap and cannot share a room: use `room: own`", "room-collision"
        )
