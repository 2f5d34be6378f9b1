"""File, row and command hold the same bounds: what one takes, the others take."""

import json
from dataclasses import replace

import pytest

from config.bounds import LONGEST_NAME, MOST_HOSTS
from config.schedule import Reading, parse
from jobs.ids import objection
from jobs.model import Broadcast, Host
from jobs.recurrence import find
from worker.store import rows

WIDE = "界"


def reading(hosts: int) -> Reading:
    written = [
        {"id": f"{number:05}".ljust(64, "x"), "name": WIDE * LONGEST_NAME, "preset": "p" * 64}
        for number in range(hosts)
    ]
    entry = {
        "key": "a",
        "title": "Town hall",
        "start": "2026-12-01T18:00",
        "duration": "1h",
        "hosts": written,
    }
    document = json.dumps({"timezone": "UTC", "broadcasts": [entry]}, ensure_ascii=False, indent=1)
    return parse(document.encode(), "f")


def broadcast() -> Broadcast:
    found = reading(MOST_HOSTS)
    assert found.schedule is not None, [str(each) for each in found.problems]
    (entry,) = found.schedule.entries
    occurrence = find(entry, "a")
    assert occurrence
    return occurrence.broadcast


def test_as_many_hosts_with_as_long_names_as_a_file_may_hold_are_taken_by_a_row() -> None:
    wanted = broadcast()
    assert len(wanted.hosts) == MOST_HOSTS
    assert rows.objection(wanted) == ""


def test_one_host_more_is_refused_by_file_and_row_in_the_same_words() -> None:
    reason = f"{MOST_HOSTS + 1} hosts, {MOST_HOSTS} at most"
    assert reason in str(reading(MOST_HOSTS + 1).problems[0])
    wanted = broadcast()
    more = replace(wanted, hosts=(*wanted.hosts, Host("one-more", "Studio", "presenter")))
    assert reason in rows.objection(more)


def test_a_longer_name_is_refused_by_a_row_too() -> None:
    longest = Host("studio", WIDE * (LONGEST_NAME + 1), "presenter")
    assert f"{LONGEST_NAME} at most" in rows.objection(replace(broadcast(), hosts=(longest,)))


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a.b_c:d-9",
        "x" * 64,
        "webinar@2026-12-01",
        "webinar@2026-12-01T1800",
        "webinar@2026-12-01T180030.2",
    ],
)
def test_what_schedules_and_people_call_broadcasts_are_ids(text: str) -> None:
    assert objection(text) == ""


@pytest.mark.parametrize(
    "text", ["", "-a", "A", "x" * 65, "a b", "a@b", "a@2026-12-01T18:00", "a\n", "webinar@2026-12-01T"]
)
def test_nothing_else_is_an_id(text: str) -> None:
    assert "write 1 to 64" in objection(text)
