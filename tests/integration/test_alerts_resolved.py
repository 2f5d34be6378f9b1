"""An operator resolves alerts while a worker runs: it forgets them, and its channels hear so once."""

import json
from functools import partial
from pathlib import Path

import pytest

from tests.support.processes import Worker, simulator, wait_until, worker
from tests.support.receiver import Receiver, receiver

pytestmark = pytest.mark.processes

GONE, REJECTED = "meeting/gone/m/swept", "bad/rejected"
ORPHAN = (
    "INSERT INTO alerts (key, severity, title, text, cure, raised_at, subject_kind, subject_id) VALUES"
    " (?, 'critical', 'swept', 'it was on air', 'Look.', '2026-11-01T12:00:00.000000Z', 'meeting', 'gone/m')"
)


def heard(there: Receiver, key: str) -> list[str]:
    """Return what its receiver was told of an alert, in order."""
    return [each["state"] for each in map(json.loads, there.bodies) if each["key"] == key]


def is_heard(there: Receiver, key: str, *states: str) -> bool:
    return heard(there, key) == [*states]


def number(host: Worker, key: str) -> str:
    listed = json.loads(host.cuelight("alerts", "--json").stdout)
    return str(next(each["id"] for each in listed if each["key"] == key))


def test_alerts_resolved_by_hand_are_over_for_the_worker_and_delivered_as_that_once(tmp_path: Path) -> None:
    with (
        receiver("/alerts") as there,
        simulator() as provider,
        worker(tmp_path, provider, CUELIGHT_ALERTS__URLS=json.dumps([there.url])) as host,
    ):
        host.cuelight("migrate")
        host.sql(ORPHAN, GONE)
        host.sql(
            "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES ('bad', 'Bad', 'soon', 'late')"
        )
        host.start()
        for key in (GONE, REJECTED):
            wait_until(f"{key} is told", partial(is_heard, there, key, "raised"))
        wait_until("both are written", lambda: len(host.alerts()) == 2)
        for key in (GONE, REJECTED):
            host.cuelight("alerts", "resolve", number(host, key), "--note", "known")
        for key in (GONE, REJECTED):
            wait_until(f"{key} is over", partial(is_heard, there, key, "raised", "resolved"))
        host.sql("UPDATE broadcasts SET title = 'Worse' WHERE id = 'bad'")
        wait_until("a pass says it again", lambda: not host.sql("SELECT 1 FROM unheeded"))
        assert host.alerts() == []
        assert "known" in host.cuelight("why", GONE).stdout
        assert host.stop() == 0
        assert heard(there, GONE) == heard(there, REJECTED) == ["raised", "resolved"]
