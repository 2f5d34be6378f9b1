"""`overrun` in a schedule file, from the file to the provider: over the end by rule, and off at the cap."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.support.processes import Provider, simulator, soon, worker

pytestmark = pytest.mark.processes

LENGTH, CAP = 16, 7


def schedule() -> str:
    start = f"{soon(12):%Y-%m-%dT%H:%M:%S}"
    lines = ["timezone: UTC", f"defaults: {{prepare: 1m, duration: {LENGTH}s}}", "broadcasts:"]
    lines += [
        f"  - {{key: over, title: Over, start: {start}, overrun: {CAP}s}}",
        f"  - {{key: planned, title: Planned, start: {start}}}",
    ]
    return "\n".join(lines)


def stopped_at(provider: Provider, meeting: str) -> datetime:
    stop = provider.calls("POST", f"/{meeting}/active-livestream/stop")[0]
    return datetime.fromisoformat(stop["received_at"])


def test_with_people_in_it_one_runs_over_to_its_cap_and_the_other_ends_as_planned(tmp_path: Path) -> None:
    with simulator("realtimekit") as provider, worker(tmp_path, provider) as host:
        file = tmp_path / "schedule.yaml"
        file.write_text(schedule())
        host.cuelight("apply", str(file), "--yes")
        host.start()
        for each in ("over", "planned"):
            host.await_state(each, "ended", within=90)
        rows, told = host.status(), host.cuelight("why", "over").stdout
        assert host.stop() == 0
        late = {each: stopped_at(provider, row["meeting_id"]) for each, row in rows.items()}
    ends = {each: datetime.fromisoformat(row["ends_at"]) for each, row in rows.items()}
    assert all(0 <= (late[each] - ends[each]).total_seconds() < 1 for each in rows)
    assert (ends["over"] - ends["planned"]).total_seconds() == CAP
    assert rows["over"]["planned_end"] == rows["planned"]["ends_at"]
    assert rows["planned"]["planned_end"] is None
    assert "The rule `overrun` moved its end" in told
    assert "Alert overrunning, warning" in told
