"""What operators order: it is answered, and it stays."""

import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.campaign.laws.breach import Breach
from tests.campaign.spans import Span, common, joined, without
from tests.campaign.truth import Truth, seconds

ANSWERED_WITHIN = 60.0
"""Seconds within which a request is answered, while a worker and its database are well: a stop waits for the
pass under way in its room, a sweep for the answers about each meeting."""


def requests_answered(truth: Truth) -> Iterator[Breach]:
    """Every request is answered within 60 s in which a worker holds the lease and the database is well."""
    for row in truth.world.database.rows("SELECT * FROM requests ORDER BY id"):
        asked_at = _seconds(row["asked_at"])
        waits = Span(asked_at, _answered_at(truth, row, asked_at))
        chance = max((each.length for each in _well(truth, waits, row["broadcast_id"])), default=0.0)
        if chance > ANSWERED_WITHIN:
            about = f"{row['kind']} {row['broadcast_id']}".strip()
            yield Breach(
                "requests_answered", about, asked_at, f"no answer in {chance:.1f} s: {row['answer']}"
            )


def _answered_at(truth: Truth, row: Any, asked_at: float) -> float:
    return truth.end if row["answered_at"] is None else _true(truth, _seconds(row["answered_at"]), asked_at)


def _true(truth: Truth, dated: float, since: float) -> float:
    """Return the first true instant since then at which the host's clock showed this."""
    steps = [*truth.world.steps, (truth.end, 0.0)]
    shown = [
        dated - ahead for (at, ahead), (until, _) in itertools.pairwise(steps) if at <= dated - ahead <= until
    ]
    return min((at for at in shown if at >= since), default=since)


def _well(truth: Truth, within: Span, show: str) -> Iterator[Span]:
    """Yield when a worker could have answered: up, with its database, and able to decide about the show."""
    hindered = [Span(start, end) for start, end, who in truth.world.troubled if who == "database"]
    hindered += [Span(*each) for each in truth.world.poisoned.get(show, [])]
    for left in without(within, joined(hindered)):
        yield from common(left, truth.up)


def _seconds(text: str) -> float:
    return seconds(datetime.fromisoformat(text))


ORDERS = {
    "requests_answered": requests_answered,
}
