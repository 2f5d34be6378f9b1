"""How it stands with the quota is written beside what is reserved, and shown while it is true."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from jobs.quota.budget import Budget
from jobs.run.decision import Urgency
from tests.support.clock import NOON, HandClock
from worker.cli import main
from worker.gateway.queue import CallQueue
from worker.gateway.reservation import Figures, Reservation, figures_in
from worker.kit.clock import SystemClock
from worker.store.opening import threaded
from worker.store.schema.migration import migrate
from worker.store.standings import Worker
from worker.view.quotas import RECENT, shown

LINE = "quota default: 412 of 1,200 calls used in 5 min, 1,310 are due in the next 5; 0 s ago"
WRITTEN = {"blocks": [], "used": 412, "spoken_for": 1310, "left": 788}


class Paper:
    """What is written."""

    text = "{}"

    async def reserved(self, _group: str) -> str:
        return self.text

    async def reserve(self, _group: str, text: str) -> None:
        self.text = text


async def test_a_block_is_written_with_how_it_stands_and_read_without() -> None:
    paper, clock, budget = Paper(), HandClock(), Budget(calls=10)
    reservation = Reservation(paper, "default", clock, budget)
    queue = CallQueue(clock, budget, reservation.block)
    queue.permit_now(Urgency.STOP)
    await reservation.block(3, queue.figures())
    assert figures_in(paper.text) == (Figures(used=1, spoken_for=0, left=9), NOON)
    assert len(await Reservation(paper, "default", clock, budget).earlier()) == 3


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "not JSON",
        "[]",
        '{"blocks": []}',
        json.dumps({**WRITTEN, "at": "noon"}),
        json.dumps({**WRITTEN, "at": "2026-12-01T12:00:00"}),
        json.dumps({**WRITTEN, "used": None, "at": NOON.isoformat()}),
    ],
)
def test_what_an_older_worker_wrote_or_cannot_be_read_is_not_shown(text: str) -> None:
    assert figures_in(text) is None
    assert not shown("default", text, NOON)


def test_what_was_written_a_minute_ago_says_nothing_of_now() -> None:
    text = json.dumps({**WRITTEN, "at": NOON.isoformat()})
    assert shown("default", text, NOON) == LINE
    assert shown("default", text, NOON + RECENT - timedelta(seconds=1)).endswith("59 s ago")
    assert not shown("default", text, NOON + RECENT)


async def written(folder: Path) -> None:
    database = f"sqlite:///{folder}/cuelight.db"
    migrate(database)
    store, now = threaded(database), SystemClock().now()
    await store.sign_in(Worker(id="w/1", host="w", pid=1, version="1", started_at=now, seen_at=now))
    await store.reserve("default", json.dumps({**WRITTEN, "at": now.isoformat()}))
    await store.reserve("events", json.dumps({**WRITTEN, "at": (now - RECENT).isoformat()}))
    await store.close()


@pytest.mark.parametrize("command", ["workers", "status"])
def test_the_figures_stand_beneath_and_are_not_among_what_programs_read(command: str, tmp_path: Path) -> None:
    asyncio.run(written(tmp_path))
    environment = {"CUELIGHT_STATE_DIR": str(tmp_path)}
    done = CliRunner().invoke(main, [command], env=environment)
    assert LINE.partition(";")[0] in done.output.splitlines()[-1]
    assert "quota events" not in done.output
    listed = CliRunner().invoke(main, [command, "--json"], env=environment)
    assert isinstance(json.loads(listed.output), list)
    assert "spoken_for" not in listed.output
