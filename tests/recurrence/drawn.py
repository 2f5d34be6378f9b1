"""A rule, its start and its zone, from a seed: of every combination that is legal, and some that are not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

from tests.support.rfc5545 import membership, text
from tests.support.rfc5545.clocks import clocks_of
from tests.support.rfc5545.recurrence_set import wall_of

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Santiago",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Africa/Casablanca",
    "Africa/Cairo",
)
FREQUENCIES = {"HOURLY": 1, "DAILY": 3, "WEEKLY": 4, "MONTHLY": 4, "YEARLY": 5}
"""Each with its share of the rules."""
FIRST_START = datetime(1995, 1, 1)  # noqa: DTZ001 - a local time
START_DAYS = 365 * 30
LOOKED_AHEAD = 86400 * 366 * 8

BY_DATE: Mapping[str, Sequence[str]] = {
    "HOURLY": ["BYMONTH", "BYYEARDAY", "BYMONTHDAY", "BYDAY"],
    "DAILY": ["BYMONTH", "BYMONTHDAY", "BYDAY"],
    "WEEKLY": ["BYMONTH", "BYDAY"],
    "MONTHLY": ["BYMONTH", "BYMONTHDAY", "BYDAY"],
    "YEARLY": ["BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY"],
}
"""The parts about days that the table of section 3.3.10 gives to a frequency."""
BOUNDS = {
    "BYMONTH": (1, 12),
    "BYWEEKNO": (1, 53),
    "BYYEARDAY": (1, 366),
    "BYMONTHDAY": (1, 31),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 60),
    "BYSETPOS": (1, 366),
}
SIGNED = {"BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYSETPOS"}
PROBABILITY = {"BYDAY": 0.5, "BYMONTHDAY": 0.3, "BYMONTH": 0.3, "BYWEEKNO": 0.25, "BYYEARDAY": 0.2}


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared."""

    seed: int
    rule: str
    start: datetime
    """By the local clock."""
    zone: str


def case(seed: int) -> Case:
    chance = Random(f"recurrence {seed}")  # noqa: S311 - a case must repeat itself
    zone = chance.choice(ZONES)
    start = _start(chance, zone)
    parts = _parts(chance)
    if chance.random() < 0.12:
        chance.choice(SPOILT)(parts, chance)
        return Case(seed, _written(parts, chance), start, zone)
    start = _in_step(parts, start) if chance.random() < 0.6 else start
    _bound(parts, start, zone, chance)
    return Case(seed, _written(parts, chance), start, zone)


def _start(chance: Random, zone: str) -> datetime:
    """Return any local time, one at an edge of a year or a month, or one beside a change of clocks."""
    day = FIRST_START + timedelta(days=chance.randrange(START_DAYS))
    kind = chance.random()
    changes = [each for each in clocks_of(zone).changes if wall_of(FIRST_START) < each < wall_of(day)]
    if kind < 0.15 and changes:
        near = chance.choice(changes[-40:]) - chance.randrange(-4, 9) * 1800 - 900 * chance.randrange(2)
        return datetime.fromtimestamp(near, UTC).replace(tzinfo=None)
    if kind < 0.35:
        edges = ["12-29", "12-31", "01-01", "01-03", "02-28", "03-31", "04-30", "10-31"]
        day = datetime.fromisoformat(f"{day.year}-{chance.choice(edges)}")
    if kind > 0.97:
        day = datetime.fromisoformat(f"{2000 + 4 * chance.randrange(7)}-02-29")
    hour = chance.choice([0, 1, 2, 2, 3, 9, 12, 18, 18, 20, 23])
    return day + timedelta(hours=hour, minutes=chance.choice([0, 0, 0, 15, 30, 45, 59]))


def _parts(chance: Random) -> dict[str, str]:
    """Return a rule without an end, by the name of each part."""
    freq = chance.choices(tuple(FREQUENCIES), tuple(FREQUENCIES.values()))[0]
    parts = {"FREQ": freq}
    if chance.random() < 0.5:
        parts["INTERVAL"] = str(chance.choice([1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 12, 13, 18, 24, 25, 100]))
    for name in BY_DATE[freq]:
        if chance.random() < PROBABILITY[name]:
            parts[name] = _days(parts, chance) if name == "BYDAY" else _numbers(name, chance)
    _add_times(parts, chance)
    if any(name.startswith("BY") for name in parts) and chance.random() < 0.25:
        parts["BYSETPOS"] = _positions(chance)
    if chance.random() < 0.3:
        parts["WKST"] = chance.choice(["MO", "SU", "SU", "SU", "SA", "TU", "WE", "TH", "FR"])
    return parts


def _numbers(name: str, chance: Random) -> str:
    least, most = BOUNDS[name]
    edges = [1, 2, most, most - 1]
    drawn = [
        chance.choice(edges) if chance.random() < 0.2 else chance.randint(least, most)
        for _ in range(chance.choice([1, 1, 2, 3, 5]))
    ]
    signed = [-number if name in SIGNED and chance.random() < 0.35 else number for number in drawn]
    return ",".join(map(str, signed))


def _days(parts: Mapping[str, str], chance: Random) -> str:
    """Return plain weekdays, numbered ones, or both together, as the frequency allows."""
    may_be_numbered = parts["FREQ"] == "MONTHLY" or (parts["FREQ"] == "YEARLY" and "BYWEEKNO" not in parts)
    share = chance.choice([0.0, 0.5, 1.0]) if may_be_numbered else 0.0
    most = 5 if parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts else 53
    return ",".join(
        (_number(chance, most) if chance.random() < share else "") + weekday
        for weekday in chance.choices(text.WEEKDAYS, k=chance.choice([1, 1, 2, 3, 4]))
    )


def _number(chance: Random, most: int) -> str:
    return chance.choice(["", "+", "-"]) + str(chance.choice([1, 2, most, chance.randint(1, most)]))


def _add_times(parts: dict[str, str], chance: Random) -> None:
    if chance.random() < (0.6 if parts["FREQ"] == "HOURLY" else 0.15):
        hours = chance.sample([0, 1, 2, 3, 6, 9, 12, 14, 18, 21, 23], k=chance.choice([1, 2, 3]))
        hours = chance.choice([hours, hours, hours, [0, 1], [2, 3]])  # Clocks change between these.
        parts["BYHOUR"] = ",".join(map(str, hours))
    if chance.random() < 0.1:
        minutes = chance.sample([0, 5, 15, 30, 45, 59], k=chance.choice([1, 2]))
        parts["BYMINUTE"] = ",".join(map(str, minutes))
    if chance.random() < 0.02:
        parts["BYSECOND"] = chance.choice(["0", "30", "0,30", "59,60"])


def _positions(chance: Random) -> str:
    small = [1, 1, 2, 3, -1, -1, -2, 4, 5, 10, -7, 40, 366, -366]
    return ",".join(map(str, chance.choices(small, k=chance.choice([1, 1, 2, 3]))))


def _in_step(parts: Mapping[str, str], start: datetime) -> datetime:
    """Return the first local time of the rule from the start on, if there is one soon."""
    first = next(_walls(parts, start), None)
    return _local(first) if first is not None else start


def _walls(parts: Mapping[str, str], start: datetime) -> Iterator[membership.Wall]:
    rule = text.read(";".join(f"{name}={value}" for name, value in parts.items()))
    return membership.local_times(rule, wall_of(start), wall_of(start), wall_of(start) + LOOKED_AHEAD)


def _local(wall: membership.Wall) -> datetime:
    return datetime.fromtimestamp(wall, UTC).replace(tzinfo=None)


def _bound(parts: dict[str, str], start: datetime, zone: str, chance: Random) -> None:
    """Add COUNT, or UNTIL in one of its forms: anywhere, or just at one of the first occurrences."""
    kind = chance.random()
    if kind < 0.2:
        parts["COUNT"] = str(chance.choice([1, 2, 3, 10, 25, 100, 999]))
    if 0.2 <= kind < 0.45:
        end = start + timedelta(hours=chance.randrange(24 * 365 * chance.choice([1, 3, 20])))
        if chance.random() < 0.5:
            end = _local(chance.choice([*islice(_walls(parts, start), 30), wall_of(end)]))
        parts["UNTIL"] = _until(end, zone, chance)


def _until(end: datetime, zone: str, chance: Random) -> str:
    form = chance.randrange(3)
    if form == 0:
        return f"{end:%Y%m%d}"
    if form == 1:
        return f"{end:%Y%m%dT%H%M%S}"
    return f"{_local(clocks_of(zone).instant(wall_of(end))):%Y%m%dT%H%M%SZ}"


def _written(parts: Mapping[str, str], chance: Random) -> str:
    named = [f"{name}={value}" for name, value in parts.items()]
    if chance.random() < 0.1:
        chance.shuffle(named)
    return ";".join(named)


def _foreign_part(parts: dict[str, str], chance: Random) -> None:
    """Add a part about days whatever the frequency."""
    name = chance.choice([each for each in BY_DATE["YEARLY"] if each != "BYDAY"])
    parts[name] = _numbers(name, chance)


def _numbered_day(parts: dict[str, str], chance: Random) -> None:
    parts["BYDAY"] = f"{_number(chance, 5)}{chance.choice(text.WEEKDAYS)},MO"


def _both_ends(parts: dict[str, str], _: Random) -> None:
    parts.update(COUNT="10", UNTIL="20300101T000000Z")


def _position_alone(parts: dict[str, str], chance: Random) -> None:
    for name in [each for each in parts if each.startswith("BY")]:
        del parts[name]
    parts["BYSETPOS"] = _positions(chance)


def _out_of_range(parts: dict[str, str], chance: Random) -> None:
    name, (least, most) = chance.choice(tuple(BOUNDS.items()))
    beyond = [str(most + 1), f"-{most + 1}", *(["0"] if least else ["-1"])]
    parts[name] = chance.choice(beyond)
    parts.setdefault("BYHOUR", "9")


def _malformed(parts: dict[str, str], chance: Random) -> None:
    name, value = chance.choice(
        [
            ("INTERVAL", "0"),
            ("COUNT", "0"),
            ("BYDAY", ""),
            ("BYDAY", "MO,,TU"),
            ("BYDAY", "54MO"),
            ("BYMONTH", "JAN"),
            ("WKST", "1MO"),
            ("BYWEEKDAY", "MO"),
            ("UNTIL", "20270230"),
            ("FREQ", "FORTNIGHTLY"),
            ("FREQ", "MINUTELY"),
            ("FREQ", "SECONDLY"),
            ("BYMINUTE", ",".join(map(str, range(0, 60, 2)))),
        ]
    )
    parts[name] = value


SPOILT: Sequence[Callable[[dict[str, str], Random], None]] = (
    _foreign_part,
    _foreign_part,
    _numbered_day,
    _both_ends,
    _position_alone,
    _out_of_range,
    _malformed,
)
