"""A proxy that the environment names: nothing goes through it, and that is said."""

import json
import socket
from pathlib import Path

import pytest

from tests.support.processes import simulator, soon, wait_until, worker
from tests.support.receiver import receiver

pytest.importorskip("apprise")
pytestmark = pytest.mark.processes


@pytest.mark.parametrize(
    "names", [("HTTP_PROXY", "HTTPS_PROXY"), ("http_proxy", "https_proxy"), ("ALL_PROXY",)]
)
def test_nothing_goes_through_a_proxy_and_that_is_said(tmp_path: Path, names: tuple[str, ...]) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as proxy,
        receiver("/webhook") as webhook,
        receiver("/apprise") as apprise,
        simulator() as provider,
        worker(tmp_path, provider) as host,
    ):
        proxy.settimeout(0)
        urls = [webhook.url, apprise.url.replace("http://", "json://")]
        host.environment |= {"CUELIGHT_ALERTS__URLS": json.dumps(urls)}
        host.environment |= dict.fromkeys(names, f"http://me:canary-word@127.0.0.1:{proxy.getsockname()[1]}")
        host.start()
        host.insert("show", soon(-60), soon(-30))
        wait_until("both hear of it", lambda: webhook.bodies and apprise.bodies, within=40)
        assert "proxy_not_used" in host.log()
        told = host.cuelight("doctor", check=False).stdout
        assert "none is used" in told
        assert all(name in told and name in host.log() for name in names)
        assert "canary-word" not in told + host.log()
        assert host.stop() == 0
        with pytest.raises(BlockingIOError):
            proxy.accept()
