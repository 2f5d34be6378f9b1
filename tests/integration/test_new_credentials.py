"""A key that is changed in its file is taken over by the running worker, without a restart."""

from pathlib import Path

import pytest

from tests.support.processes import simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes

NAME = "CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN"


def test_a_key_changed_in_its_file_is_taken_over(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("canary-not-the-key")
    with simulator() as provider, worker(tmp_path / "state", provider) as host:
        right = host.environment.pop(NAME)
        host.environment[f"{NAME}_FILE"] = str(key)
        host.start()
        host.insert("show", soon(60), soon(90), prepare="10m")
        wait_until("it is told", lambda: "account/default/credentials" in host.alerts())
        key.write_text(right + "\n")
        host.await_state("show", "ready", within=40)
        wait_until("it is resolved", lambda: "account/default/credentials" not in host.alerts())
        assert right not in host.log()
        assert "canary-not-the-key" not in host.log()
