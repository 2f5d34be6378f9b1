"""`status` and `workers` beside a real worker that ends, and one that is killed."""

import json
from pathlib import Path

import pytest

from tests.support.processes import simulator, worker

pytestmark = pytest.mark.processes


def test_status_after_a_clean_end_and_after_a_kill(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        assert "worker running" in host.cuelight("status").stdout
        assert host.stop() == 0
        assert "no worker since" in host.cuelight("status").stdout
        (left,) = json.loads(host.cuelight("workers", "--json").stdout)
        assert (left["state"], left["left_at"]) == ("gone", left["seen_at"])
        host.start().kill()
        assert "worker running" in host.cuelight("status").stdout, "it is not known yet"
