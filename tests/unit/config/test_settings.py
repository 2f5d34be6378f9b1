import json
import traceback
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.setting_types import Flavour, LogLevel
from config.settings import Settings, SettingsError, load

HOME = {"HOME": "/home/someone"}
SECRET = "open-sesame"  # noqa: S105 - what must never be told
MAIN = {
    "CUELIGHT_ACCOUNTS__MAIN__FLAVOUR": "realtimekit",
    "CUELIGHT_ACCOUNTS__MAIN__ACCOUNT_ID": "account",
    "CUELIGHT_ACCOUNTS__MAIN__APP_ID": "app",
    "CUELIGHT_ACCOUNTS__MAIN__API_TOKEN": SECRET,
}


def loaded(environ: Mapping[str, str] | None = None, file: Path | None = None, **flags: Any) -> Settings:
    return load({**HOME, **(environ or {})}, file, flags)


def problems(environ: Mapping[str, str], file: Path | None = None, **flags: Any) -> str:
    with pytest.raises(SettingsError) as raised:
        load({**HOME, **environ}, file, flags)
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value.__dict__)
    assert SECRET not in told
    return "\n".join(raised.value.problems)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cuelight.yaml"


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
    assert (settings.http.host, settings.http.port, settings.http.token) == ("127.0.0.1", 8080, None)
    assert (settings.log.format, settings.log.level) == ("auto", "info")


def test_every_documented_variable_is_read() -> None:
    settings = loaded(
        MAIN
        | {
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
            "CUELIGHT_HEARTBEAT_URL": "https://monitor.example/x",
            "CUELIGHT_HTTP__HOST": "0.0.0.0",  # noqa: S104 - with a token
            "CUELIGHT_HTTP__PORT": "0",
            "CUELIGHT_HTTP__TOKEN": SECRET,
            "CUELIGHT_LOG__FORMAT": "json",
            "CUELIGHT_LOG__LEVEL": "debug",
        }
    )
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
    assert (settings.http.port, settings.log.level) == (0, LogLevel.DEBUG)


def test_a_flag_wins_over_the_environment_over_the_file_over_the_default(file: Path) -> None:
    file.write_text("http: {port: 1, host: localhost}\nlog: {level: debug}\nhorizon: 2d\n")
    settings = loaded(
        {"CUELIGHT_HTTP__PORT": "2", "CUELIGHT_HORIZON": "3d"}, file, horizon="4d", log__level=None
    )
    assert (settings.http.port, settings.http.host) == (2, "localhost")
    assert (settings.horizon, settings.log.level) == (timedelta(days=4), LogLevel.DEBUG)
    assert settings.keep == timedelta(days=400)


def test_accounts_of_file_and_environment_come_together(file: Path) -> None:
    file.write_text(
        "accounts:\n  main: {flavour: dyte, org_id: o}\n"
        "  two: {flavour: dyte, org_id: o, api_key: key-of-two}\n"
    )
    settings = loaded({"CUELIGHT_ACCOUNTS__MAIN__API_KEY": SECRET}, file)
    assert [settings.accounts[name].quota for name in ("main", "two")] == ["main", "two"]


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


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{SECRET}\n")
    environ = {name: value for name, value in MAIN.items() if not name.endswith("TOKEN")}
    settings = loaded({**environ, "CUELIGHT_ACCOUNTS__MAIN__API_TOKEN_FILE": str(path)})
    token = settings.accounts["main"].api_token
    assert token is not None
    assert token.get_secret_value() == SECRET


def test_a_secret_may_be_a_credential_of_systemd(tmp_path: Path) -> None:
    (tmp_path / "CUELIGHT_HTTP__TOKEN").write_text(SECRET)
    (tmp_path / "CUELIGHT_HTTP__PORT").write_text("1")
    (tmp_path / "something-else").write_bytes(b"\xff")
    settings = loaded({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert settings.http.token is not None
    assert settings.http.token.get_secret_value() == SECRET
    assert settings.http.port == 8080
    named = loaded({"CREDENTIALS_DIRECTORY": str(tmp_path), "CUELIGHT_HTTP__TOKEN": "named-by-hand"})
    assert named.http.token is not None
    assert named.http.token.get_secret_value() == "named-by-hand"


def test_a_secret_file_that_cannot_be_used_is_named_with_the_reason(tmp_path: Path) -> None:
    binary, long = tmp_path / "binary", tmp_path / "long"
    binary.write_bytes(b"\xff\xfe")
    long.write_text("x" * 100_000)
    for path, reason in (
        (tmp_path / "none", "No such file"),
        (tmp_path, "Is a directory"),
        (binary, "not a short UTF-8 text"),
        (long, "not a short UTF-8 text"),
    ):
        assert f"CUELIGHT_HTTP__TOKEN: the file {path} cannot be used: {reason}" in problems(
            {"CUELIGHT_HTTP__TOKEN_FILE": str(path)}
        )


def test_a_secret_and_its_file_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("x")
    both = {"CUELIGHT_HTTP__TOKEN": SECRET, "CUELIGHT_HTTP__TOKEN_FILE": str(path)}
    assert problems(both) == "CUELIGHT_HTTP__TOKEN and CUELIGHT_HTTP__TOKEN_FILE are both set: unset one"


ACCOUNT = "CUELIGHT_ACCOUNTS__MAIN__"
SHORT = "shorter than 8 characters, and so neither secret nor to be hidden: make a longer one"

WRONG = [
    ({"CUELIGHT_HORIZN": "1d"}, "CUELIGHT_HORIZN is no setting; did you mean CUELIGHT_HORIZON?"),
    ({"CUELIGHT_HORIZON_FILE": "x"}, "CUELIGHT_HORIZON_FILE is no setting; did you mean CUELIGHT_HORIZON?"),
    (
        {"CUELIGHT_POLL__STRATING": "1s"},
        "CUELIGHT_POLL__STRATING is no setting; did you mean CUELIGHT_POLL__STARTING?",
    ),
    ({f"{ACCOUNT}APITOKEN": SECRET}, f"{ACCOUNT}APITOKEN is no setting; did you mean {ACCOUNT}API_TOKEN?"),
    ({"CUELIGHT_HORIZON": "14"}, "CUELIGHT_HORIZON: write a duration as 90s, 15m, 1h30m or 2d"),
    ({"CUELIGHT_POLL__LIVE": "0s"}, "CUELIGHT_POLL__LIVE: write a duration longer than nothing"),
    ({"CUELIGHT_HTTP__PORT": "70000"}, "CUELIGHT_HTTP__PORT: Input should be less than or equal to 65535"),
    ({"CUELIGHT_HTTP__HOST": "::"}, "CUELIGHT_HTTP__TOKEN is missing: :: can be reached from elsewhere"),
    ({"CUELIGHT_INSTALLATION": "AB3K"}, "CUELIGHT_INSTALLATION: String should match pattern"),
    (
        {"CUELIGHT_LOG__LEVEL": "loud"},
        "CUELIGHT_LOG__LEVEL: Input should be 'debug', 'info', 'warning' or 'error'",
    ),
    (
        {"CUELIGHT_DATABASE_URL": f"mysql://u:{SECRET}@h/d"},
        "CUELIGHT_DATABASE_URL: write sqlite:///PATH or postgresql://",
    ),
    (
        {"CUELIGHT_HEARTBEAT_URL": f"ftp://{SECRET}"},
        "CUELIGHT_HEARTBEAT_URL: write a URL that begins with https://",
    ),
    (
        {"CUELIGHT_HEARTBEAT_URL": f"http://example.org/{SECRET}"},
        "CUELIGHT_HEARTBEAT_URL: plain http is for this machine only",
    ),
    ({"CUELIGHT_HEARTBEAT_URL": f"https://[{SECRET}/"}, "CUELIGHT_HEARTBEAT_URL: write a URL"),
    (
        {"CUELIGHT_ALERTS__URLS": f'["https://example.org/1", "http://example.org/{SECRET}"]'},
        "CUELIGHT_ALERTS__URLS__1: plain http is for this machine only",
    ),
    (
        {"CUELIGHT_ALERTS__URLS": f'[" HTTP://10.0.0.1/{SECRET}"]'},
        "CUELIGHT_ALERTS__URLS__0: plain http is for this machine only",
    ),
    ({"CUELIGHT_ALERTS__URLS": SECRET}, "CUELIGHT_ALERTS...: needs JSON"),
    (
        {"CUELIGHT_ALERTS__URLS": f'{{"a": "{SECRET}"}}'},
        "CUELIGHT_ALERTS__URLS: Input should be a valid tuple",
    ),
    (
        {"CUELIGHT_ALERTS__URLS": f'[["{SECRET}"]]'},
        "CUELIGHT_ALERTS__URLS__0: Input should be a valid string",
    ),
    ({"CUELIGHT_ACCOUNTS": SECRET}, "CUELIGHT_ACCOUNTS...: needs JSON"),
    ({"CUELIGHT_ACCOUNTS__MAIN": SECRET}, "CUELIGHT_ACCOUNTS__MAIN: Input should be a valid dictionary"),
    (
        {f"{ACCOUNT}API_TOKEN": f"{SECRET} {SECRET}"},
        f"{ACCOUNT}API_TOKEN: empty, or with a blank or a line break within",
    ),
    ({f"{ACCOUNT}API_TOKEN": "tok-456"}, f"{ACCOUNT}API_TOKEN: {SHORT}"),
    ({f"{ACCOUNT}API_KEY": "k"}, f"{ACCOUNT}API_KEY: {SHORT}"),
    ({"CUELIGHT_ALERTS__SECRET": "e"}, f"CUELIGHT_ALERTS__SECRET: {SHORT}"),
    ({"CUELIGHT_HTTP__TOKEN": "1234567"}, f"CUELIGHT_HTTP__TOKEN: {SHORT}"),
    (
        {f"{ACCOUNT}FLAVOUR": "zoom"},
        f"{ACCOUNT}FLAVOUR: Input should be 'realtimekit', 'dyte' or 'realtime-v2'",
    ),
    ({f"{ACCOUNT}FLAVOUR": ""}, f"{ACCOUNT}FLAVOUR is missing"),
    (
        {f"{ACCOUNT}APP_ID": ""},
        f"{ACCOUNT}APP_ID is missing: realtimekit needs account_id and app_id and api_token",
    ),
    ({f"{ACCOUNT}FLAVOUR": "dyte"}, f"{ACCOUNT}ORG_ID is missing: dyte needs org_id and api_key"),
    ({f"{ACCOUNT}FLAVOUR": "realtime-v2"}, f"{ACCOUNT}API_TOKEN is not for realtime-v2"),
    (
        {f"{ACCOUNT}BASE_URL": "http://example.org/v2"},
        f"{ACCOUNT}BASE_URL: plain http is for this machine only",
    ),
    (
        {f"{ACCOUNT}BASE_URL": "http://127.0.0.1.example.org"},
        f"{ACCOUNT}BASE_URL: plain http is for this machine only",
    ),
    ({f"{ACCOUNT}BASE_URL": f"https://u:{SECRET}@example.org"}, f"{ACCOUNT}BASE_URL: write the URL alone"),
    (
        {f"{ACCOUNT}WEBHOOK_KEY_URL": "http://example.org/key"},
        f"{ACCOUNT}WEBHOOK_KEY_URL: plain http is for this machine only",
    ),
    ({f"{ACCOUNT}BASE_URL": "https://[bad"}, f"{ACCOUNT}BASE_URL: "),
    ({f"{ACCOUNT}BASE_URL": "example.org"}, f"{ACCOUNT}BASE_URL: write a URL that begins with https://"),
    (
        {f"{ACCOUNT}JOIN_URL": "https://example.org"},
        f"{ACCOUNT}JOIN_URL: write a URL that begins with https:// and contains",
    ),
    (
        {f"{ACCOUNT}CALLS_PER_5_MINUTES": "0"},
        f"{ACCOUNT}CALLS_PER_5_MINUTES: Input should be greater than or equal to 1",
    ),
]


@pytest.mark.parametrize(("environ", "problem"), WRONG)
def test_a_wrong_setting_is_refused_by_its_variable_and_no_secret_is_told(
    environ: dict[str, str], problem: str
) -> None:
    assert problem in problems({**MAIN, **environ})


def test_all_problems_are_told_at_once() -> None:
    told = problems(
        {
            "CUELIGHT_HORIZN": "1d",
            "CUELIGHT_KEEP": "x",
            "CUELIGHT_ALERTS__URLS": "x",
            "CUELIGHT_HTTP__PORT": "x",
        }
    )
    assert len(told.splitlines()) == 4


WRONG_FILES = [
    ("horizon: 14\n", "{file}:1:1: horizon: write a duration as 90s"),
    ("http:\n  prot: 1\n", "{file}:2:3: http.prot is no setting; did you mean CUELIGHT_HTTP__PORT?"),
    ("accounts:\n  a: {flavour: dyte, api_key: [open-sesame]}\n", "{file}:2:22: accounts.a.api_key: "),
    ("keep:\n", "{file}:1:6: nothing is written here"),
    ("keep: 1d\nkeep: 2d\n", "{file}:2:1: 'keep' is given twice; first in line 1"),
    ("- keep\n", "{file}:1:1: a mapping belongs here"),
    ("_env_file: x\n", "{file}:1:1: '_env_file' is no setting"),
    ("keep: *a\n", "{file}:1:7: an alias"),
    ("", "{file}:1:1: the file is empty"),
]


@pytest.mark.parametrize(("text", "problem"), WRONG_FILES)
def test_a_wrong_file_is_refused_at_its_place(text: str, problem: str, file: Path) -> None:
    file.write_text(text)
    assert problem.format(file=file) in problems({}, file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be opened: No such file" in problems({}, tmp_path / "none.yaml")


def test_plain_http_is_for_loopback_alone() -> None:
    for host in ("localhost", "127.0.0.1", "127.9.9.9", "[::1]"):
        settings = loaded({**MAIN, f"{ACCOUNT}BASE_URL": f"http://{host}:1/x"})
        assert settings.accounts["main"].base_url == f"http://{host}:1/x"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_what_is_posted_to_this_machine_may_be_plain_http(host: str) -> None:
    url = f"http://{host}:1/hook"
    settings = loaded({"CUELIGHT_HEARTBEAT_URL": url, "CUELIGHT_ALERTS__URLS": f'["{url}"]'})
    assert settings.heartbeat_url is not None
    assert settings.heartbeat_url.get_secret_value() == url
    assert [each.get_secret_value() for each in settings.alerts.urls] == [url]


@pytest.mark.parametrize(
    "written", ["HTTPS://example.org/Hook", " https://example.org/Hook\n", "Https://example.org/Hook"]
)
def test_https_is_https_however_it_is_written(written: str) -> None:
    settings = loaded(
        {
            **MAIN,
            f"{ACCOUNT}BASE_URL": written,
            f"{ACCOUNT}JOIN_URL": written.rstrip() + "?t={token}",
            "CUELIGHT_HEARTBEAT_URL": written,
            "CUELIGHT_ALERTS__URLS": json.dumps([written, "discord://Id/Token"]),
        }
    )
    right = "https://example.org/Hook"
    account = settings.accounts["main"]
    assert settings.heartbeat_url is not None
    assert (account.base_url, account.join_url) == (right, f"{right}?t={{token}}")
    assert settings.heartbeat_url.get_secret_value() == right
    assert [each.get_secret_value() for each in settings.alerts.urls] == [right, "discord://Id/Token"]


def test_settings_never_show_a_secret() -> None:
    shown = loaded({**MAIN, "CUELIGHT_ALERTS__URLS": f'["json://{SECRET}"]', "CUELIGHT_HTTP__TOKEN": SECRET})
    assert SECRET not in f"{shown!r} {shown} {shown.model_dump()} {shown.model_dump_json()}"


NAMES = st.sampled_from(
    [
        "HORIZON",
        "POLL",
        "POLL__LIVE",
        "HTTP",
        "HTTP__PORT",
        "HTTP__TOKEN__X",
        "ACCOUNTS",
        "ACCOUNTS__",
        "ACCOUNTS__MAIN",
        "ACCOUNTS__MAIN__API_TOKEN",
        "ACCOUNTS__MAIN__API_TOKEN__X",
        "ACCOUNTS____API_KEY",
        "ALERTS",
        "ALERTS__URLS",
        "ALERTS__URLS__0",
        "DATABASE_URL",
        "",
        "__",
    ]
)
VALUES = st.sampled_from(
    [SECRET, "{}", "[]", '{"a": 1}', f'["{SECRET}"]', f'{{"main": "{SECRET}"}}', "1s", "1", "{", "null"]
)


@given(
    st.dictionaries(
        NAMES.map(lambda name: f"CUELIGHT_{name}"), VALUES | st.text(st.characters(codec="utf-8"))
    )
)
def test_any_environment_makes_settings_or_problems_and_tells_no_secret(environ: dict[str, str]) -> None:
    try:
        told = repr(loaded({**MAIN, **environ}))
    except SettingsError as error:
        told = "".join(traceback.format_exception(error))
    assert SECRET not in told
