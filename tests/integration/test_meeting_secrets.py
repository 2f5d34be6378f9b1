"""A secret that a schedule names reaches the provider, and lies nowhere on the way."""

import json
from pathlib import Path

import pytest

from tests.support.canaries import forms
from tests.support.processes import Worker, iso, simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes

STORAGE = "canary-of-the-storage"
STREAM = "rtmp://a.example/live2/canary-of-the-stream"
SCHEDULE = """broadcasts:
  - key: show
    title: Show
    start: {start}
    duration: 1h
    prepare: 2h
    meeting:
      recording_config:
        storage_config:
          {{type: aws, bucket: shows, access_key: {{secret_from: STORAGE}}, secret: {{secret_from: storage}}}}
        live_streaming_config: {{rtmp_url: {{secret_from: STREAM_ADDRESS}}}}
"""


def test_a_named_secret_reaches_the_provider_and_lies_nowhere(tmp_path: Path) -> None:
    credentials, file = tmp_path / "credentials", tmp_path / "schedule.yaml"
    credentials.mkdir()
    file.write_text(SCHEDULE.format(start=iso(soon(3600))[:16] + "Z"))
    with simulator() as provider, worker(tmp_path / "state", provider) as host:
        host.environment |= {"CREDENTIALS_DIRECTORY": str(credentials), "CUELIGHT_SECRETS__STORAGE": STORAGE}
        assert "STREAM_ADDRESS is not set here" in host.cuelight("validate", str(file)).stdout
        host.start("--schedule", str(file))
        wait_until("it is told", lambda: "show/not_prepared" in host.alerts(), within=30)
        (text,) = host.sql("SELECT text FROM alerts WHERE key = 'show/not_prepared'")[0]
        assert "CUELIGHT_SECRETS__STREAM_ADDRESS" in text
        assert provider.calls("POST", "/meetings") == []
        (credentials / "CUELIGHT_SECRETS__STREAM_ADDRESS").write_text(STREAM)
        host.await_state("show", "ready", within=60)
        (made,) = provider.calls("POST", "/meetings")
        config = made["body"]["recording_config"]
        assert config["storage_config"] == {
            "type": "aws",
            "bucket": "shows",
            "access_key": STORAGE,
            "secret": STORAGE,
        }
        assert config["live_streaming_config"] == {"rtmp_url": STREAM}
        file.write_text(file.read_text().replace("title: Show", "title: Big show"))
        wait_until("it is edited", lambda: provider.meetings("Big show"))
        told = host.cuelight("why", "show").stdout + host.cuelight("show", "show", "--json").stdout
        assert host.stop() == 0
        assert_nothing_of(STORAGE, host, told)
        assert_nothing_of(STREAM, host, told)
        assert_nothing_of("canary-of-the-stream", host, told)


def assert_nothing_of(secret: str, host: Worker, told: str) -> None:
    written = b"".join(path.read_bytes() for path in sorted(host.folder.glob("cuelight.db*")))
    assert b"secret_from" in written
    for form in forms(secret):
        assert form.encode() not in written
        assert form not in host.log()
        assert form not in told


def test_a_secret_in_clear_in_a_row_is_rejected_and_repeated_nowhere(tmp_path: Path) -> None:
    meeting = json.dumps({"recording_config": {"storage_config": {"secret": STORAGE}}})
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.start()
        host.insert("show", soon(60), soon(90), meeting=meeting)
        host.await_state("show", "rejected")
        why = host.cuelight("why", "show").stdout
        assert "storage_config.secret: a secret must not be written here" in why
        assert STORAGE not in why + host.log()
        for table in ("runs", "rooms", "journal", "alerts", "attempts"):
            assert STORAGE not in str(host.sql(f"SELECT * FROM {table}"))  # noqa: S608  Our words.
