"""What other systems and operators do while a worker runs: plain SQL, commands, bad rows, edits."""

from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.support.processes import Provider, Worker, simulator, soon, utc_now, wait_until, worker

pytestmark = pytest.mark.processes


def test_a_row_of_four_columns_airs_and_a_garbage_row_disturbs_nothing(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        insert = "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES (?, ?, ?, ?)"
        host.sql(insert, "junk", "Junk", "tomorrow", 7)
        host.sql(insert, "naive", "Naive", "2026-12-01T18:00", "2026-12-01T19:00Z")
        host.insert("stranger", soon(5), soon(9), account="nobody")
        host.insert("plain", soon(3), soon(8))
        taken_at = utc_now()
        wait_until("all are taken up", lambda: all(map(host.state, ("junk", "naive", "stranger", "plain"))))
        assert utc_now() - taken_at < timedelta(seconds=2.5)
        assert [host.state(each) for each in ("junk", "naive", "stranger")] == ["rejected"] * 3
        wait_until("the reasons are told", lambda: _tells(host, "offset", "'nobody' is not set up"), within=2)
        host.await_state("plain", "ended")
        assert len(provider.calls("POST", "/meetings")) == 1


def test_a_corrected_row_is_run(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(5), soon(9), account="nobody")
        host.await_state("show", "rejected")
        host.sql("UPDATE broadcasts SET account = 'default' WHERE id = 'show'")
        host.await_state("show", "live")
        assert len(provider.meetings("Show")) == 1


def test_extend_moves_the_end_and_stop_ends_it(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.cuelight("add", "show", "--title", "Show", "--start", soon(3).isoformat(), "--duration", "25s")
        host.await_state("show", "live")
        end = datetime.fromisoformat(host.status()["show"]["ends_at"])
        assert "ends" in host.cuelight("extend", "show", "5m").stdout
        wait_until("the old end has passed", lambda: utc_now() > end + timedelta(seconds=2), 40)
        assert not provider.calls("POST", "/active-livestream/stop")
        assert host.state("show") == "live"
        host.cuelight("stop", "show")
        host.await_state("show", "ended")
        assert not provider.meetings("Show")[0]["on_air"]


def test_cancel_takes_it_off_and_nothing_heeds_without_a_worker(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(3), soon(60))
        host.await_state("show", "live")
        host.cuelight("cancel", "show")
        host.await_state("show", "ended")
        assert not provider.meetings("Show")[0]["on_air"]
        host.stop()
        host.insert("later", soon(600), soon(700))
        unheeded = host.cuelight("cancel", "later", check=False)
        assert unheeded.returncode == 1
        assert "no worker since" in unheeded.stderr


def test_stop_direct_needs_no_worker(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(3), soon(60))
        host.await_state("show", "live")
        host.kill()
        assert "it is off now" in host.cuelight("stop", "show", "--direct").stdout
        assert not provider.meetings("Show")[0]["on_air"]
        assert "nothing is running" in host.cuelight("stop", "show", "--direct").stdout
        host.start()
        host.await_state("show", "ended")


def test_stop_direct_says_when_it_does_not_help(tmp_path: Path) -> None:
    with simulator(stop_ignored_first_n=1) as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(3), soon(60))
        host.await_state("show", "live")
        host.kill()
        in_vain = host.cuelight("stop", "show", "--direct", check=False)
        assert in_vain.returncode == 1
        assert "dashboard" in in_vain.stderr
        assert host.sql("SELECT kind, broadcast_id, answer FROM requests") == [("stop", "show", None)]
        host.start()
        host.await_state("show", "ended", within=40)


def test_links_are_for_hosts_of_what_is_ready(tmp_path: Path) -> None:
    join = {"CUELIGHT_ACCOUNTS__DEFAULT__JOIN_URL": "https://meet.example.org/?authToken={token}"}
    with simulator() as provider, worker(tmp_path, provider, **join) as host:
        host.start()
        hosts = '[{"id": "studio-1", "name": "Studio", "preset": "webinar_presenter"}]'
        host.insert("show", soon(60), soon(90), hosts=hosts)
        host.await_state("show", "ready")
        _add_somebody_else(provider, provider.meetings("Show")[0]["id"])
        line = host.cuelight("links", "show").stdout
        assert line.startswith("studio-1  https://meet.example.org/?authToken=")
        assert line.count("authToken=") == 1, "whoever else was added gets no link"
        assert line.strip().rpartition("=")[2] not in host.log()


def _add_somebody_else(provider: Provider, meeting: str) -> None:
    settings = {name.rpartition("__")[2]: value for name, value in provider.environment.items()}
    added = httpx.post(
        f"{settings['BASE_URL']}/meetings/{meeting}/participants",
        json={"name": "Else", "preset_name": "webinar_presenter", "custom_participant_id": "else"},
        headers={"Authorization": f"Bearer {settings['API_TOKEN']}"},
        timeout=10,
    )
    assert added.is_success, added.text


def test_a_bad_file_keeps_the_last_good_schedule(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        schedule = tmp_path / "schedule.yaml"
        start = f"{soon(300):%Y-%m-%dT%H:%M}"
        good = f"timezone: UTC\nbroadcasts:\n  - {{key: show, title: Show, start: '{start}', duration: 1h}}\n"
        schedule.write_text(good)
        host.start("--schedule", str(schedule))
        host.await_state("show", "ready")
        schedule.write_text("broadcasts: [")
        wait_until("it is told", lambda: "schedule/schedule_broken" in host.alerts())
        assert "schedule_broken" in host.cuelight("status").stdout
        assert host.state("show") == "ready"
        schedule.write_text(good.replace("title: Show", "title: Show of shows"))
        wait_until("it is followed again", lambda: provider.meetings("Show of shows"))
        wait_until("it is resolved", lambda: not host.alerts())


def _tells(host: Worker, *reasons: str) -> bool:
    told = host.cuelight("status").stdout
    return all(each in told for each in reasons)
