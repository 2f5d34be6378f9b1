"""A real worker whose database is backed up under it, and restored without what happened since."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import Provider, simulator, soon, utc_now, wait_until, worker

pytestmark = pytest.mark.processes


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def is_shut(meeting: dict[str, Any]) -> bool:
    return (meeting["status"], meeting["live_stream_on_start"], meeting["on_air"]) == (
        "INACTIVE",
        False,
        False,
    )


def stops(provider: Provider) -> list[datetime]:
    return [at(each["received_at"]) for each in provider.calls("POST", "/active-livestream/stop")]


def test_a_show_that_was_on_air_in_the_backup_goes_on_in_its_one_meeting_and_ends_in_time(
    tmp_path: Path,
) -> None:
    state, copy = tmp_path / "state", str(tmp_path / "copy.db")
    with simulator() as provider, worker(state, provider) as host:
        host.start()
        host.insert("show", soon(2), soon(25), prepare="1m")
        host.await_state("show", "live")
        host.cuelight("backup", copy)
        refused = host.cuelight("restore", copy, check=False)
        assert refused.returncode == 1
        assert "stop that one first" in refused.stderr
        host.kill()
        assert "the previous database is kept" in host.cuelight("restore", copy).stdout
        host.start()
        started_at = utc_now()
        host.await_state("show", "ended", within=40)
        due_at = at(host.status()["show"]["ends_at"])
        assert len(provider.calls("POST", "/meetings")) == 1
        assert due_at <= stops(provider)[0] < max(due_at, started_at) + timedelta(seconds=1)
        assert is_shut(provider.meetings("Show")[0])
        assert host.alerts() == []


def test_a_meeting_that_was_made_since_the_backup_is_swept_and_another_one_is_used(tmp_path: Path) -> None:
    state, copy = tmp_path / "state", str(tmp_path / "copy.db")
    with simulator() as provider, worker(state, provider, CUELIGHT_POLL__SWEEP="2s") as host:
        host.start().kill()  # The tag by which meetings are known is made by the first worker.
        host.insert("show", soon(2), soon(90), prepare="1m", late_start="1s")
        host.cuelight("backup", copy)
        host.start()
        host.await_state("show", "live")
        host.kill()
        host.cuelight("restore", copy)
        host.start()
        host.await_state("show", "live")
        first, second = provider.meetings("Show")
        wait_until("the first is off and shut", lambda: is_shut(provider.meetings("Show")[0]))
        assert host.status()["show"]["meeting_id"] == second["id"] != first["id"]
        told = [key for (key,) in host.sql("SELECT key FROM alerts")]
        assert f"meeting/default/{first['id']}/swept" in told
        host.cuelight("stop", "show")
        host.await_state("show", "ended")
        assert all(map(is_shut, provider.meetings("Show")))


def test_what_aired_since_the_backup_is_told_as_missed_and_airs_no_more(tmp_path: Path) -> None:
    """What was ready is not asked for: nobody knows any more that its doors were opened."""
    state, copy = tmp_path / "state", str(tmp_path / "copy.db")
    with simulator() as provider, worker(state, provider) as host:
        host.start()
        host.insert("show", soon(6), soon(22), prepare="1m")
        host.await_state("show", "ready")
        host.kill()
        host.cuelight("backup", copy)
        host.start()
        host.insert("later", soon(1), soon(9), prepare="1m")
        host.await_state("show", "ended")
        host.await_state("later", "ended")
        host.kill()
        host.cuelight("restore", copy)
        host.start()
        host.await_state("show", "missed")
        assert "show/missed" in host.alerts()
        assert set(host.status()) == {"show"}
        assert len(provider.calls("POST", "/meetings")) == 2
        assert all(is_shut(each) for title in ("Show", "Later") for each in provider.meetings(title))
