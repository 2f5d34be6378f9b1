"""Which workers are there, what they hold, and whether any works."""

from dataclasses import fields
from datetime import datetime, timedelta

import pytest

from tests.support.clock import NOON
from tests.unit.view.records import EAST, HOUR, worked
from worker.leases.contract import LEASE
from worker.store.standings import SILENT_AFTER, LeaseRecord, Worker
from worker.view.workers import Holding, ListedWorker, Presence, duty, listed, table

SECOND = timedelta(seconds=1)
EXPIRES = NOON + 9 * SECOND
TERMS = [
    LeaseRecord("*", "a", 3),
    LeaseRecord("default", "a", 7, EXPIRES),
    LeaseRecord("events", "b", 2, EXPIRES),
]


@pytest.mark.parametrize(
    ("worker", "presence"),
    [
        (worked(NOON - SILENT_AFTER), Presence.WORKING),
        (worked(NOON - SILENT_AFTER - SECOND), Presence.SILENT),
        (worked(NOON, NOON), Presence.GONE),
    ],
)
def test_a_worker_is_there_is_silent_or_has_left(worker: Worker, presence: Presence) -> None:
    assert [each.state for each in listed([worker], [], NOON)] == [presence]


def test_what_it_holds_is_said_with_when_that_was_renewed() -> None:
    a, b, gone = listed(
        [worked(NOON, name="a"), worked(NOON, name="b"), worked(NOON, NOON, "c")], TERMS, NOON
    )
    renewed_at = EXPIRES - timedelta(seconds=LEASE)
    assert a.holds == (Holding("*", 3, None), Holding("default", 7, renewed_at))
    assert b.holds == (Holding("events", 2, renewed_at),)
    assert gone.holds == ()


def test_who_has_left_holds_nothing_whatever_the_rows_say() -> None:
    (left,) = listed([worked(NOON, NOON, "a")], TERMS, NOON)
    assert left.holds == ()


def test_programs_are_told_what_they_are_promised() -> None:
    names = ["id", "state", "host", "pid", "version", "started_at", "seen_at", "left_at", "holds"]
    assert [each.name for each in fields(ListedWorker)] == names
    assert [each.name for each in fields(Holding)] == ["quota_group", "term", "renewed_at"]


def test_the_table_tells_instants_by_the_clock_of_the_zone() -> None:
    (line,) = table(listed([worked(NOON, name="a")], TERMS, NOON), EAST).rows
    assert line[:5] == ("a", "working", "Tue 01 Dec 16:00:00", "Tue 01 Dec 17:00:00", "1")
    assert line[5] == "* (term 3), default (term 7, renewed Tue 01 Dec 16:59:49)"


@pytest.mark.parametrize(
    ("workers", "text"),
    [
        ([], "no worker has ever run here"),
        ([worked(NOON - HOUR)], "no worker since Tue 01 Dec 16:00:00"),
        ([worked(NOON - HOUR), worked(NOON - SECOND, NOON - SECOND)], "no worker since Tue 01 Dec 16:59:59"),
        ([worked(NOON - SECOND, NOON - SECOND)], "no worker since Tue 01 Dec 16:59:59"),
    ],
)
def test_where_none_works_that_is_wrong_and_told_with_the_cure(workers: list[Worker], text: str) -> None:
    found = duty(workers, NOON, EAST)
    assert found.is_wrong
    assert found.text == f"{text}: start one with `cuelight run`"


@pytest.mark.parametrize(("seen_at", "ago"), [(NOON - 4 * SECOND, 4), (NOON + 4 * SECOND, 0)])
def test_where_one_works_all_is_well_even_by_a_clock_that_is_ahead(seen_at: datetime, ago: int) -> None:
    found = duty([worked(NOON - HOUR, NOON - HOUR), worked(seen_at)], NOON)
    assert (found.text, found.is_wrong) == (f"worker running; last heard from {ago} s ago", False)
