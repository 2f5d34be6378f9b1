"""A real worker tells that the month will cost more than was meant, and `plan` says so beforehand."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.month import month_of
from tests.support.processes import simulator, soon, utc_now, wait_until, worker

pytestmark = pytest.mark.processes

TOLD = "cost/month_cost"


def test_what_is_planned_until_the_months_end_is_told(tmp_path: Path) -> None:
    now = utc_now()
    schedule = tmp_path / "schedule.yaml"
    schedule.write_text(
        "timezone: UTC\nbroadcasts:\n"
        f"  - {{key: show, title: Show, start: {now:%Y-%m-%dT%H:%M}, duration: 10h, prepare: 1m}}\n"
    )
    if now + timedelta(minutes=10) > month_of(now).ends_at:
        pytest.skip("the month is over in a moment")
    with (
        simulator(join_delay_s=3600) as provider,
        worker(tmp_path, provider, CUELIGHT_COST__MONTH="0.05") as host,
    ):
        found = json.loads(host.cuelight("plan", str(schedule), "--json").stdout)["forecast"]["month"]
        assert (found["month"], found["aired_minutes"], found["limit"]) == (f"{now:%Y-%m}", 0, 0.05)
        assert found["planned_minutes"] > 5
        host.cuelight("migrate")
        host.insert("show", soon(300), soon(7200))
        host.start()
        wait_until("it is told", lambda: TOLD in host.alerts())
        assert host.stop() == 0
