"""The workers: which run, or ran, since when, when they were last heard, and what they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from worker.leases.contract import LEASE
from worker.store.standings import SILENT_AFTER, LeaseRecord, Worker
from worker.view.instants import local
from worker.view.table import Table

HEADINGS = ("worker", "is", "since", "last heard", "version", "holds")


class Presence(StrEnum):
    """Whether a worker is there."""

    WORKING = "working"
    SILENT = "silent"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Holding:
    """A quota group that is held."""

    quota_group: str
    term: int
    renewed_at: datetime | None
    """By the database's clock; None where nothing is to be renewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWorker:
    """A worker in the list; programs are told each field by its name."""

    id: str
    state: Presence
    host: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    left_at: datetime | None
    holds: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Whether a worker works."""

    text: str
    is_wrong: bool = True
    """Whether the operator has to see to it."""


def duty(workers: Sequence[Worker], now: datetime, zone: tzinfo | None = None) -> Duty:
    """Return whether any of these works, and else since when none does."""
    seen_at = max((each.seen_at for each in workers if not each.left_at), default=None)
    left_at = max((each.left_at for each in workers if each.left_at), default=None)
    heard = [each for each in (seen_at, left_at) if each]
    if not heard:
        return Duty("no worker has ever run here: start one with `cuelight run`")
    if seen_at is None or _is_silent(seen_at, now):
        return Duty(f"no worker since {local(max(heard), zone)}: start one with `cuelight run`")
    silent = max(0, int((now - seen_at).total_seconds()))
    return Duty(f"worker running; last heard from {silent} s ago", is_wrong=False)


def listed(
    workers: Iterable[Worker], terms: Sequence[LeaseRecord], now: datetime
) -> tuple[ListedWorker, ...]:
    """Return the list of these workers, in their order."""
    return tuple(_listed(each, terms, now) for each in workers)


def table(workers: Iterable[ListedWorker], zone: tzinfo | None = None) -> Table:
    """Return the list as a table."""
    return Table(HEADINGS, tuple(_cells(each, zone) for each in workers))


def _listed(worker: Worker, terms: Sequence[LeaseRecord], now: datetime) -> ListedWorker:
    state = _state(worker, now)
    held = [each for each in terms if each.holder == worker.id and state is not Presence.GONE]
    return ListedWorker(
        id=worker.id,
        state=state,
        host=worker.host,
        pid=worker.pid,
        version=worker.version,
        started_at=worker.started_at,
        seen_at=worker.seen_at,
        left_at=worker.left_at,
        holds=tuple(map(_holding, held)),
    )


def _holding(term: LeaseRecord) -> Holding:
    renewed_at = term.expires_at - timedelta(seconds=LEASE) if term.expires_at else None
    return Holding(term.quota_group, term.term, renewed_at)


def _state(worker: Worker, now: datetime) -> Presence:
    if worker.left_at:
        return Presence.GONE
    return Presence.SILENT if _is_silent(worker.seen_at, now) else Presence.WORKING


def _is_silent(seen_at: datetime, now: datetime) -> bool:
    return now - seen_at > SILENT_AFTER


def _cells(worker: ListedWorker, zone: tzinfo | None) -> tuple[str, ...]:
    held = ", ".join(_held(each, zone) for each in worker.holds)
    instants = (local(worker.started_at, zone), local(worker.seen_at, zone))
    return (worker.id, str(worker.state), *instants, worker.version, held)


def _held(holding: Holding, zone: tzinfo | None) -> str:
    renewed = f", renewed {local(holding.renewed_at, zone)}" if holding.renewed_at else ""
    return f"{holding.quota_group} (term {holding.term}{renewed})"
