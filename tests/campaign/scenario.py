"""What happens in one world: shows, people, operators, and trouble. All of it follows from the seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tests.campaign.chance import chosen, fraction

MOST_SHOWS = 16

EventKind = Literal[
    "arrive",
    "leave",
    "drop",
    "fail",
    "end",
    "title",
    "cancel",
    "uncancel",
    "ask_stop",
    "ask_sweep",
    "ask_reopen",
    "remove",
    "restore",
    "kill",
    "sigterm",
    "freeze",
    "lose_lease",
    "intruder",
    "clock",
    "unauthorized",
    "block",
    "down",
    "list_lag",
    "stops_ignored",
    "errored",
    "stuck",
    "db_gone",
    "db_full",
    "foreign",
    "poison",
    "rename",
    "rule",
    "lock",
]


QUIET_AFTER = 420.0
"""Seconds after the last end and the last trouble by which everything is proven and looked back at."""


@dataclass(frozen=True, slots=True)
class Show:
    """One broadcast as it is wanted at first. Times are seconds since the beginning of the world."""

    id: str
    starts: int
    ends: int
    at_start: bool = False
    end_session: bool = False
    entry: str | None = None
    """Shared with the other shows of this entry."""
    known_at: int = 0
    called: str = ""
    """The id of its row at first; empty: the same as here."""

    @property
    def row(self) -> str:
        """What its row is called at first."""
        return self.called or self.id


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a show, or to the world."""

    at: float
    kind: EventKind
    show: str = ""
    value: float = 0.0

    @property
    def name(self) -> str:
        """What a shrunk run is told to leave out."""
        return f"{self.kind} {self.show} {self.at:g} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a world is made from."""

    seed: int
    shows: tuple[Show, ...]
    events: tuple[Event, ...]
    rates: dict[str, float]
    flavour: Literal["realtimekit", "dyte"] = "realtimekit"
    quiet_after: float = QUIET_AFTER
    quota: int = 1200
    """Calls in five minutes that the worker allows itself."""
    workers: int = 1
    """How many there are at a time: with more than one, the lease is the database's."""
    by_file: bool = False
    """Whether a schedule file says what is wanted, instead of rows."""
    old: int = 0
    """How many broadcasts have ended long before."""

    @property
    def lasts(self) -> float:
        """Seconds after which everything should long be over and quiet."""
        ends = max((show.ends for show in self.shows), default=0)
        last = max((event.at + _duration(event) for event in self.events), default=0.0)
        return max(ends, last) + self.quiet_after


NETWORK_RATES: dict[str, float] = {
    "unsent": 0.01,
    "lost": 0.01,
    "late_effect": 0.01,
    "too_many": 0.003,
    "too_many_unsaid": 0.001,
    "error_without_effect": 0.01,
    "reply_lost": 0.02,
    "slow": 0.01,
    "cut": 0.01,
    "html": 0.005,
    "empty": 0.005,
    "truncated": 0.005,
    "wrong_typed": 0.005,
    "encoded": 0.005,
    "oversized": 0.002,
    "gateway_404": 0.005,
    "error_5xx": 0.01,
    "unheard": 0.005,
}
DATABASE_RATES: dict[str, float] = {"commit_reply_lost": 0.005, "busy": 0.005}
CRASH_RATE = 0.002
STORM_RATE = 0.4
"""Of one kind of fault that rages by itself."""
SCARCE_QUOTA = 300
ASKING = 0.3
"""The share of the worlds in which operators ask for more than stops."""

AWKWARD = 0.1
"""The share of the worlds in which shows have ids that are words of the worker's own, or no ids at all."""
WORDS = (
    "database",
    "clock",
    "worker",
    "schedule",
    "leaving",
    "account",
    "lock",
    "memory",
    "entry",
    "broadcast",
)
"""Ids that could be taken for something else."""
LONGEST_KEY, LONGEST_ID = 40, 64
RENAMING = 0.5
"""The share of the worlds with a file in which keys or rules change."""
LOCKING = 0.12
"""The share of the worlds in which another session keeps rows locked."""
OLD_WORLDS, OLD, FEW = 0.04, 50_000, 3
"""The share of the worlds of few shows that have a long past, and how many broadcasts have ended there."""

_TROUBLE: tuple[tuple[EventKind, float, float], ...] = (
    ("kill", 1, 40),
    ("kill", 1, 5),
    ("sigterm", 0, 10),
    ("freeze", 3, 60),
    ("lose_lease", 20, 40),
    ("intruder", 0, 0),
    ("clock", -3600, -3600),
    ("clock", 3600, 3600),
    ("clock", -40, 40),
    ("unauthorized", 10, 120),
    ("block", 30, 300),
    ("down", 5, 90),
    ("list_lag", 5, 40),
    ("stops_ignored", 1, 4),
    ("errored", 20, 120),
    ("stuck", 20, 240),
    ("db_gone", 3, 90),
    ("db_full", 3, 60),
    ("foreign", 0, 0),
    ("poison", 60, 400),
)
"""Kind of trouble, and the least and the most of its value: mostly the seconds that it lasts."""


def scenario(seed: int, *, shows: int | None = None) -> Scenario:
    """Return the world of this seed. `shows`: how many, instead of by chance."""
    count = shows or 1 + int(fraction(seed, "shows") ** 1.5 * MOST_SHOWS)
    made = tuple(_show(seed, number, count) for number in range(count))
    calm = fraction(seed, "calm") < 0.1
    events = [event for show in made for event in (*_people(seed, show), *_edits(seed, show))]
    workers = 2 + int(fraction(seed, "how many workers") * 4) if fraction(seed, "workers") < 0.2 else 1
    if not calm:
        events += _trouble(seed, made)
        events += _pauses(seed, made) if workers > 1 else ()
        events += _locks(seed, made)
    events += _asks(seed, made, events)
    by_file = fraction(seed, "by file") < 0.25
    events += _keys_and_rules(seed, made) if by_file else ()
    rates = {} if calm else _rates(seed)
    return Scenario(
        seed=seed,
        shows=tuple(_called(seed, made, by_file=by_file)),
        events=tuple(sorted(events, key=lambda event: (event.at, event.name))),
        rates=rates,
        flavour="dyte" if fraction(seed, "flavour") < 0.2 else "realtimekit",
        quota=SCARCE_QUOTA if fraction(seed, "quota") < 0.25 else 1200,
        workers=workers,
        by_file=by_file,
        old=OLD if count <= FEW and not by_file and fraction(seed, "old") < OLD_WORLDS else 0,
    )


def _called(seed: int, shows: tuple[Show, ...], *, by_file: bool) -> Iterator[Show]:
    """In some worlds each show has an id that is taken for something else, or is as long as can be."""
    if fraction(seed, "awkward") >= AWKWARD:
        yield from shows
        return
    longest = LONGEST_KEY if by_file else LONGEST_ID
    for number, show in enumerate(shows):
        others = (show.id + "x" * (longest - len(show.id)), f"{show.id}--", f"-{show.id}", f"{show.id}.:_")
        called = chosen(others[:2] if by_file else others, seed, show.id, "called")
        is_word = number < len(WORDS) and fraction(seed, show.id, "word") < 0.6
        yield replace(show, called=WORDS[(number + seed) % len(WORDS)] if is_word else called)


def _keys_and_rules(seed: int, shows: tuple[Show, ...]) -> Iterator[Event]:
    """An entry gets another key once, or gains a rule and loses it: as it waits, on air, at its end."""
    for show in shows if fraction(seed, "renaming") < RENAMING else ():
        moments = (show.known_at + 3, show.starts // 2, show.starts, show.starts + 40, show.ends)
        around = chosen(moments, seed, show.id, "rename around")
        at = max(show.known_at + 1.5, around + round(fraction(seed, show.id, "rename at") * 8 - 4, 2))
        draw = fraction(seed, show.id, "rename")
        if draw < 0.3:
            yield Event(at, "rename", show.id)
        elif draw < 0.5:
            lost_at = at + chosen((3, 30, 120), seed, show.id, "rule lost")
            yield Event(at, "rule", show.id, chosen((1, 2), seed, show.id, "rule"))
            yield Event(lost_at, "rule", show.id, chosen((0, 0, 2), seed, show.id, "rule then"))


def _locks(seed: int, shows: tuple[Show, ...]) -> Iterator[Event]:
    """Another session locks a row: rather as something is to be written of it."""
    if fraction(seed, "locks") >= LOCKING:
        return
    for number in range(1 + int(fraction(seed, "how many locks") * 3)):
        show = chosen(shows, seed, "lock show", number)
        around = chosen((show.starts, show.ends, show.known_at + 1), seed, "lock around", number)
        at = max(0.5, around + round(fraction(seed, "lock at", number) * 20 - 10, 2))
        yield Event(at, "lock", show.id, 5 + int(fraction(seed, "lock for", number) * 85))


def _rates(seed: int) -> dict[str, float]:
    """Most worlds have a few kinds of faults, each often; some have all."""
    rates = NETWORK_RATES | DATABASE_RATES
    if fraction(seed, "storm") < 0.1:
        return {chosen(tuple(NETWORK_RATES), seed, "storm of"): STORM_RATE}
    if fraction(seed, "all faults") < 0.3:
        return rates | {"crash": CRASH_RATE}
    few = {kind: rate * 4 for kind, rate in rates.items() if fraction(seed, "kind", kind) < 0.2}
    return few | ({"crash": CRASH_RATE * 5} if fraction(seed, "crashes") < 0.4 else {})


def _show(seed: int, number: int, count: int) -> Show:
    def draw(what: str) -> float:
        return fraction(seed, "show", number, what)

    starts = 60 + int(draw("starts") * (120 + 40 * count))
    length = 60 + int(draw("length") * 240)
    entry = None
    if draw("shared") < 0.2:
        pair = number // 2 * 2
        entry = f"s{pair}"
        starts = 60 + int(fraction(seed, "pair", pair) * 200) + (number - pair) * 420
        if number > pair and fraction(seed, "one after the other", pair) < 0.6:
            starts = _show(seed, pair, count).ends + chosen((0, 3, 20), seed, "gap", pair)
    late = draw("known late") < 0.1
    return Show(
        id=f"b{number}",
        starts=starts,
        ends=starts + length,
        at_start=draw("mode") < 0.4,
        end_session=draw("end session") < 0.3,
        entry=entry,
        known_at=starts + int(draw("how late") * length) - 30 if late else 0,
    )


def _people(seed: int, show: Show) -> Iterator[Event]:
    """Hosts come early, in time, late or never; they leave late, early, or come back."""

    def draw(what: str) -> float:
        return fraction(seed, show.id, what)

    if draw("never") < 0.08:
        return
    comes = show.starts + chosen((-120, -20, 2, 8, 30, 100), seed, show.id, "comes")
    stays = draw("stays")
    leaves = show.ends + 60 if stays < 0.6 else show.starts + int(draw("leaves") * (show.ends - show.starts))
    yield Event(max(1, comes), "arrive", show.id)
    yield Event(max(comes + 20, leaves), "leave", show.id)
    if stays >= 0.6:
        yield Event(leaves + chosen((5, 70, 100), seed, show.id, "back"), "arrive", show.id)
        yield Event(max(show.ends, leaves + 100) + 90, "leave", show.id)
    elif draw("again") < 0.3:
        yield Event(show.ends + chosen((3, 70, 100), seed, show.id, "again when"), "arrive", show.id)
        yield Event(show.ends + 200, "leave", show.id)
    if draw("drops") < 0.25:
        first = show.starts + 40 + int(draw("drop when") * max(1, show.ends - show.starts - 60))
        for again in range(chosen((1, 1, 3), seed, show.id, "drops")):
            yield Event(first + 12 * again, chosen(("drop", "drop", "fail"), seed, show.id, again), show.id)


def _edits(seed: int, show: Show) -> Iterator[Event]:
    def draw(what: str) -> float:
        return fraction(seed, show.id, what)

    inside = show.starts + int(draw("edit when") * (show.ends - show.starts))
    anytime = 20 + int(draw("edit when") * (show.ends - 20))
    edit = draw("edit")
    if edit < 0.12:
        yield Event(inside, "end", show.id, show.ends + chosen((-20, 60, 90), seed, show.id, "end"))
    elif edit < 0.16:
        yield Event(anytime, "cancel", show.id)
        if draw("uncancel") < 0.5:
            yield Event(anytime + chosen((2, 10, 40), seed, show.id, "uncancel when"), "uncancel", show.id)
    elif edit < 0.2:
        yield Event(2 + draw("soon"), "cancel", show.id)
    elif edit < 0.25:
        yield Event(anytime, "ask_stop", show.id)
    elif edit < 0.35:
        yield Event(anytime, "title", show.id)
    elif edit < 0.42:
        yield Event(inside, "remove", show.id)
        yield Event(inside + 25, "restore", show.id)


def _trouble(seed: int, shows: tuple[Show, ...]) -> Iterator[Event]:
    """Trouble likes the moments that matter: preparing, the start, the end."""
    for number in range(int(fraction(seed, "troubles") * (3 + len(shows) / 2))):
        kind, least, most = chosen(_TROUBLE, seed, "trouble", number)
        show = chosen(shows, seed, "trouble show", number)
        around = chosen((show.starts, show.ends, show.ends, 3, show.known_at), seed, "around", number)
        at = max(0.5, around + round(fraction(seed, "trouble at", number) * 30 - 15, 2))
        value = round(least + fraction(seed, "how much", number) * (most - least), 1)
        yield Event(at, kind, show.id, value)


def _asks(seed: int, shows: tuple[Show, ...], events: Sequence[Event]) -> Iterator[Event]:
    """In some worlds operators ask for a sweep, or to reopen what is not there: rather in trouble."""
    if fraction(seed, "asks") >= ASKING:
        return
    wrong = [
        event.at for event in events if event.kind in ("db_gone", "db_full", "kill", "freeze", "lose_lease")
    ]
    for number in range(1 + int(fraction(seed, "how many asks") * 4)):
        show = chosen(shows, seed, "ask show", number)
        around = chosen([show.starts, show.ends, *wrong, *wrong], seed, "ask around", number)
        at = max(1.0, around + round(fraction(seed, "ask at", number) * 12 - 6, 2))
        yield Event(at, chosen(("ask_sweep", "ask_sweep", "ask_reopen"), seed, "asks for", number), show.id)


def _pauses(seed: int, shows: tuple[Show, ...]) -> Iterator[Event]:
    """Whoever holds the lease is paused beyond it, and goes on."""
    for number in range(1 + int(fraction(seed, "pauses") * 3)):
        show = chosen(shows, seed, "pause show", number)
        around = chosen((show.starts, show.ends), seed, "pause around", number)
        at = max(5.0, around - round(fraction(seed, "pause at", number) * 30, 2))
        yield Event(at, "freeze", show.id, 25 + int(fraction(seed, "pause for", number) * 35))


def _duration(event: Event) -> float:
    if event.kind == "clock":
        return 100.0
    return 0.0 if event.kind in ("end", "stops_ignored", "rule") else max(0.0, event.value)
