"""Wrong settings are refused by their variables."""

import pytest

from tests.unit.config.loading import ACCOUNT, MAIN, SECRET, problems

SHORT = "shorter than 8 characters, too short to be a secret: use a longer one"

WRONG = [
    ({"CUELIGHT_HORIZN": "1d"}, "CUELIGHT_HORIZN: unknown setting; did you mean CUELIGHT_HORIZON?"),
    (
        {"CUELIGHT_HORIZON_FILE": "x"},
        "CUELIGHT_HORIZON_FILE: unknown setting; did you mean CUELIGHT_HORIZON?",
    ),
    (
        {"CUELIGHT_POLL__STRATING": "1s"},
        "CUELIGHT_POLL__STRATING: unknown setting; did you mean CUELIGHT_POLL__STARTING?",
    ),
    ({f"{ACCOUNT}APITOKEN": SECRET}, f"{ACCOUNT}APITOKEN: unknown setting; did you mean {ACCOUNT}API_TOKEN?"),
    ({"CUELIGHT_HORIZON": "14"}, "CUELIGHT_HORIZON: write a duration as 90s, 15m, 1h30m or 2d"),
    ({"CUELIGHT_POLL__LIVE": "0s"}, "CUELIGHT_POLL__LIVE: write a duration longer than 0s"),
    ({"CUELIGHT_HTTP__PORT": "70000"}, "CUELIGHT_HTTP__PORT: Input should be less than or equal to 65535"),
    (
        {"CUELIGHT_HTTP__PROBES_PORT": "8080"},
        "CUELIGHT_HTTP__PORT and CUELIGHT_HTTP__PROBES_PORT are both 8080: set two ports, or one of them",
    ),
    (
        {"CUELIGHT_HTTP__HOST": "::", "CUELIGHT_HTTP__PORT": "0", "CUELIGHT_HTTP__PROBES_PORT": "8090"},
        "CUELIGHT_HTTP__TOKEN is missing: :: is reachable from other machines",
    ),
    ({"CUELIGHT_HTTP__HOST": "::"}, "CUELIGHT_HTTP__TOKEN is missing: :: is reachable from other machines"),
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
    ({"CUELIGHT_ALERTS__URLS": SECRET}, "CUELIGHT_ALERTS...: must be JSON"),
    (
        {"CUELIGHT_WEBHOOKS__URLS": f'["https://example.org/1", "http://example.org/{SECRET}"]'},
        "CUELIGHT_WEBHOOKS__URLS__1: plain http is for this machine only",
    ),
    (
        {"CUELIGHT_WEBHOOKS__URLS": f'["json://example.org/{SECRET}"]'},
        "CUELIGHT_WEBHOOKS__URLS__0: write a URL that begins with https://",
    ),
    ({"CUELIGHT_WEBHOOKS__SECRET": "e"}, f"CUELIGHT_WEBHOOKS__SECRET: {SHORT}"),
    ({"CUELIGHT_WEBHOOKS__FORMER_SECRET": "e"}, f"CUELIGHT_WEBHOOKS__FORMER_SECRET: {SHORT}"),
    (
        {"CUELIGHT_ALERTS__URLS": f'{{"a": "{SECRET}"}}'},
        "CUELIGHT_ALERTS__URLS: Input should be a valid tuple",
    ),
    (
        {"CUELIGHT_ALERTS__URLS": f'[["{SECRET}"]]'},
        "CUELIGHT_ALERTS__URLS__0: Input should be a valid string",
    ),
    ({"CUELIGHT_ACCOUNTS": SECRET}, "CUELIGHT_ACCOUNTS...: must be JSON"),
    ({"CUELIGHT_ACCOUNTS__MAIN": SECRET}, "CUELIGHT_ACCOUNTS__MAIN: Input should be a valid dictionary"),
    (
        {f"{ACCOUNT}API_TOKEN": f"{SECRET} {SECRET}"},
        f"{ACCOUNT}API_TOKEN: empty, or with a blank or a line break in it",
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
    ({f"{ACCOUNT}FLAVOUR": "realtime-v2"}, f"{ACCOUNT}API_TOKEN does not apply to realtime-v2"),
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
    *(
        (
            {"CUELIGHT_REPORT__AT": wrong},
            "CUELIGHT_REPORT__AT: write a local time and a zone, as in 07:00 Eur",
        )
        for wrong in (
            "07:00",
            "7:00 Europe/Berlin",
            "24:00 UTC",
            "07:60 UTC",
            "07:00:30 UTC",
            "07:00+01:00",
            "x",
        )
    ),
    ({"CUELIGHT_REPORT__AT": "07:00 Europe/Berln"}, "CUELIGHT_REPORT__AT: unknown time zone: write its IANA"),
    ({"CUELIGHT_REPORT__AT": f"07:00 ../{SECRET}"}, "CUELIGHT_REPORT__AT: unknown time zone: write its IANA"),
    (
        {"CUELIGHT_REPORT__AT": "07:00 UTC"},
        "CUELIGHT_REPORT__AT: nobody would be sent the report: set CUELIGHT_ALERTS__URLS, or unset this",
    ),
    (
        {"CUELIGHT_REPORT__WHEN_CLEAN": "never"},
        "CUELIGHT_REPORT__WHEN_CLEAN: Input should be 'send' or 'silent'",
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
