"""The log of what people and schedules ordered, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from worker.store.records import Event, Request, Revision


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did."""

    at: datetime
    who: str
    about: str
    """The broadcast; empty: it is about none."""
    what: str


def log(
    orders: Iterable[Event], requests: Iterable[Request], revisions: Iterable[Revision]
) -> tuple[Entry, ...]:
    """Return what was ordered, whoever wrote it down where."""
    found = [*_of_orders(orders), *_of_requests(requests), *_of_revisions(revisions)]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _of_orders(orders: Iterable[Event]) -> Iterator[Entry]:
    for each in orders:
        what = each.why if each.kind == "order" else f"resolved the alert {each.before}: {each.why}"
        yield Entry(each.at, each.who, each.broadcast_id, what)


def _of_requests(requests: Iterable[Request]) -> Iterator[Entry]:
    for each in requests:
        asked = " ".join(filter(None, (each.kind, each.argument)))
        answer = each.answer if each.answer is not None else "no worker has picked it up yet"
        yield Entry(each.asked_at, each.by, each.broadcast_id, f"asked for `{asked}`: {answer}")


def _of_revisions(revisions: Iterable[Revision]) -> Iterator[Entry]:
    for each in revisions:
        yield Entry(each.applied_at, each.by, "", f"put schedule {each.number} in force")
