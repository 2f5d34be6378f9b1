"""What is held against a drill: the simulator's truth, whatever the worker believes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.support.processes import Provider

SEEN_WITHIN = 3.0
"""Seconds for which a stream has to be live for a worker that looks to read it."""
STOPPED_WITHIN = 60.0
"""Seconds after its end, or after a worker is there again, within which a stream is off."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one drill."""

    faults: tuple[str, ...]
    stop_late: float
    """Seconds from the end, or from when a worker was there again, to off air; 0 if it never aired later."""


def judged(
    provider: Provider,
    row: dict[str, Any],
    journal: list[tuple[str, str]],
    back_at: datetime,
    away: float = 0.0,
) -> Judgement:
    """Hold one broadcast titled `Show` against what truly happened.

    `away`: for so many seconds no worker looked; it may have aired meanwhile, and nobody knew.
    """
    history = provider.history("Show")
    faults = _faults(provider, history, row, journal)
    if row["state"] == "missed" and _live_for(history, instant(row["ends_at"])) > SEEN_WITHIN + away:
        faults.append("it aired and is told as missed")
    return Judgement(tuple(faults), _late(history, instant(row["ends_at"]), back_at))


def _faults(
    provider: Provider, history: list[dict[str, Any]], row: dict[str, Any], journal: list[tuple[str, str]]
) -> list[str]:
    used = {each["meeting_id"] for each in history if each["kind"] in ("session.started", "stream.started")}
    starts = [instant(each["at"]) for each in history if each["kind"] == "stream.started"]
    open_ = [each for each in provider.meetings("Show") if each["status"] == "ACTIVE" or each["on_air"]]
    found = {
        f"{len(used)} meetings were used": len(used) > 1,
        "another meeting was used than the adopted one": bool(used - {row["meeting_id"]}),
        "on air before its start": any(at < instant(row["starts_at"]) for at in starts),
        "something can still be entered, or is on air": bool(open_),
        f"the run is {row['state']}": row["state"] not in ("ended", "missed"),
        "the journal has a gap": not _unbroken(journal),
    }
    return [name for name, is_so in found.items() if is_so]


def _live_for(history: list[dict[str, Any]], ends_at: datetime) -> float:
    """Return for how many seconds of its window it was live."""
    live = [instant(each["at"]) for each in history if each["kind"] == "stream.live"]
    off = [instant(each["at"]) for each in history if each["kind"] == "stream.off"]
    return (min(off[-1], ends_at) - live[0]).total_seconds() if live and off else 0.0


def _late(history: list[dict[str, Any]], ends_at: datetime, back_at: datetime) -> float:
    off = [instant(each["at"]) for each in history if each["kind"] == "stream.off"]
    return max(0.0, (off[-1] - max(ends_at, back_at)).total_seconds()) if off else 0.0


def _unbroken(journal: list[tuple[str, str]]) -> bool:
    states = ["", *(after for _, after in journal)]
    return [before for before, _ in journal] == states[:-1]


def instant(text: str) -> datetime:
    """Return the instant that a text says."""
    return datetime.fromisoformat(text)
