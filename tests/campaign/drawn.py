"""The world of a seed: its shows, what happens to them, and its faults. All of it follows from the seed."""

from collections.abc import Iterator
from dataclasses import replace

from tests.campaign.database import DATABASE_RATES
from tests.campaign.network import NETWORK_RATES
from tests.campaign.scenario import LONGEST_ID, LONGEST_KEY, Event, Scenario, Show
from tests.campaign.world.happenings import TROUBLE, edits, keys, locks, orders, people, workers
from worker.rehearsal.chance import chosen, fraction

MOST_SHOWS = 16
CRASH_RATE = 0.002
STORM_RATE = 0.4
"""Of one kind of fault that rages by itself."""
SCARCE_QUOTA = 300
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
MAY_RUN_OVER = 0.15
OVERRUNS = (20, 120, 420)
"""Seconds by which some shows may run over: less than one step, and more than one."""
OLD_WORLDS, OLD, FEW = 0.04, 50_000, 3
"""The share of the worlds of few shows that have a long past, and how many broadcasts have ended there."""


def scenario(seed: int, *, shows: int | None = None) -> Scenario:
    """Return the world of this seed. `shows`: how many, instead of by chance."""
    count = shows or 1 + int(fraction(seed, "shows") ** 1.5 * MOST_SHOWS)
    made = tuple(_show(seed, number, count) for number in range(count))
    calm = fraction(seed, "calm") < 0.1
    at_a_time = _workers(seed)
    by_file = fraction(seed, "by file") < 0.25
    events = _events(seed, made, calm=calm, several=at_a_time > 1, by_file=by_file)
    return Scenario(
        seed=seed,
        shows=tuple(_called(seed, made, by_file=by_file)),
        events=tuple(sorted(events, key=lambda event: (event.at, event.name))),
        rates={} if calm else _rates(seed),
        flavour="dyte" if fraction(seed, "flavour") < 0.2 else "realtimekit",
        quota=SCARCE_QUOTA if fraction(seed, "quota") < 0.25 else 1200,
        workers=at_a_time,
        by_file=by_file,
        old=OLD if count <= FEW and not by_file and fraction(seed, "old") < OLD_WORLDS else 0,
    )


def _workers(seed: int) -> int:
    return 2 + int(fraction(seed, "how many workers") * 4) if fraction(seed, "workers") < 0.2 else 1


def _events(seed: int, shows: tuple[Show, ...], *, calm: bool, several: bool, by_file: bool) -> list[Event]:
    """Return everything that happens: what a new subject of happenings draws is added here."""
    events = [event for show in shows for event in (*people.drawn(seed, show), *edits.drawn(seed, show))]
    if not calm:
        events += _trouble(seed, shows)
        events += workers.drawn(seed, shows) if several else ()
        events += locks.drawn(seed, shows)
    events += orders.drawn(seed, shows, events)
    events += keys.drawn(seed, shows) if by_file else ()
    return events


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
        overrun=chosen(OVERRUNS, seed, "overrun", number) if draw("may run over") < MAY_RUN_OVER else 0,
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


def _trouble(seed: int, shows: tuple[Show, ...]) -> Iterator[Event]:
    """Trouble likes the moments that matter: preparing, the start, the end."""
    for number in range(int(fraction(seed, "troubles") * (3 + len(shows) / 2))):
        kind, least, most = chosen(TROUBLE, seed, "trouble", number)
        show = chosen(shows, seed, "trouble show", number)
        around = chosen((show.starts, show.ends, show.ends, 3, show.known_at), seed, "around", number)
        at = max(0.5, around + round(fraction(seed, "trouble at", number) * 30 - 15, 2))
        value = round(least + fraction(seed, "how much", number) * (most - least), 1)
        yield Event(at, kind, show.id, value)


def _rates(seed: int) -> dict[str, float]:
    """Most worlds have a few kinds of faults, each often; some have all."""
    rates = NETWORK_RATES | DATABASE_RATES
    if fraction(seed, "storm") < 0.1:
        return {chosen(tuple(NETWORK_RATES), seed, "storm of"): STORM_RATE}
    if fraction(seed, "all faults") < 0.3:
        return rates | {"crash": CRASH_RATE}
    few = {kind: rate * 4 for kind, rate in rates.items() if fraction(seed, "kind", kind) < 0.2}
    return few | ({"crash": CRASH_RATE * 5} if fraction(seed, "crashes") < 0.4 else {})
