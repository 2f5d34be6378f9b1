"""`cuelight simulate` posts to `cuelight run`, after `cuelight webhooks register` and nothing else."""

import json
import re
from pathlib import Path

import httpx
import pytest

from tests.support.canaries import forms
from tests.support.processes import free_port, simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes

KEY = "canary-key-"


def test_a_worker_hears_of_its_show_and_says_nothing_of_what_it_heard(tmp_path: Path) -> None:
    port = free_port()
    settings = {"CUELIGHT_HTTP__PORT": str(port), "CUELIGHT_LOG__LEVEL": "debug"}
    with (
        simulator(stream_key_prefix=KEY, webhook_delay_s=0.1, webhook_duplicate=1) as provider,
        worker(tmp_path, provider, **settings) as host,
    ):
        host.start()
        url = f"http://127.0.0.1:{port}/webhooks/provider"
        made = json.loads(host.cuelight("webhooks", "register", url, "--json").stdout)
        host.insert("show", soon(4), soon(12))
        host.await_state("show", "live")
        host.await_state("show", "ended", within=40)
        wait_until("it is heard", lambda: heard(port)["taken"] >= 3)
        assert heard(port)["duplicate"] >= 3
        assert {"unchecked", "foreign"}.isdisjoint(heard(port))
        assert host.cuelight("webhooks", "remove", made["id"]).stdout == f"removed {made['id']}\n"
        told = [each for each in provider.ask("deliveries") if each["event"] == "livestreaming.statusUpdate"]
        assert {each["status"] for each in told} == {200}
        assert host.stop() == 0
        assert not [each for each in forms(KEY) if each in host.log()]
        assert not [each for each in forms(KEY) if each.encode() in host.database.read_bytes()]


def heard(port: int) -> dict[str, float]:
    page = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    found = re.findall(r'^cuelight_webhooks_total\{.*outcome="(\w+)"\} (\S+)$', page, re.MULTILINE)
    return {"taken": 0, "duplicate": 0} | {outcome: float(number) for outcome, number in found}
