"""A real worker sends the report of the night by itself, once, however often it is started."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import Worker, iso, simulator, utc_now, wait_until, worker
from tests.support.receiver import Receiver, receiver

pytestmark = pytest.mark.processes


def reports(there: Receiver) -> list[dict[str, Any]]:
    return [each for each in map(json.loads, there.bodies) if each["state"] == "report"]


def missed(host: Worker) -> None:
    """Have a show in the database that nobody came to, an hour ago."""
    begin, end = (iso(utc_now() - timedelta(minutes=each)) for each in (120, 60))
    host.sql(
        "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES ('show', 'Show', ?, ?)", begin, end
    )


def test_a_worker_that_comes_up_late_sends_the_report_once_across_restarts(tmp_path: Path) -> None:
    a_minute_ago = utc_now() - timedelta(minutes=1)
    with (
        receiver("/alerts") as there,
        simulator() as provider,
        worker(tmp_path, provider, CUELIGHT_ALERTS__URLS=json.dumps([there.url])) as host,
    ):
        host.environment |= {
            "CUELIGHT_REPORT__AT": f"{a_minute_ago:%H:%M} UTC",
            "CUELIGHT_LOG__LEVEL": "debug",
        }
        host.cuelight("migrate")
        missed(host)
        host.start()
        (found,) = wait_until("the report is there", lambda: reports(there))
        assert found["due_at"] == f"{a_minute_ago:%Y-%m-%dT%H:%M:00+00:00}"
        assert [each["about"] for each in found["discrepancies"]] == ["show"]
        assert host.stop() == 0
        host.start()
        wait_until("it has looked", lambda: "report_was_sent" in host.log())
        assert host.stop() == 0
        assert len(reports(there)) == 1
