"""What each setting is by default, and which variable sets it."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.access import Scope
from config.setting_types import Flavour, LogLevel
from config.settings import SettingsError, load
from tests.unit.config.loading import MAIN, SECRET, loaded
from worker.installation.accounts import secrets_of
from worker.kit.logs import Redaction


def test_everything_has_the_documented_default() -> None:
    settings = loaded()
    assert (
        settings.database_url.get_secret_value()
        == "sqlite:////home/someone/.local/state/cuelight/cuelight.db"
    )
    assert settings.state_dir == Path("/home/someone/.local/state/cuelight")
    assert (settings.installation, settings.schedule, settings.accounts) == (None, None, {})
    poll = settings.poll
    assert [each.total_seconds() for each in (poll.starting, poll.live, poll.stopping, poll.sweep)] == [
        5,
        30,
        2,
        300,
    ]
    assert (settings.horizon, settings.keep) == (timedelta(days=14), timedelta(days=400))
    assert (settings.alerts.urls, settings.heartbeat_url) == ((), None)
    assert (settings.report.at, settings.report.when_clean) == (None, "send")
    assert (settings.http.host, settings.http.port, settings.http.token) == ("127.0.0.1", 8080, None)
    assert settings.http.probes_port == 0
    assert (settings.log.format, settings.log.level) == ("auto", "info")


EVERY_VARIABLE = MAIN | {
    "CUELIGHT_DATABASE_URL": "postgresql://cuelight@db/cuelight",
    "CUELIGHT_STATE_DIR": "/srv/state",
    "CUELIGHT_INSTALLATION": "ab3k",
    "CUELIGHT_SCHEDULE": "/etc/schedule.yaml",
    "CUELIGHT_ACCOUNTS__MAIN__BASE_URL": "http://127.0.0.1:9000/v2/",
    "CUELIGHT_ACCOUNTS__MAIN__WEBHOOK_KEY_URL": "http://127.0.0.1:9000/key",
    "CUELIGHT_ACCOUNTS__MAIN__CALLS_PER_5_MINUTES": "600",
    "CUELIGHT_ACCOUNTS__MAIN__QUOTA": "shared",
    "CUELIGHT_ACCOUNTS__MAIN__JOIN_URL": "https://meet.example/?t={token}",
    "CUELIGHT_POLL__STARTING": "1s",
    "CUELIGHT_POLL__LIVE": "1m",
    "CUELIGHT_POLL__STOPPING": "3s",
    "CUELIGHT_POLL__SWEEP": "1h30m",
    "CUELIGHT_HORIZON": "30d",
    "CUELIGHT_KEEP": "10d",
    "CUELIGHT_ALERTS__URLS": '["json://localhost/a", "json://localhost/b"]',
    "CUELIGHT_REPORT__AT": "07:30 Asia/Kolkata",
    "CUELIGHT_REPORT__WHEN_CLEAN": "silent",
    "CUELIGHT_HEARTBEAT_URL": "https://monitor.example/x",
    "CUELIGHT_COST__MONTH": "120.50",
    "CUELIGHT_HTTP__HOST": "0.0.0.0",  # noqa: S104 - with a token
    "CUELIGHT_HTTP__PORT": "0",
    "CUELIGHT_HTTP__PROBES_PORT": "8090",
    "CUELIGHT_HTTP__TOKEN": SECRET,
    "CUELIGHT_LOG__FORMAT": "json",
    "CUELIGHT_LOG__LEVEL": "debug",
}


def test_every_documented_variable_is_read() -> None:
    settings = loaded(EVERY_VARIABLE)
    account = settings.accounts["main"]
    assert account.flavour is Flavour.REALTIMEKIT
    assert (account.account_id, account.app_id) == ("account", "app")
    assert account.api_token is not None
    assert account.api_token.get_secret_value() == SECRET
    assert (account.base_url, account.calls_per_5_minutes) == ("http://127.0.0.1:9000/v2", 600)
    assert account.webhook_key_url == "http://127.0.0.1:9000/key"
    assert (account.quota, account.join_url) == ("shared", "https://meet.example/?t={token}")
    assert (settings.installation, settings.schedule) == ("ab3k", Path("/etc/schedule.yaml"))
    assert settings.database_url.get_secret_value() == "postgresql://cuelight@db/cuelight"
    assert settings.poll.sweep == timedelta(minutes=90)
    assert len(settings.alerts.urls) == 2
    assert (settings.http.port, settings.http.probes_port) == (0, 8090)
    assert settings.log.level is LogLevel.DEBUG


def test_the_environment_is_the_one_handed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUELIGHT_HORIZON", "1d")
    assert loaded().horizon == timedelta(days=14)


def test_an_empty_variable_is_not_set() -> None:
    assert loaded({"CUELIGHT_HTTP__TOKEN": "", "CUELIGHT_HORIZON": ""}).http.token is None


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"STATE_DIRECTORY": "/var/lib/cuelight"}, "/var/lib/cuelight"),
        ({"STATE_DIRECTORY": "/var/lib/cuelight:/var/lib/other"}, "/var/lib/cuelight"),
        ({"XDG_STATE_HOME": "/state"}, "/state/cuelight"),
        ({"XDG_STATE_HOME": "relative"}, "/home/someone/.local/state/cuelight"),
        ({"CUELIGHT_STATE_DIR": "/mine", "STATE_DIRECTORY": "/var/lib/cuelight"}, "/mine"),
    ],
)
def test_the_state_folder_follows_from_how_it_is_run(environ: dict[str, str], folder: str) -> None:
    settings = loaded(environ)
    assert settings.state_dir == Path(folder)
    assert settings.database_url.get_secret_value() == f"sqlite:///{folder}/cuelight.db"


def test_without_a_home_the_state_folder_has_to_be_set() -> None:
    with pytest.raises(SettingsError, match="CUELIGHT_STATE_DIR: set it"):
        load({})
    assert load({"CUELIGHT_STATE_DIR": "/mine"}).state_dir == Path("/mine")


READER, BOOKING = "canary-of-reader-0123", "canary-of-booking-0123"


def test_tokens_have_names_and_scopes() -> None:
    http = loaded(
        {
            "CUELIGHT_HTTP__TOKENS__READER": READER,
            "CUELIGHT_HTTP__TOKENS__BOOKING_TOOL": BOOKING,
            "CUELIGHT_HTTP__SCOPES__BOOKING_TOOL": "operate, links",
        }
    ).http
    assert {name: each.get_secret_value() for name, each in http.tokens.items()} == {
        "reader": READER,
        "booking_tool": BOOKING,
    }
    assert http.scopes == {"booking_tool": {Scope.READ, Scope.OPERATE, Scope.LINKS}}


def test_a_token_is_hidden_wherever_it_is_written() -> None:
    settings = loaded({"CUELIGHT_HTTP__TOKENS__READER": READER})
    assert READER not in Redaction(secrets_of(settings)).text(f"token {READER}")
    assert READER not in repr(settings)


def test_a_token_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{READER}\n")
    http = loaded({"CUELIGHT_HTTP__TOKENS__READER_FILE": str(tmp_path / "token")}).http
    assert http.tokens["reader"].get_secret_value() == READER


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"CUELIGHT_HTTP__TOKENS__ANN": "short-1234"}, "shorter than 16 characters"),
        ({"CUELIGHT_HTTP__SCOPES__ANN": "operate"}, "CUELIGHT_HTTP__TOKENS__ANN"),
        ({"CUELIGHT_HTTP__TOKENS__ANN": READER, "CUELIGHT_HTTP__SCOPES__ANN": "rule"}, "links, operate"),
        ({"CUELIGHT_HTTP__TOKENS__ANN": READER, "CUELIGHT_HTTP__TOKENS__BEN": READER}, "the same value"),
        ({"CUELIGHT_HTTP__PROXY_HEADER": "X-User"}, "belong together"),
        ({"CUELIGHT_HTTP__PROXY_HEADER": "X-User", "CUELIGHT_HTTP__PROXY_FROM": "proxy"}, "10.0.0.0/8"),
    ],
)
def test_what_would_let_in_anybody_or_nobody_is_refused(variables: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(variables)
    assert problem in str(refused.value)
    assert READER not in str(refused.value)
